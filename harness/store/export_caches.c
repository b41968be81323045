/* SPDX-License-Identifier: Apache-2.0 */
#include "store/exports.h"

#include "core/file.h"
#include "core/text.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double ns_per_ms = 1e6; /* Kernel Tuner uses milliseconds */

/* Reads one "name=value" of a list; false at the end. Moves `at` past it. */
static bool next_param(const char **at, sb_text *name, sb_text *value)
{
    const size_t length = strcspn(*at, ";"), split = strcspn(*at, "=;");
    if (!**at || split == length)
        return false;
    sb_text_clear(name);
    sb_text_clear(value);
    sb_text_add_bytes(name, *at, split);
    sb_text_add_bytes(value, *at + split + 1, length - split - 1);
    *at += length + ((*at)[length] == ';');
    return true;
}

static json_t *value_json(const char *text)
{
    int64_t number;
    return sb_parse_integer(text, INT64_MIN, INT64_MAX, &number) ? json_integer(number)
                                                                 : json_string(text);
}

/* Adds a value to the values of a parameter, unless it is there. */
static void note_value(json_t *params, const char *name, json_t *value)
{
    json_t *values = json_object_get(params, name);
    if (!values) {
        values = json_array();
        json_object_set_new(params, name, values);
    }
    for (size_t i = 0; i < json_array_size(values); i++)
        if (json_equal(json_array_get(values, i), value))
            return;
    json_array_append(values, value);
}

/* Adds a parameter set under its key, "16,1,yes". */
static void add_point(const sb_tuned_point *point, json_t *cache, json_t *params)
{
    sb_text name = { 0 }, value = { 0 }, key = { 0 };
    json_t *entry = json_object();
    for (const char *at = point->params; next_param(&at, &name, &value);) {
        json_t *json = value_json(value.data);
        sb_text_add(&key, "%s%s", key.length ? "," : "", value.data);
        note_value(params, name.data, json);
        json_object_set_new(entry, name.data, json);
    }
    json_object_set_new(entry, "time",
                        isfinite(point->ns) ? json_real(point->ns / ns_per_ms)
                                            : json_string("RuntimeFailedConfig"));
    if (key.length)
        json_object_set(cache, key.data, entry);
    json_decref(entry);
    sb_text_free(&name);
    sb_text_free(&value);
    sb_text_free(&key);
}

static json_t *keys_json(json_t *params)
{
    json_t *keys = json_array();
    for (void *at = json_object_iter(params); at; at = json_object_iter_next(params, at))
        json_array_append_new(keys, json_string(json_object_iter_key(at)));
    return keys;
}

static char *path_of(const char *dir, const sb_tuned_points *t)
{
    char threads[32], *plugin = sb_copy_text(t->kernel), *slash = strchr(plugin, '/');
    snprintf(threads, sizeof threads, "t%" PRId64, t->threads);
    if (slash)
        *slash = '\0';
    const char *const parts[] = { t->layer, t->operation, threads, plugin, slash ? slash + 1 : NULL,
                                  NULL };
    char *name = sb_file_name(parts, ".json"), *path = sb_path_join(dir, name);
    free(plugin);
    free(name);
    return path;
}

int sb_export_cache(const char *dir, const sb_tuned_points *tuned, sb_error *error)
{
    json_t *cache = json_object(), *params = json_object();
    for (size_t i = 0; i < tuned->count; i++)
        add_point(&tuned->points[i], cache, params);
    int rc = json_object_size(cache) > 0;
    json_t *root =
        json_pack("{s:s?, s:s?, s:s?, s:o, s:o, s:s, s:o}", "device_name", tuned->machine,
                  "kernel_name", tuned->kernel, "problem_size", tuned->layer, "tune_params_keys",
                  keys_json(params), "tune_params", params, "objective", "time", "cache", cache);
    char *text = rc ? json_dumps(root, JSON_INDENT(0) | JSON_PRESERVE_ORDER) : NULL;
    char *path = path_of(dir, tuned);
    if (text && sb_file_write(path, text, strlen(text), error) < 0)
        rc = SB_FAILED;
    free(path);
    free(text);
    json_decref(root);
    return rc;
}
