/* SPDX-License-Identifier: Apache-2.0 */
#include "run_fixture.h"

#include "core/file.h"
#include "store/provenance.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char *const words[] = { (char *)"sepbench", (char *)"run", (char *)"caf\xe9.yaml",
                               (char *)"" };
static sb_plugin_info plugin = {
    .path = (char *)"/lib/naive.so",
    .id = (char *)"naive",
    .version = (char *)"1.2",
    .license = (char *)"Apache-2.0",
    .compiler = (char *)"gcc -O2",
    .libraries = (char *)"oneDNN 2.6.3",
    .build = 0x123456789abcdef0,
};
static sb_plugin_list plugins = { &plugin, 1 };

static const sb_named libraries[] = { { "libyaml", "0.2.5" }, { NULL, NULL } };
static const char *const warnings[] = { "load is high", NULL };

static sb_provenance example(const sb_topology *topology)
{
    return (sb_provenance) {
        .config_name = "quick",
        .config_path = "configs/quick.yaml",
        .config_source = "name: quick\nlayers: []\n",
        .seed = UINT64_MAX,
        .argc = 4,
        .argv = words,
        .topology = topology,
        .plugins = &plugins,
        .libraries = libraries,
        .started = 1700000000,
        .spent = { .wall = 150, .sampling = 90, .reference = 4, .sequences = 50 },
        .warnings = warnings,
    };
}

static void test_json(void **state)
{
    (void)state;
    static sb_topology topology = { .model = "Toy \"CPU\"", .cores = 2, .places = 2 };
    sb_provenance provenance = example(&topology);
    static const sb_system system = { .name = "Toy OS 3", .microcode = "0x2a" };
    static const sb_noise noise = { .threads = 2, .floor = 0.0125, .measured_at = 1700000000 };
    provenance.system = &system;
    provenance.noise = &noise;
    provenance.noise_count = 1;
    provenance.gnuplot = "5.4 patchlevel 4";
    sb_provenance_built_from("0123abcd-dirty");
    setenv("OMP_WAIT_POLICY", "passive", 1);
    char *json = sb_provenance_json(&provenance);
    json_t *root = json_loads(json, 0, NULL);
    assert_non_null(root);
    const char *source, *date, *model, *omp, *build, *seed, *word, *yaml;
    int other;
    assert_int_equal(json_unpack(root, "{s{s:s,s:s} s{s:s s{s:i}} s{s:s} s{s:s} s[{s:s}] s{s:s}}",
                                 "configuration", "source", &source, "seed", &seed, "run",
                                 "started", &date, "time", "other_ns", &other, "machine",
                                 "processor", &model, "environment", "OMP_WAIT_POLICY", &omp,
                                 "plugins", "build", &build, "libraries", "libyaml", &yaml),
                     0);
    assert_string_equal(source, provenance.config_source);
    assert_string_equal(seed, "18446744073709551615");
    assert_string_equal(date, "2023-11-14T22:13:20Z");
    assert_int_equal(other, 6);
    assert_string_equal(model, "Toy \"CPU\"");
    assert_string_equal(omp, "passive");
    assert_string_equal(build, "123456789abcdef0");
    assert_string_equal(yaml, "0.2.5");
    word = json_string_value(json_array_get(json_object_get(root, "command"), 2));
    assert_string_equal(word, "caf?.yaml");
    assert_int_equal(json_array_size(json_object_get(root, "command")), 4);
    const char *commit, *os, *microcode, *gnuplot, *compiler, *wraps, *when;
    int dirty, floor_threads;
    double floor;
    json_t *unknown;
    assert_int_equal(
        json_unpack(root, "{s{s:s,s:b} s{s:s,s:s,s:o} s[{s:i,s:F,s:s}] s{s:s} s[{s:s,s:s}]}",
                    "sepbench", "commit", &commit, "dirty", &dirty, "system", "name", &os,
                    "microcode", &microcode, "address_layout", &unknown, "noise", "threads",
                    &floor_threads, "floor", &floor, "measured", &when, "libraries", "gnuplot",
                    &gnuplot, "plugins", "compiler", &compiler, "libraries", &wraps),
        0);
    assert_string_equal(commit, "0123abcd");
    assert_true(dirty && floor_threads == 2 && floor == 0.0125 && json_is_null(unknown));
    assert_string_equal(os, "Toy OS 3");
    assert_string_equal(microcode, "0x2a");
    assert_string_equal(when, "2023-11-14T22:13:20Z");
    assert_string_equal(gnuplot, "5.4 patchlevel 4");
    assert_string_equal(compiler, "gcc -O2");
    assert_string_equal(wraps, "oneDNN 2.6.3");
    json_decref(root);

    sb_caption caption = sb_provenance_caption(json);
    assert_string_equal(caption.name, "quick");
    assert_string_equal(caption.machine, "Toy \"CPU\"");
    sb_caption_free(&caption);
    caption = sb_provenance_caption("no json");
    assert_string_equal(caption.name, "");
    sb_caption_free(&caption);
    free(json);
}

