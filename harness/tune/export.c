/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/export.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double ns_per_ms = 1e6;

static json_t *value_json(const sb_axis *axis, uint32_t digit)
{
    return axis->names ? json_string(axis->names[digit]) : json_integer(axis->values[digit]);
}

static json_t *names_json(const sb_space *space)
{
    json_t *names = json_array();
    for (size_t a = 0; a < space->axis_count; a++)
        json_array_append_new(names, json_string(space->axes[a].id));
    return names;
}

static json_t *ranges_json(const sb_space *space)
{
    json_t *ranges = json_object();
    for (size_t a = 0; a < space->axis_count; a++) {
        json_t *values = json_array();
        for (uint32_t d = 0; d < space->axes[a].count; d++)
            json_array_append_new(values, value_json(&space->axes[a], d));
        json_object_set_new(ranges, space->axes[a].id, values);
    }
    return ranges;
}

/* Adds one parameter set under its key, "16,1,yes". */
static void add_entry(json_t *cache, const sb_space *space, const sb_evaluated *one)
{
    uint32_t digits[SB_SPACE_AXES];
    sb_text key = { 0 };
    json_t *entry = json_object();
    sb_text_add(&key, "%s", "");
    sb_space_digits(space, one->index, digits);
    for (size_t a = 0; a < space->axis_count; a++) {
        char value[256];
        sb_axis_text(&space->axes[a], digits[a], value, sizeof value);
        sb_text_add(&key, "%s%s", a ? "," : "", value);
        json_object_set_new(entry, space->axes[a].id, value_json(&space->axes[a], digits[a]));
    }
    json_object_set_new(entry, "time",
                        isfinite(one->objective) ? json_real(one->objective / ns_per_ms)
                                                 : json_string("RuntimeFailedConfig"));
    json_object_set_new(cache, key.data, entry);
    sb_text_free(&key);
}

void sb_export_kernel_tuner(const sb_space *space, const sb_evaluated *evaluated, size_t count,
                            const sb_export_subject *subject, sb_text *text)
{
    json_t *cache = json_object();
    for (size_t i = 0; i < count; i++)
        add_entry(cache, space, &evaluated[i]);
    json_t *root = json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:o}", "device_name", subject->device,
                             "kernel_name", subject->kernel, "problem_size", subject->problem,
                             "tune_params_keys", names_json(space), "tune_params",
                             ranges_json(space), "objective", "time", "cache", cache);
    char *dump = json_dumps(root, JSON_INDENT(0) | JSON_PRESERVE_ORDER);
    sb_text_add_bytes(text, dump, strlen(dump));
    sb_text_add(text, "\n");
    free(dump);
    json_decref(root);
}
