/* SPDX-License-Identifier: Apache-2.0 */
#include "store/provenance.h"

#include "core/file.h"
#include "core/text.h"
#include "measure/fence.h"
#include "store/sqlite.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xxhash.h>

extern char **environ;

/* jansson refuses what is not UTF-8; paths and arguments may be anything. */
static json_t *pack_text(const char *bytes)
{
    if (!bytes || !*bytes)
        return json_null();
    json_t *string = json_string(bytes);
    if (string)
        return string;
    char *plain = sb_copy_text(bytes);
    for (char *c = plain; *c; c++)
        if ((unsigned char)*c > 0x7e)
            *c = '?';
    string = json_string(plain);
    free(plain);
    return string;
}

static json_t *pack_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *pack_integer(int64_t value)
{
    return json_integer(value);
}

/* 64 bits do not fit every JSON reader's numbers. */
static json_t *pack_hexadecimal(uint64_t value)
{
    return json_sprintf("%016" PRIx64, value);
}

static json_t *pack_utc(time_t moment)
{
    struct tm parts;
    char buffer[32];
    gmtime_r(&moment, &parts);
    strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return json_string(buffer);
}

static const char *built_from = "";

void sb_provenance_built_from(const char *commit)
{
    built_from = commit;
}

static void pack_commit(json_t *object)
{
    static const char mark[] = "-dirty";
    const size_t length = strlen(built_from), end = sizeof mark - 1;
    const bool dirty = length > end && strcmp(built_from + length - end, mark) == 0;
    json_object_set_new(object, "commit",
                        length ? json_stringn(built_from, dirty ? length - end : length)
                               : json_null());
    json_object_set_new(object, "dirty", length ? json_boolean(dirty) : json_null());
}

static json_t *pack_build(void)
{
    json_t *object = json_object();
    json_object_set_new(object, "version", pack_text(SB_BUILD_VERSION));
    pack_commit(object);
    json_object_set_new(object, "compiler", pack_text(__VERSION__));
    json_object_set_new(object, "compiler_command", pack_text(SB_BUILD_CC));
    json_object_set_new(object, "flags", pack_text(SB_BUILD_CFLAGS));
    json_object_set_new(object, "host", pack_text(SB_BUILD_HOST));
    return object;
}

static json_t *pack_configuration(const sb_provenance *p)
{
    json_t *object = json_object();
    json_object_set_new(object, "name", pack_text(p->config_name));
    json_object_set_new(object, "path", pack_text(p->config_path));
    json_object_set_new(object, "seed", json_sprintf("%" PRIu64, p->seed));
    json_object_set_new(object, "source", pack_text(p->config_source));
    return object;
}

static json_t *pack_arguments(const sb_provenance *p)
{
    json_t *list = json_array();
    for (int i = 0; i < p->argc; i++)
        json_array_append_new(list, *p->argv[i] ? pack_text(p->argv[i]) : json_string(""));
    return list;
}

/* A member of the run that is gone on with, or what the function gives. */
static json_t *keep_or_pack(const json_t *earlier, const char *key, json_t *now)
{
    json_t *kept = json_object_get(earlier, key);
    if (!kept)
        return now;
    json_decref(now);
    return json_incref(kept);
}

/* The commands that went on with the run. */
static json_t *pack_resumes(const sb_provenance *p, const json_t *earlier)
{
    json_t *list = json_array();
    json_array_extend(list, json_object_get(earlier, "resumed_by"));
    if (earlier)
        json_array_append_new(list, pack_arguments(p));
    return list;
}

static json_t *pack_measuring(const sb_measuring *m)
{
    json_t *object = json_object();
    json_object_set_new(object, "confidence", pack_number(m->confidence));
    json_object_set_new(object, "precision", pack_number(m->precision));
    json_object_set_new(object, "min_samples", pack_integer(m->min_samples));
    json_object_set_new(object, "processes",
                        m->processes ? pack_integer(m->processes) : json_string("auto"));
    json_object_set_new(object, "max_time_ns", pack_integer(m->max_time_ns));
    return object;
}

