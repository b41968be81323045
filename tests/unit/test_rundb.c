/* SPDX-License-Identifier: Apache-2.0 */
#include "run_fixture.h"

#include "core/clock.h"
#include "core/file.h"
#include "store/rundb.h"
#include "store/samples.h"
#include "store/schema.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const techniques[] = { "naive", "tiled", "*onednn", NULL };
static const char identity[] = "configuration=abc\nplugin naive=1\nmachine=toy\n";

static bool same_number(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void assert_same_result(const sb_result *a, const sb_result *b)
{
    assert_int_equal(a->operation, b->operation);
    assert_string_equal(a->label, b->label);
    assert_string_equal(a->params, b->params);
    assert_string_equal(a->detail, b->detail);
    assert_string_equal(a->stop_reason, b->stop_reason);
    assert_int_equal(a->peer, b->peer);
    assert_int_equal(a->threaded, b->threaded);
    assert_int_equal(a->verdict, b->verdict);
    assert_int_equal(a->estimator, b->estimator);
    assert_int_equal(a->summary.count, b->summary.count);
    assert_int_equal(a->summary.dependent, b->summary.dependent);
    assert_true(same_number(a->time.value, b->time.value));
    assert_true(same_number(a->time.high, b->time.high));
    assert_true(same_number(a->summary.lag1, b->summary.lag1));
    assert_true(same_number(a->reorder_ns, b->reorder_ns));
    assert_true(same_number(a->max_error, b->max_error));
    assert_true(same_number(a->passes_gflops, b->passes_gflops));
    assert_int_equal(a->bound_by, b->bound_by);
    assert_int_equal(a->series.count, b->series.count);
    for (size_t i = 0; i < a->series.count; i++) {
        assert_int_equal(a->series.samples[i].round, b->series.samples[i].round);
        assert_int_equal(a->series.samples[i].position, b->series.samples[i].position);
        assert_int_equal(a->series.samples[i].iterations, b->series.samples[i].iterations);
        assert_true(same_number(a->series.samples[i].ns, b->series.samples[i].ns));
    }
}

static int compare_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    const sb_group **next = context;
    const sb_group *wanted = (*next)++;
    assert_string_equal(group->layer->name, wanted->layer->name);
    assert_memory_equal(&group->layer->shape, &wanted->layer->shape, sizeof(sb_geometry));
    assert_int_equal(group->threads, wanted->threads);
    assert_string_equal(group->conditions, wanted->conditions ? wanted->conditions : "");
    assert_int_equal(group->sample_ns, wanted->sample_ns);
    assert_int_equal(group->rounds, wanted->rounds);
    assert_int_equal(group->result_count, wanted->result_count);
    for (size_t i = 0; i < group->result_count; i++)
        assert_same_result(&group->results[i], &wanted->results[i]);
    assert_int_equal(group->speedup_count, wanted->speedup_count);
    for (size_t i = 0; i < group->speedup_count; i++) {
        assert_string_equal(group->speedups[i].technique, wanted->speedups[i].technique);
        assert_true(same_number(group->speedups[i].measured.low, wanted->speedups[i].measured.low));
    }
    return 0;
}

/* Groups are read back in order, also by another connection while the file is being written. */
static void test_round_trip(void **state)
{
    const char *dir = *state;
    sb_error error;
    sb_random random = { 7 };
    sb_layer layers[] = { make_layer("z \"first\"", 8, 14, 3, 16),
                          make_layer("a', --", 16, 7, 5, 8) };
    sb_group groups[] = { make_group(&layers[0], 1, techniques, 12, &random),
                          make_group(&layers[0], 2, techniques, 12, &random),
                          make_group(&layers[1], 1, techniques, 40, &random) };
    sb_rundb *db = sb_rundb_create(dir, identity, "{}", &error);
    assert_non_null(db);
    groups[1].conditions = "node shared (1 of 4 cores); load 3.25";
    for (int i = 0; i < 3; i++) {
        assert_int_equal(sb_rundb_has(db, groups[i].layer->name, groups[i].threads, &error), 0);
        assert_int_equal(sb_rundb_put(db, &groups[i], &error), 0);
        assert_int_equal(sb_rundb_put(db, &groups[i], &error), 1);
        assert_int_equal(sb_rundb_has(db, groups[i].layer->name, groups[i].threads, &error), 1);
    }
    sb_rundb *reader = sb_rundb_open(dir, false, &error); /* while it is being written */
    assert_non_null(reader);
    const sb_group *next = groups;
    assert_int_equal(sb_rundb_visit(reader, true, compare_group, &next, &error), 0);
    assert_ptr_equal(next, groups + 3);
    sb_rundb_close(reader);
    sb_rundb_close(db);
    for (int i = 0; i < 3; i++)
        sb_group_free(&groups[i]);
    free_layer(&layers[0]);
    free_layer(&layers[1]);
}