/* A resumed run keeps its earlier warnings. */
static void test_earlier(void **state)
{
    (void)state;
    sb_provenance provenance = example(NULL);
    char *first = sb_provenance_json(&provenance);
    provenance.earlier = first;
    char *second = sb_provenance_json(&provenance);
    provenance.earlier = second;
    char *third = sb_provenance_json(&provenance);
    char *const texts[] = { first, second, third };
    for (size_t i = 0; i < 3; i++) {
        json_t *root = json_loads(texts[i], 0, NULL), *list = json_object_get(root, "warnings");
        json_t *resumed = json_object_get(json_object_get(root, "run"), "resumed");
        assert_int_equal(json_integer_value(resumed), i);
        assert_int_equal(json_array_size(list), i + 1);
        assert_string_equal(json_string_value(json_array_get(list, i)), "load is high");
        assert_int_equal(json_array_size(json_object_get(root, "command")), 4);
        assert_int_equal(json_array_size(json_object_get(root, "resumed_by")), i);
        const json_t *spent = json_object_get(json_object_get(root, "run"), "time");
        assert_int_equal(json_integer_value(json_object_get(spent, "wall_ns")), 150 * (i + 1));
        assert_int_equal(json_integer_value(json_object_get(spent, "sequences_ns")), 50 * (i + 1));
        assert_int_equal(json_integer_value(json_object_get(spent, "other_ns")), 6 * (i + 1));
        json_decref(root);
        free(texts[i]);
    }
}

static void test_sources(void **state)
{
    (void)state;
    sb_provenance provenance = example(NULL);
    char *json = sb_provenance_json(&provenance);
    assert_null(sb_provenance_compare_source(json, provenance.config_source));
    char *differs = sb_provenance_compare_source(json, "name: slow\nlayers: []\nseed: 3\n");
    assert_string_equal(differs, "then 'name: quick', now 'name: slow' and 1 more line");
    free(differs);
    char *command = sb_provenance_command(json);
    assert_string_equal(command, "sepbench sepbench run 'caf?.yaml' ''");
    free(command);
    free(json);
}

static void test_identity(void **state)
{
    (void)state;
    static sb_topology topology = { .model = "Toy", .cores = 2 };
    sb_provenance provenance = example(&topology);
    char *before = sb_provenance_identity(&provenance);
    assert_non_null(strstr(before, "build of plugin naive=123456789abcdef0\n"));
    provenance.config_source = "name: quick\nlayers: [ ]\n";
    char *after = sb_provenance_identity(&provenance);
    assert_string_not_equal(before, after);
    free(before);
    free(after);
}

static void test_source(void **state)
{
    const char *dir = *state;
    sb_error error;
    sb_provenance provenance = example(NULL);
    char *json = sb_provenance_json(&provenance);
    assert_int_equal(sb_provenance_write(json, dir, &error), 0);
    char *path = sb_path_join(dir, "run.json");
    char *source = sb_provenance_read_source(path, &error);
    assert_string_equal(source, provenance.config_source);
    free(source);
    free(json);
    static const struct {
        const char *text, *said;
    } bad[] = {
        { "", "not JSON" },
        { "{\"schema\": 1", "not JSON" },
        { "[1]", "is not the run.json" },
        { "{\"schema\": 99}", "newer sepbench" },
        { "{\"schema\": 1}", "holds no configuration" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(sb_file_write(path, bad[i].text, strlen(bad[i].text), &error), 0);
        assert_null(sb_provenance_read_source(path, &error));
        assert_non_null(strstr(error.text, bad[i].said));
    }
    unlink(path);
    assert_null(sb_provenance_read_source(path, &error));
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),    cmocka_unit_test(test_earlier),
        cmocka_unit_test(test_sources), cmocka_unit_test(test_identity),
        IN_FOLDER(test_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