/* The variables that steer threads, and sepbench itself. */
static json_t *pack_environment(void)
{
    static const char *const prefixes[] = { "OMP_",      "GOMP_", "KMP_",    "SEPBENCH_",
                                            "OPENBLAS_", "BLIS_", "ONEDNN_", "DNNL_" };
    json_t *object = json_object();
    for (char **variable = environ; *variable; variable++)
        for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
            const char *equals = strchr(*variable, '=');
            if (!equals || strncmp(*variable, prefixes[i], strlen(prefixes[i])) != 0)
                continue;
            char *name = strndup(*variable, (size_t)(equals - *variable));
            if (name)
                json_object_set_new(object, name,
                                    equals[1] ? pack_text(equals + 1) : json_string(""));
            free(name);
        }
    return object;
}

static json_t *pack_places(const sb_topology *t)
{
    json_t *list = json_array();
    for (int i = 0; i < t->places; i++)
        json_array_append_new(list, pack_integer(t->place[i]));
    return list;
}

static json_t *pack_machine(const sb_provenance *p)
{
    const sb_topology *t = p->topology;
    if (!t)
        return json_null();
    const struct {
        const char *key;
        int64_t value;
    } counts[] = {
        { "packages", t->packages },
        { "numa_nodes", t->numa_nodes },
        { "cores", t->cores },
        { "hardware_threads", t->hardware_threads },
        { "allowed_hardware_threads", t->allowed },
        { "threads_per_core", t->smt },
        { "l1d_bytes", (int64_t)t->l1d_bytes },
        { "l2_bytes", (int64_t)t->l2_bytes },
        { "l3_bytes", (int64_t)t->l3_bytes },
        { "cores_per_l3", t->l3_cores },
        { "line_bytes", t->line_bytes },
        { "memory_bytes", (int64_t)t->memory_bytes },
    };
    json_t *object = json_object();
    json_object_set_new(object, "processor", pack_text(t->model));
    json_object_set_new(object, "features", pack_text(p->features));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        json_object_set_new(object, counts[i].key, pack_integer(counts[i].value));
    json_object_set_new(object, "cpu_quota",
                        t->cpu_quota > 0 ? pack_number(t->cpu_quota) : json_null());
    json_object_set_new(object, "kinds_of_cores", pack_integer(t->kinds));
    json_object_set_new(object, "chosen_cores", pack_text(t->chosen));
    json_object_set_new(object, "places", pack_places(t));
    return object;
}

static json_t *pack_system(const sb_system *s)
{
    if (!s)
        return json_null();
    const struct {
        const char *key, *text;
    } texts[] = {
        { "name", s->name },
        { "libc", s->libc },
        { "processor_vendor", s->vendor },
        { "processor_family", s->family },
        { "processor_model", s->model },
        { "processor_stepping", s->stepping },
        { "microcode", s->microcode },
        { "transparent_huge_pages", s->huge_pages },
        { "numa_policy", s->numa_policy },
        { "address_layout", s->layout },
    };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_object_set_new(object, texts[i].key, pack_text(texts[i].text));
    return object;
}