/* Groups of the same rounds are stored all or none; a group that is already there is unchanged. */
static void test_put_all(void **state)
{
    sb_error error;
    sb_random random = { 3 };
    sb_layer layer = make_layer("one", 8, 14, 3, 16);
    sb_group groups[] = { make_group(&layer, 1, techniques, 12, &random),
                          make_group(&layer, 2, techniques, 12, &random) };
    sb_rundb *db = sb_rundb_create(*state, identity, "{}", &error);
    assert_int_equal(sb_rundb_put(db, &groups[0], &error), 0);
    assert_int_equal(sb_rundb_put_all(db, groups, 2, &error), 0);
    const sb_group *next = groups;
    assert_int_equal(sb_rundb_visit(db, true, compare_group, &next, &error), 0);
    assert_ptr_equal(next, groups + 2);
    sb_rundb_close(db);
    for (int i = 0; i < 2; i++)
        sb_group_free(&groups[i]);
    free_layer(&layer);
}

static void test_provenance_and_identity(void **state)
{
    sb_error error;
    sb_rundb *db = sb_rundb_create(*state, identity, "{\"a\": 1}", &error);
    char *json = sb_rundb_provenance(db, &error);
    assert_string_equal(json, "{\"a\": 1}");
    free(json);
    assert_int_equal(sb_rundb_set_provenance(db, "{\"b\": 2}", &error), 0);
    json = sb_rundb_provenance(db, &error);
    assert_string_equal(json, "{\"b\": 2}");
    free(json);
    assert_int_equal(sb_rundb_same_identity(db, identity, &error), 0);
    static const struct {
        const char *identity, *said;
    } others[] = {
        { "configuration=abd\nplugin naive=1\nmachine=toy\n", "another configuration" },
        { "configuration=abc\nmachine=toy\n", "another plugin naive (1 then, absent now)" },
        { "configuration=abc\nplugin naive=1\nmachine=toy\nplugin x=9\n",
          "another plugin x (absent then, 9 now)" },
        { "configuration=abc\nplugin naive=12\nmachine=toy\n", "plugin naive (1 then, 12 now)" },
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_true(sb_rundb_same_identity(db, others[i].identity, &error) < 0);
        assert_non_null(strstr(error.text, others[i].said));
    }
    sb_rundb_close(db);
}

static void assert_refused(const char *dir, bool writable, const char *said)
{
    sb_error error = { "" };
    sb_rundb *db = sb_rundb_open(dir, writable, &error);
    assert_null(db);
    if (!strstr(error.text, said))
        fail_msg("\"%s\" does not say \"%s\"", error.text, said);
}

static void write_run_db(const char *dir, const char *bytes, size_t count)
{
    char *path = sb_path_join(dir, "run.db");
    sb_error error;
    assert_int_equal(sb_file_write(path, bytes, count, &error), 0);
    free(path);
}

static void test_bad_files(void **state)
{
    const char *dir = *state;
    sb_error error;
    assert_refused(dir, false, "holds no run");
    assert_refused(dir, true, "holds no run");
    write_run_db(dir, "", 0);
    assert_refused(dir, true, "not a run database");
    static const char noise[8192] = "this is no database at all, it is prose";
    write_run_db(dir, noise, sizeof noise);
    assert_refused(dir, false, "not a run database");
    write_run_db(dir, "SQLite format 3", 16);
    assert_refused(dir, false, "not a run database");
    assert_null(sb_rundb_create(dir, identity, "{}", &error));
    assert_non_null(strstr(error.text, "already contains a run"));
}

/* Overwrites bytes of a healthy run.db. */
static void patch(const char *dir, long offset, const void *bytes, size_t count)
{
    char *path = sb_path_join(dir, "run.db");
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, offset, SEEK_SET);
    fwrite(bytes, 1, count, file);
    fclose(file);
    free(path);
}

