/* SPDX-License-Identifier: Apache-2.0 */
#include "store/provenance.h"

#include "core/file.h"
#include "core/text.h"
#include "measure/fence.h"
#include "store/provenance_names.h"
#include "store/provenance_pack.h"
#include "store/sqlite.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

extern char **environ;

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
    json_object_set_new(object, "version", sb_pack_text(SB_BUILD_VERSION));
    pack_commit(object);
    json_object_set_new(object, "compiler", sb_pack_text(__VERSION__));
    json_object_set_new(object, "compiler_command", sb_pack_text(SB_BUILD_CC));
    json_object_set_new(object, "flags", sb_pack_text(SB_BUILD_CFLAGS));
    json_object_set_new(object, "host", sb_pack_text(SB_BUILD_HOST));
    return object;
}

static json_t *pack_configuration(const sb_provenance *p)
{
    json_t *object = json_object();
    json_object_set_new(object, "name", sb_pack_text(p->config_name));
    json_object_set_new(object, "path", sb_pack_text(p->config_path));
    json_object_set_new(object, "seed", json_sprintf("%" PRIu64, p->seed));
    json_object_set_new(object, "source", sb_pack_text(p->config_source));
    return object;
}

static json_t *pack_arguments(const sb_provenance *p)
{
    json_t *list = json_array();
    for (int i = 0; i < p->argc; i++)
        json_array_append_new(list, *p->argv[i] ? sb_pack_text(p->argv[i]) : json_string(""));
    return list;
}

/* The member of the earlier part of a resumed run, or `now` if there is none. */
static json_t *keep_or_pack(const json_t *earlier, const char *key, json_t *now)
{
    json_t *kept = json_object_get(earlier, key);
    if (!kept)
        return now;
    json_decref(now);
    return json_incref(kept);
}

/* The commands that resumed the run. */
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
    json_object_set_new(object, "confidence", sb_pack_number(m->confidence));
    json_object_set_new(object, "precision", sb_pack_number(m->precision));
    json_object_set_new(object, "min_samples", sb_pack_integer(m->min_samples));
    json_object_set_new(object, "processes",
                        m->processes ? sb_pack_integer(m->processes) : json_string("auto"));
    json_object_set_new(object, "max_time_ns", sb_pack_integer(m->max_time_ns));
    return object;
}

/* The variables that control threads, and those of sepbench itself. */
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
                                    equals[1] ? sb_pack_text(equals + 1) : json_string(""));
            free(name);
        }
    return object;
}

static json_t *pack_fences(unsigned fences)
{
    json_t *object = json_object();
    for (int i = 0; i < SB_FENCES; i++)
        json_object_set_new(object, sb_fence_name((sb_fence)i), json_boolean(fences & 1u << i));
    return object;
}

/* The plugin's libraries at the start of a resumed run, for a plugin that was not asked since. */
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
        json_object_set_new(object, "id", sb_pack_text(plugin->id));
        json_object_set_new(object, "version", sb_pack_text(plugin->version));
        json_object_set_new(object, "path", sb_pack_text(plugin->path));
        json_object_set_new(object, "build", sb_pack_hexadecimal(plugin->build));
        json_object_set_new(object, "compiler", sb_pack_text(plugin->compiler));
        json_object_set_new(object, "libraries",
                            plugin->libraries ? sb_pack_text(plugin->libraries)
                                              : earlier_libraries(earlier, plugin->id));
        json_object_set_new(object, "license", sb_pack_text(plugin->license));
        json_object_set_new(object, "peer", json_boolean(plugin->peer));
        json_object_set_new(object, "problem", sb_pack_text(plugin->problem));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *pack_libraries(const sb_named *list, const char *gnuplot)
{
    const unsigned xxhash = XXH_versionNumber();
    json_t *object = json_object();
    for (; list && list->name; list++)
        json_object_set_new(object, list->name, sb_pack_text(list->value));
    if (gnuplot && *gnuplot)
        json_object_set_new(object, "gnuplot", sb_pack_text(gnuplot));
    json_object_set_new(object, "jansson", sb_pack_text(JANSSON_VERSION));
    json_object_set_new(object, "sqlite", sb_pack_text(sqlite3_libversion()));
    json_object_set_new(object, "xxhash",
                        json_sprintf("%u.%u.%u", xxhash / 10000, xxhash / 100 % 100, xxhash % 100));
    return object;
}