/* How far apart two measurements of one kernel come out here, where that was measured. */
static json_t *pack_noise(const sb_provenance *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < p->noise_count; i++) {
        const sb_noise *noise = &p->noise[i];
        json_t *object = json_object();
        json_object_set_new(object, "threads", pack_integer(noise->threads));
        json_object_set_new(object, "floor", pack_number(noise->floor));
        json_object_set_new(object, "pairs", pack_integer(noise->pairs));
        json_object_set_new(object, "different", pack_integer(noise->different));
        json_object_set_new(object, "measured", pack_utc((time_t)noise->measured_at));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *pack_limits(const sb_limits *l)
{
    json_t *object = json_object();
    json_object_set_new(object, "clock_mhz",
                        l->clock_mhz > 0 ? pack_number(l->clock_mhz) : json_null());
    json_object_set_new(object, "full_mhz",
                        l->full_mhz > 0 ? pack_number(l->full_mhz) : json_null());
    json_object_set_new(object, "granted_cores",
                        l->granted ? pack_integer(l->granted) : json_null());
    return object;
}

static json_t *pack_conditions(const sb_conditions *c)
{
    if (!c)
        return json_null();
    json_t *object = json_object(), *powers = json_object(), *advice = json_array();
    json_object_set_new(object, "governor", pack_text(c->governor));
    json_object_set_new(object, "boost", pack_text(c->boost));
    json_object_set_new(object, "hypervisor", pack_text(c->hypervisor));
    json_object_set_new(object, "kernel", pack_text(c->kernel));
    json_object_set_new(object, "load", c->load < 0 ? json_null() : pack_number(c->load));
    json_object_set_new(object, "steal_ticks",
                        c->steal_ticks < 0 ? json_null() : pack_integer(c->steal_ticks));
    json_object_set_new(object, "limits", pack_limits(&c->limits));
    json_object_set_new(object, "hardware_counters", json_boolean(c->counters));
    for (int i = 0; i < SB_POWERS; i++)
        json_object_set_new(powers, sb_power_name((sb_power)i), json_boolean(c->powers[i]));
    json_object_set_new(object, "powers", powers);
    for (int i = 0; i < c->advice_count; i++)
        json_array_append_new(advice, pack_text(c->advice[i]));
    json_object_set_new(object, "advice", advice);
    return object;
}

/* For each number of threads what the probes measured. */
static json_t *pack_fences(unsigned fences)
{
    json_t *object = json_object();
    for (int i = 0; i < SB_FENCES; i++)
        json_object_set_new(object, sb_fence_name((sb_fence)i), json_boolean(fences & 1u << i));
    return object;
}

static json_t *pack_peaks(const sb_peaks *peaks)
{
    if (!peaks)
        return json_null();
    json_t *list = json_array();
    for (int threads = 1; threads <= peaks->threads; threads++) {
        json_t *object = json_object(), *bandwidth = json_object();
        json_object_set_new(object, "threads", pack_integer(threads));
        json_object_set_new(object, "gflops", pack_number(peaks->gflops[threads]));
        for (int level = 0; level < SB_LEVELS; level++)
            json_object_set_new(bandwidth, sb_level_name((sb_level)level),
                                pack_number(peaks->gbytes[level][threads]));
        json_object_set_new(object, "gbytes_per_second", bandwidth);
        json_array_append_new(list, object);
    }
    return list;
}

/* What the plugin's libraries were when the run began, for one that was not asked since. */
static json_t *earlier_libraries(const json_t *earlier, const char *id)
{
    size_t index;
    json_t *plugin;
    json_array_foreach(json_object_get(earlier, "plugins"), index, plugin)
    {
        const char *name = json_string_value(json_object_get(plugin, "id"));
        json_t *libraries = json_object_get(plugin, "libraries");
        if (name && id && strcmp(name, id) == 0 && libraries)
            return json_incref(libraries);
    }
    return json_null();
}

static json_t *pack_plugins(const sb_plugin_list *list, const json_t *earlier)
{
    json_t *array = json_array();
    for (size_t i = 0; list && i < list->count; i++) {
        const sb_plugin_info *plugin = &list->plugins[i];
        json_t *object = json_object();
        json_object_set_new(object, "id", pack_text(plugin->id));
        json_object_set_new(object, "version", pack_text(plugin->version));
        json_object_set_new(object, "path", pack_text(plugin->path));
        json_object_set_new(object, "build", pack_hexadecimal(plugin->build));
        json_object_set_new(object, "compiler", pack_text(plugin->compiler));
        json_object_set_new(object, "libraries",
                            plugin->libraries ? pack_text(plugin->libraries)
                                              : earlier_libraries(earlier, plugin->id));
        json_object_set_new(object, "license", pack_text(plugin->license));
        json_object_set_new(object, "peer", json_boolean(plugin->peer));
        json_object_set_new(object, "problem", pack_text(plugin->problem));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *pack_libraries(const sb_named *list, const char *gnuplot)
{
    const unsigned xxhash = XXH_versionNumber();
    json_t *object = json_object();
    for (; list && list->name; list++)
        json_object_set_new(object, list->name, pack_text(list->value));
    if (gnuplot && *gnuplot)
        json_object_set_new(object, "gnuplot", pack_text(gnuplot));
    json_object_set_new(object, "jansson", pack_text(JANSSON_VERSION));
    json_object_set_new(object, "sqlite", pack_text(sqlite3_libversion()));
    json_object_set_new(object, "xxhash",
                        json_sprintf("%u.%u.%u", xxhash / 10000, xxhash / 100 % 100, xxhash % 100));
    return object;
}

/* Of all sessions: those of `earlier`, a run's "time", come to it. */
static json_t *pack_spent(const sb_time_spent *s, const json_t *earlier)
{
    const struct {
        const char *key;
        int64_t ns;
    } parts[] = {
        { "wall_ns", s->wall },           { "planning_ns", s->planning },
        { "reference_ns", s->reference }, { "verification_ns", s->verification },
        { "sampling_ns", s->sampling },   { "idle_ns", s->idle },
    };
    json_t *object = json_object();
    int64_t rest = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const int64_t ns = parts[i].ns + json_integer_value(json_object_get(earlier, parts[i].key));
        json_object_set_new(object, parts[i].key, pack_integer(ns));
        rest += i == 0 ? ns : -ns;
    }
    json_object_set_new(object, "other_ns", pack_integer(rest));
    return object;
}

static json_t *pack_progress(const sb_provenance *p, const json_t *earlier)
{
    json_t *object = json_object(), *before = json_object_get(earlier, "run");
    const int64_t resumed = json_integer_value(json_object_get(before, "resumed"));
    json_object_set_new(
        object, "started",
        keep_or_pack(before, "started", pack_utc(p->started ? p->started : time(NULL))));
    json_object_set_new(object, "written", pack_utc(time(NULL)));
    json_object_set_new(object, "complete", json_boolean(p->complete));
    json_object_set_new(object, "resumed", pack_integer(earlier ? resumed + 1 : 0));
    json_object_set_new(object, "groups", pack_integer(p->groups));
    if (p->shards)
        json_object_set_new(
            object, "shard",
            json_pack("{sIsI}", "index", (json_int_t)p->shard, "count", (json_int_t)p->shards));
    json_object_set_new(object, "groups_held_at_start", pack_integer(p->groups_held));
    json_object_set_new(object, "time", pack_spent(&p->spent, json_object_get(before, "time")));
    return object;
}

static json_t *pack_warnings(const sb_provenance *p, const json_t *earlier)
{
    json_t *array = json_array();
    json_array_extend(array, json_object_get(earlier, "warnings"));
    for (const char *const *warning = p->warnings; warning && *warning; warning++)
        json_array_append_new(array, pack_text(*warning));
    return array;
}

char *sb_provenance_json(const sb_provenance *p)
{
    json_t *around = json_object(), *root = json_object();
    json_t *earlier = p->earlier ? json_loads(p->earlier, 0, NULL) : NULL;
    json_object_set_new(around, "before", pack_conditions(p->before));
    json_object_set_new(around, "after", pack_conditions(p->after));
    json_object_set_new(root, "schema", pack_integer(SB_PROVENANCE_SCHEMA));
    json_object_set_new(root, "sepbench", pack_build());
    json_object_set_new(root, "fences", pack_fences(p->fences));
    json_object_set_new(root, "configuration", pack_configuration(p));
    json_object_set_new(root, "measuring", pack_measuring(&p->measuring));
    json_object_set_new(root, "command", keep_or_pack(earlier, "command", pack_arguments(p)));
    json_object_set_new(root, "resumed_by", pack_resumes(p, earlier));
    json_object_set_new(root, "run", pack_progress(p, earlier));
    json_object_set_new(root, "machine", pack_machine(p));
    json_object_set_new(root, "system", pack_system(p->system));
    json_object_set_new(root, "conditions", around);
    json_object_set_new(root, "noise", pack_noise(p));
    json_object_set_new(root, "clock_ghz",
                        p->peaks ? pack_number(p->peaks->clock_ghz) : json_null());
    json_object_set_new(root, "peaks", pack_peaks(p->peaks));
    json_object_set_new(root, "environment", pack_environment());
    json_object_set_new(root, "plugins", pack_plugins(p->plugins, earlier));
    json_object_set_new(root, "libraries", pack_libraries(p->libraries, p->gnuplot));
    json_object_set_new(root, "warnings", pack_warnings(p, earlier));
    char *dumped = json_dumps(root, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9));
    json_decref(root);
    json_decref(earlier);
    char *owned = sb_copy_text(dumped ? dumped : "{}");
    free(dumped);
    return owned;
}

int sb_provenance_write(const char *json, const char *dir, sb_error *error)
{
    char *path = sb_path_join(dir, "run.json");
    sb_text line = { 0 };
    sb_text_add(&line, "%s\n", json);
    int rc = sb_file_write(path, line.data, line.length, error);
    sb_text_free(&line);
    free(path);
    return rc;
}

char *sb_provenance_identity(const sb_provenance *p)
{
    sb_text lines = { 0 };
    const char *source = p->config_source ? p->config_source : "";
    sb_text_add(&lines, "sepbench version=%s\n", SB_BUILD_VERSION);
    sb_text_add(&lines, "configuration=%016" PRIx64 "\n",
                (uint64_t)XXH3_64bits(source, strlen(source)));
    for (size_t i = 0; p->plugins && i < p->plugins->count; i++)
        if (!p->plugins->plugins[i].problem)
            sb_text_add(&lines, "build of plugin %s=%016" PRIx64 "\n", p->plugins->plugins[i].id,
                        p->plugins->plugins[i].build);
    if (p->topology)
        sb_text_add(&lines, "machine=%s; %d cores; %d hardware threads; %d allowed\n",
                    p->topology->model, p->topology->cores, p->topology->hardware_threads,
                    p->topology->allowed);
    if (p->features)
        sb_text_add(&lines, "instruction set=%s\n", p->features);
    if (p->shards)
        sb_text_add(&lines, "shard=%" PRId64 "/%" PRId64 "\n", p->shard, p->shards);
    if (p->weights)
        sb_text_add(&lines, "weights=%s\n", p->weights);
    return lines.data;
}

static char *copy_member(const json_t *root, const char *object, const char *key)
{
    const char *value = json_string_value(json_object_get(json_object_get(root, object), key));
    return sb_copy_text(value ? value : "");
}

/* ------------------------------------------------------------------------------ two configurations
 */

static size_t line_length(const char *text)
{
    return strcspn(text, "\n");
}

static bool has_line(const char *text, const char *line, size_t length)
{
    for (size_t each; *text; text += each + (text[each] == '\n')) {
        each = line_length(text);
        if (each == length && strncmp(text, line, length) == 0)
            return true;
    }
    return false;
}

/* The first line of `text` that `other` does not have, or "nothing of it"; and how many more. */
static void add_difference(sb_text *to, const char *when, const char *text, const char *other)
{
    size_t more = 0;
    const char *first = NULL;
    for (size_t length; *text; text += length + (text[length] == '\n')) {
        length = line_length(text);
        if (has_line(other, text, length))
            continue;
        more += first != NULL;
        first = first ? first : text;
    }
    if (!first)
        return;
    const size_t blanks = strspn(first, " -"), length = line_length(first) - blanks;
    sb_text_add(to, "%s%s '", to->length ? ", " : "", when);
    sb_text_add_bytes(to, first + blanks, length < 100 ? length : 100);
    sb_text_add(to, length < 100 ? "'" : "...'");
    if (more)
        sb_text_add(to, " and %zu more line%s", more, more == 1 ? "" : "s");
}

char *sb_provenance_compare_source(const char *json, const char *config_source)
{
    json_t *root = json_loads(json, 0, NULL);
    char *held = copy_member(root, "configuration", "source");
    sb_text text = { 0 };
    json_decref(root);
    if (strcmp(held, config_source) != 0) {
        add_difference(&text, "then", held, config_source);
        add_difference(&text, "now", config_source, held);
        if (!text.length)
            sb_text_add(&text, "its lines are in another order");
    }
    free(held);
    return text.data;
}

sb_measuring sb_provenance_measuring(const char *json)
{
    json_t *root = json_loads(json, 0, NULL), *m = json_object_get(root, "measuring");
    const sb_measuring measuring = {
        .confidence = json_number_value(json_object_get(m, "confidence")),
        .precision = json_number_value(json_object_get(m, "precision")),
        .min_samples = json_integer_value(json_object_get(m, "min_samples")),
        .processes = json_integer_value(json_object_get(m, "processes")),
        .max_time_ns = json_integer_value(json_object_get(m, "max_time_ns")),
    };
    json_decref(root);
    return measuring;
}

char *sb_provenance_command(const char *json)
{
    json_t *root = json_loads(json, 0, NULL), *word;
    sb_text line = { 0 };
    size_t index;
    json_array_foreach(json_object_get(root, "command"), index, word)
    {
        sb_text_add(&line, index ? " " : "sepbench ");
        sb_text_add_word(&line, json_string_value(word) ? json_string_value(word) : "");
    }
    json_decref(root);
    return line.data ? line.data : sb_copy_text("");
}

char *sb_provenance_read_source(const char *path, sb_error *error)
{
    size_t length;
    char *bytes = sb_file_read(path, 64u << 20, &length, error);
    if (!bytes)
        return NULL;
    json_error_t problem;
    json_t *root = json_loadb(bytes, length, 0, &problem);
    free(bytes);
    if (!root) {
        sb_fail(error, "%s:%d:%d: not JSON: %s", path, problem.line, problem.column, problem.text);
        return NULL;
    }
    char *source = NULL;
    json_int_t schema = json_integer_value(json_object_get(root, "schema"));
    if (schema > SB_PROVENANCE_SCHEMA)
        sb_fail(error, "%s is from a newer sepbench: use that one", path);
    else if (schema < 1)
        sb_fail(error, "%s is not the run.json of a run", path);
    else
        source = copy_member(root, "configuration", "source");
    json_decref(root);
    if (source && !*source) {
        sb_fail(error, "%s holds no configuration", path);
        free(source);
        return NULL;
    }
    return source;
}

sb_caption sb_provenance_caption(const char *json)
{
    json_t *root = json_loads(json, 0, NULL); /* NULL has no members, which is what is wanted */
    sb_caption caption = {
        .name = copy_member(root, "configuration", "name"),
        .machine = copy_member(root, "machine", "processor"),
        .started = copy_member(root, "run", "started"),
    };
    static const char *const build[] = { "compiler_command", "compiler", "flags" };
    sb_text text = { 0 };
    for (size_t i = 0; i < sizeof build / sizeof *build; i++) {
        char *word = copy_member(root, "sepbench", build[i]);
        sb_text_add(&text, "%s%s", text.length && *word ? " " : "", word);
        free(word);
    }
    caption.build = text.data;
    json_decref(root);
    return caption;
}

void sb_caption_free(sb_caption *caption)
{
    free(caption->name);
    free(caption->machine);
    free(caption->started);
    free(caption->build);
    *caption = (sb_caption) { 0 };
}

char *sb_provenance_warnings(const char *json)
{
    json_t *root = json_loads(json, 0, NULL);
    sb_text lines = { 0 };
    size_t index;
    json_t *warning;
    json_array_foreach(json_object_get(root, "warnings"), index, warning)
    {
        sb_text_add(&lines, "%s\n", json_string_value(warning));
    }
    json_decref(root);
    return lines.data ? lines.data : sb_copy_text("");
}

sb_ceilings sb_provenance_ceilings(const char *json, int64_t threads)
{
    json_t *root = json_loads(json, 0, NULL);
    sb_ceilings ceilings = { 0 };
    size_t index;
    json_t *entry;
    json_array_foreach(json_object_get(root, "peaks"), index, entry)
    {
        if (json_integer_value(json_object_get(entry, "threads")) != threads)
            continue;
        const json_t *bandwidth = json_object_get(entry, "gbytes_per_second");
        ceilings.gflops = json_number_value(json_object_get(entry, "gflops"));
        for (int level = 0; level < SB_LEVELS; level++)
            ceilings.gbytes[level] =
                json_number_value(json_object_get(bandwidth, sb_level_name((sb_level)level)));
    }
    json_decref(root);
    return ceilings;
}