static void test_newer_and_damaged(void **state)
{
    const char *dir = *state;
    sb_error error;
    sb_rundb_close(sb_rundb_create(dir, identity, "{}", &error));
    patch(dir, 60, "\0\0\0\7", 4); /* the header's user_version */
    assert_refused(dir, false, "has format 7, from a newer sepbench");
    patch(dir, 60, "\0\0\0\1", 4);
    assert_refused(dir, true, "has format 1, of a sepbench whose problems had no steps");
    patch(dir, 60, "\0\0\0\2", 4);
    assert_refused(dir, true, "has format 2, of a sepbench that did not note which kernels");
    patch(dir, 60, (const char[]) { 0, 0, 0, SB_SCHEMA_VERSION }, 4);
    char wild[4096];
    memset(wild, 0xab, sizeof wild);
    patch(dir, 100, wild, sizeof wild);
    assert_refused(dir, true, "is damaged");
}

static int count_group(const sb_group *group, void *context, sb_error *error)
{
    (void)group, (void)error;
    ++*(int *)context;
    return 0;
}

/* A second writer is refused, and the lock of a killed one is gone. */
static void test_two_writers(void **state)
{
    const char *dir = *state;
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        sb_error error;
        sb_random random = { 3 };
        sb_layer layer = make_layer("whole", 8, 7, 3, 8);
        sb_group group = make_group(&layer, 1, techniques, 5, &random);
        sb_rundb *db = sb_rundb_create(dir, identity, "{}", &error);
        if (!db || sb_rundb_put(db, &group, &error) != 0 || write(ready[1], "x", 1) != 1)
            _exit(1);
        pause();
        _exit(0);
    }
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_refused(dir, true, "another sepbench is running");
    sb_error error;
    assert_null(sb_rundb_create(dir, identity, "{}", &error));
    assert_non_null(strstr(error.text, "another sepbench is running"));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    sb_rundb *db = sb_rundb_open(dir, true, &error);
    assert_non_null(db);
    int count = 0;
    assert_int_equal(sb_rundb_visit(db, true, count_group, &count, &error), 0);
    assert_int_equal(count, 1);
    sb_rundb_close(db);
    close(ready[0]);
    close(ready[1]);
}

/* Runs in a child process as an ordinary user. Returns 0 if everything is as expected. */
static int try_read_only(const char *dir)
{
    if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 1;
    sb_error error = { "" };
    sb_rundb *db = sb_rundb_open(dir, true, &error);
    if (db || !strstr(error.text, "cannot be written"))
        return 2;
    db = sb_rundb_open(dir, false, &error); /* reading works: a closed run is one plain file */
    int count = 0;
    if (!db || sb_rundb_visit(db, true, count_group, &count, &error) != 0 || count != 1)
        return 3;
    sb_rundb_close(db);
    char *inner = sb_path_join(dir, "inner");
    db = sb_rundb_create(inner, identity, "{}", &error);
    free(inner);
    return db || !strstr(error.text, "cannot be created") ? 4 : 0;
}

static void test_read_only_folder(void **state)
{
    const char *dir = *state;
    sb_error error;
    sb_random random = { 3 };
    sb_layer layer = make_layer("whole", 8, 7, 3, 8);
    sb_group group = make_group(&layer, 1, techniques, 5, &random);
    sb_rundb *db = sb_rundb_create(dir, identity, "{}", &error);
    assert_int_equal(sb_rundb_put(db, &group, &error), 0);
    sb_rundb_close(db);
    sb_group_free(&group);
    free_layer(&layer);
    assert_int_equal(chmod(dir, 0555), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(try_read_only(dir));
    int status;
    waitpid(child, &status, 0);
    chmod(dir, 0755);
    assert_int_equal(status, 0);
}

/* Fills the "disk", which is a limit on file sizes, and counts the stored groups. Runs in a child
 * process, because the limit cannot be lifted. */
static int fill_disk(const char *dir)
{
    sb_error error = { "" };
    sb_random random = { 3 };
    sb_rundb *db = sb_rundb_create(dir, identity, "{}", &error);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = { 1 << 18, 1 << 18 };
    if (!db || setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 255;
    int count = 0;
    for (;; count++) {
        char name[32];
        snprintf(name, sizeof name, "layer%d", count);
        sb_layer layer = make_layer(name, 8, 7, 3, 8);
        sb_group group = make_group(&layer, 1, techniques, 100, &random);
        int status = sb_rundb_put(db, &group, &error);
        sb_group_free(&group);
        free_layer(&layer);
        if (status < 0)
            break;
    }
    return strstr(error.text, "run.db") ? count : 255;
}

static void test_full_disk(void **state)
{
    const char *dir = *state;
    pid_t child = fork();
    if (child == 0)
        _exit(fill_disk(dir));
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) > 0 && WEXITSTATUS(status) < 255);
    sb_error error;
    sb_rundb *db = sb_rundb_open(dir, true, &error);
    assert_non_null(db);
    int count = 0;
    assert_int_equal(sb_rundb_visit(db, true, count_group, &count, &error), 0);
    assert_int_equal(count, WEXITSTATUS(status));
    sb_rundb_close(db);
}