/* Summed over all parts of a resumed run: `earlier` is the "time" of the parts before. */
static json_t *pack_spent(const sb_time_spent *s, const json_t *earlier)
{
    const struct {
        const char *key;
        int64_t ns;
    } parts[] = {
        { "wall_ns", s->wall },           { "planning_ns", s->planning },
        { "reference_ns", s->reference }, { "verification_ns", s->verification },
        { "sampling_ns", s->sampling },   { "idle_ns", s->idle },
        { "sequences_ns", s->sequences },
    };
    json_t *object = json_object();
    int64_t rest = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const int64_t ns = parts[i].ns + json_integer_value(json_object_get(earlier, parts[i].key));
        json_object_set_new(object, parts[i].key, sb_pack_integer(ns));
        rest += i == 0 ? ns : -ns;
    }
    json_object_set_new(object, "other_ns", sb_pack_integer(rest));
    return object;
}

/* Shards differ by where they ran, and by that node's clock. */
static json_t *pack_node(void)
{
    char name[256] = "";
    (void)gethostname(name, sizeof name - 1);
    return sb_pack_text(name);
}

static json_t *pack_progress(const sb_provenance *p, const json_t *earlier)
{
    json_t *object = json_object(), *before = json_object_get(earlier, "run");
    const int64_t resumed = json_integer_value(json_object_get(before, "resumed"));
    json_object_set_new(
        object, "started",
        keep_or_pack(before, "started", sb_pack_utc(p->started ? p->started : time(NULL))));
    json_object_set_new(object, "written", sb_pack_utc(time(NULL)));
    json_object_set_new(object, "complete", json_boolean(p->complete));
    json_object_set_new(object, "resumed", sb_pack_integer(earlier ? resumed + 1 : 0));
    json_object_set_new(object, "groups", sb_pack_integer(p->groups));
    if (p->shards) {
        json_object_set_new(object, "shard",
                            json_pack("{sIsIsI}", "index", (json_int_t)p->shard, "count",
                                      (json_int_t)p->shards, "estimated_ns",
                                      (json_int_t)p->shard_ns));
        json_object_set_new(object, "node", pack_node());
    }
    json_object_set_new(object, "groups_held_at_start", sb_pack_integer(p->groups_held));
    json_object_set_new(object, "time", pack_spent(&p->spent, json_object_get(before, "time")));
    return object;
}

static json_t *pack_warnings(const sb_provenance *p, const json_t *earlier)
{
    json_t *array = json_array();
    json_array_extend(array, json_object_get(earlier, "warnings"));
    for (const char *const *warning = p->warnings; warning && *warning; warning++)
        json_array_append_new(array, sb_pack_text(*warning));
    return array;
}

char *sb_provenance_json(const sb_provenance *p)
{
    json_t *around = json_object(), *root = json_object();
    json_t *earlier = p->earlier ? json_loads(p->earlier, 0, NULL) : NULL;
    json_object_set_new(around, "before", sb_pack_conditions(p->before));
    json_object_set_new(around, "after", sb_pack_conditions(p->after));
    json_object_set_new(root, "schema", sb_pack_integer(SB_PROVENANCE_SCHEMA));
    json_object_set_new(root, "sepbench", pack_build());
    json_object_set_new(root, "fences", pack_fences(p->fences));
    json_object_set_new(root, "configuration", pack_configuration(p));
    json_object_set_new(root, "measuring", pack_measuring(&p->measuring));
    json_object_set_new(root, "measured", sb_pack_names(&p->names));
    json_object_set_new(root, "command", keep_or_pack(earlier, "command", pack_arguments(p)));
    json_object_set_new(root, "resumed_by", pack_resumes(p, earlier));
    json_object_set_new(root, "run", pack_progress(p, earlier));
    json_object_set_new(root, "machine", sb_pack_machine(p));
    json_object_set_new(root, "system", sb_pack_system(p->system));
    json_object_set_new(root, "conditions", around);
    json_object_set_new(root, "noise", sb_pack_noise(p));
    json_object_set_new(root, "clock_ghz",
                        p->peaks ? sb_pack_number(p->peaks->clock_ghz) : json_null());
    json_object_set_new(root, "peaks", sb_pack_peaks(p->peaks));
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
