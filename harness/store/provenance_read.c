/* SPDX-License-Identifier: Apache-2.0 */
#include "store/provenance.h"

#include "core/file.h"
#include "core/text.h"

#include <jansson.h>
#include <stdlib.h>

static char *copy_member(const json_t *root, const char *object, const char *key)
{
    const char *value = json_string_value(json_object_get(json_object_get(root, object), key));
    return sb_copy_text(value ? value : "");
}

bool sb_provenance_check(const char *json)
{
    json_t *root = json_loads(json, 0, NULL);
    const bool object = json_is_object(root);
    json_decref(root);
    return object;
}

char *sb_provenance_started(const char *json)
{
    json_t *root = json_loads(json, 0, NULL);
    char *started = copy_member(root, "run", "started");
    json_decref(root);
    return started;
}

char *sb_provenance_written(const char *json)
{
    json_t *root = json_loads(json, 0, NULL);
    char *written = copy_member(root, "run", "written");
    json_decref(root);
    return written;
}

sb_shard_time sb_provenance_shard_time(const char *json)
{
    json_t *root = json_loads(json, 0, NULL), *run = json_object_get(root, "run");
    const json_t *shard = json_object_get(run, "shard"), *time = json_object_get(run, "time");
    const sb_shard_time of = {
        .wall_ns = json_integer_value(json_object_get(time, "wall_ns")),
        .estimated_ns = json_integer_value(json_object_get(shard, "estimated_ns")),
        .node = copy_member(root, "run", "node"),
    };
    json_decref(root);
    return of;
}

bool sb_provenance_complete(const char *json)
{
    json_t *root = json_loads(json, 0, NULL);
    bool complete = json_is_true(json_object_get(json_object_get(root, "run"), "complete"));
    json_decref(root);
    return complete;
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
    json_t *root =
        json_loads(json, 0, NULL); /* NULL if it is not JSON: an object without members */
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
    caption.build = text.data ? text.data : sb_copy_text("");
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
        if (json_is_string(warning))
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