/* A writer that may be killed at any moment. It reports each stored group through `told`. */
static void write_until_killed(const char *dir, int told)
{
    sb_error error;
    sb_random random = { 3 };
    sb_layer layer = make_layer("", 8, 7, 3, 8);
    sb_group group = make_group(&layer, 1, techniques, 3, &random);
    char *path = sb_path_join(dir, "run.db");
    sb_rundb *db = access(path, F_OK) == 0 ? sb_rundb_open(dir, true, &error)
                                           : sb_rundb_create(dir, identity, "{}", &error);
    if (!db)
        _exit(1);
    for (int i = 0; i < 1000000; i++) {
        char name[32];
        snprintf(name, sizeof name, "layer%d", i);
        free(layer.name);
        layer.name = sb_copy_text(name);
        int status = sb_rundb_put(db, &group, &error);
        if (status < 0 || (status == 0 && write(told, "x", 1) != 1))
            _exit(2);
    }
    _exit(3);
}

static int check_whole(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    char name[32];
    snprintf(name, sizeof name, "layer%d", (*(int *)context)++);
    assert_string_equal(group->layer->name, name);
    assert_int_equal(group->result_count, 7);
    assert_int_equal(group->speedup_count, 4);
    return 0;
}

static void test_kills(void **state)
{
    const char *dir = *state;
    sb_random random = { 11 };
    int count = 0;
    for (int i = 0; i < 20; i++) {
        int told[2];
        char byte;
        assert_int_equal(pipe(told), 0);
        pid_t child = fork();
        if (child == 0)
            write_until_killed(dir, told[1]);
        close(told[1]);
        if (i % 2) /* otherwise it may not even have made the file */
            assert_int_equal(read(told[0], &byte, 1), 1);
        usleep((useconds_t)sb_random_below(&random, 30000));
        kill(child, SIGKILL);
        int status;
        waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status));
        close(told[0]);
        sb_error error;
        sb_rundb *db = sb_rundb_open(dir, false, &error);
        int before = count;
        count = 0;
        if (db)
            assert_int_equal(sb_rundb_visit(db, true, check_whole, &count, &error), 0);
        assert_true(count >= before + i % 2);
        sb_rundb_close(db);
    }
    assert_true(count > 0);
}

static void test_samples_codec(void **state)
{
    (void)state;
    static const sb_sample samples[] = {
        { 0, 3, 1, 1000 },        { 1, 0, 7, 1000001.0 / 7 },  { 1, 5, 7, 0.1 },
        { 5, 2, 1, 1e300 },       { 9, 200, 4000000000, 0.5 }, { 9, 0, 1, -0.0 },
        { 4000000000, 1, 1, -1 },
    };
    const size_t count = sizeof samples / sizeof *samples;
    sb_series series = { 0 }, back = { 0 };
    for (size_t i = 0; i < count; i++)
        sb_series_add(&series, samples[i]);
    sb_text bytes = { 0 };
    sb_samples_encode(&series, &bytes);
    assert_true(sb_samples_decode((const unsigned char *)bytes.data, bytes.length, &back));
    assert_int_equal(back.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(back.samples[i].iterations, samples[i].iterations);
        assert_int_equal(back.samples[i].round, samples[i].round);
        assert_true(same_number(back.samples[i].ns, samples[i].ns));
    }
    sb_series_free(&back);
    /* Damaged bytes may give any result but no crash. A truncated series is refused. */
    assert_false(sb_samples_decode((const unsigned char *)bytes.data, bytes.length - 1, &back));
    sb_series_free(&back);
    sb_random random = { 5 };
    for (int trial = 0; trial < 20000; trial++) {
        unsigned char wild[24];
        for (size_t i = 0; i < sizeof wild; i++)
            wild[i] = (unsigned char)sb_random_next(&random);
        sb_samples_decode(wild, (size_t)sb_random_below(&random, sizeof wild), &back);
        sb_series_free(&back);
    }
    sb_series_free(&series);
    sb_text_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples_codec),
        IN_FOLDER(test_round_trip),
        IN_FOLDER(test_put_all),
        IN_FOLDER(test_provenance_and_identity),
        IN_FOLDER(test_bad_files),
        IN_FOLDER(test_newer_and_damaged),
        IN_FOLDER(test_two_writers),
        IN_FOLDER(test_read_only_folder),
        IN_FOLDER(test_full_disk),
        IN_FOLDER(test_kills),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
