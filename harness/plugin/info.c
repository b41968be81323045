/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/info.h"

#include "core/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void free_parameter(sb_parameter_info *parameter)
{
    free(parameter->id);
    free(parameter->summary);
    for (size_t i = 0; i < parameter->choice_count; i++)
        free(parameter->choices[i]);
    free(parameter->choices);
}

static void free_kernel(sb_kernel_info *kernel)
{
    free(kernel->id);
    free(kernel->technique);
    free(kernel->summary);
    for (size_t i = 0; i < kernel->parameter_count; i++)
        free_parameter(&kernel->parameters[i]);
    free(kernel->parameters);
}

bool sb_kernel_computes(const sb_kernel_info *kernel, sb_operation operation)
{
    return (kernel->handles & sb_operation_need(operation)) != 0;
}

void sb_plugin_info_drop_kernels(sb_plugin_info *plugin)
{
    for (size_t i = 0; i < plugin->kernel_count; i++)
        free_kernel(&plugin->kernels[i]);
    free(plugin->kernels);
    plugin->kernels = NULL;
    plugin->kernel_count = 0;
}

void sb_plugin_info_free(sb_plugin_info *plugin)
{
    free(plugin->path);
    free(plugin->id);
    free(plugin->version);
    free(plugin->summary);
    free(plugin->license);
    free(plugin->compiler);
    free(plugin->libraries);
    free(plugin->notes);
    free(plugin->problem);
    free(plugin->absence);
    sb_plugin_info_drop_kernels(plugin);
    for (size_t i = 0; i < plugin->left_out_count; i++)
        free(plugin->left_out[i]);
    free(plugin->left_out);
    *plugin = (sb_plugin_info) { 0 };
}

void sb_plugin_list_free(sb_plugin_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        sb_plugin_info_free(&list->plugins[i]);
    free(list->plugins);
    *list = (sb_plugin_list) { 0 };
}

char *sb_parameter_value_text(const sb_parameter_info *parameter, int64_t value)
{
    sb_text text = { 0 };
    if (parameter->kind == SB_CHOICE)
        sb_text_add(&text, "%s", parameter->choices[value]);
    else
        sb_text_add(&text, "%" PRId64, value);
    return text.data;
}

char *sb_params_text(const sb_kernel_info *kernel, const int64_t *values)
{
    sb_text text = { 0 };
    sb_text_add_bytes(&text, "", 0);
    for (size_t i = 0; i < kernel->parameter_count; i++) {
        char *value = sb_parameter_value_text(&kernel->parameters[i], values[i]);
        sb_text_add(&text, "%s%s=%s", i ? ";" : "", kernel->parameters[i].id, value);
        free(value);
    }
    return text.data;
}

const char *sb_params_find(const char *params, const char *parameter, size_t *length)
{
    size_t name = strlen(parameter);
    for (const char *at = params; *at;) {
        size_t part = strcspn(at, ";");
        if (part > name && strncmp(at, parameter, name) == 0 && at[name] == '=') {
            *length = part - name - 1;
            return at + name + 1;
        }
        at += part + (at[part] == ';');
    }
    return NULL;
}

bool sb_parameter_legal(const sb_parameter_info *parameter, int64_t value)
{
    switch (parameter->kind) {
    case SB_FLAG:
        return value == 0 || value == 1;
    case SB_CHOICE:
        return value >= 0 && (uint64_t)value < parameter->choice_count;
    case SB_POWER_OF_TWO:
        return value >= parameter->min && value <= parameter->max && (value & (value - 1)) == 0;
    case SB_INTEGER:
    default:
        return value >= parameter->min && value <= parameter->max &&
               (value - parameter->min) % parameter->step == 0;
    }
}

int64_t sb_parameter_count(const sb_parameter_info *parameter)
{
    switch (parameter->kind) {
    case SB_FLAG:
        return 2;
    case SB_CHOICE:
        return (int64_t)parameter->choice_count;
    case SB_POWER_OF_TWO: {
        int64_t count = 0;
        for (int64_t v = parameter->min; v <= parameter->max; v *= 2)
            count++;
        return count;
    }
    case SB_INTEGER:
    default:
        return (parameter->max - parameter->min) / parameter->step + 1;
    }
}

int64_t sb_parameter_value(const sb_parameter_info *parameter, int64_t i)
{
    switch (parameter->kind) {
    case SB_FLAG:
    case SB_CHOICE:
        return i;
    case SB_POWER_OF_TWO:
        return parameter->min << i;
    case SB_INTEGER:
    default:
        return parameter->min + i * parameter->step;
    }
}

/* The first place whose value is at least `value`; the number of values if there is none. */
static int64_t place_from(const sb_parameter_info *parameter, int64_t value)
{
    const int64_t count = sb_parameter_count(parameter);
    int64_t low = 0, high = count;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (sb_parameter_value(parameter, middle) < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void sb_parameter_narrow(sb_parameter_info *parameter, int64_t min, int64_t max)
{
    if (parameter->kind != SB_INTEGER && parameter->kind != SB_POWER_OF_TWO)
        return;
    const int64_t first = place_from(parameter, min);
    const int64_t end =
        max < INT64_MAX ? place_from(parameter, max + 1) : sb_parameter_count(parameter);
    if (first >= end)
        return;
    const int64_t least = sb_parameter_value(parameter, first);
    parameter->max = sb_parameter_value(parameter, end - 1);
    parameter->min = least;
}

static int parse_choice(const sb_parameter_info *parameter, const char *text, int64_t *value,
                        sb_error *error)
{
    sb_text names = { 0 };
    for (size_t i = 0; i < parameter->choice_count; i++) {
        if (strcmp(parameter->choices[i], text) == 0) {
            *value = (int64_t)i;
            sb_text_free(&names);
            return SB_OK;
        }
        sb_text_add(&names, "%s%s", i ? ", " : "", parameter->choices[i]);
    }
    sb_fail(error, "%s cannot be \"%s\"; expected one of %s", parameter->id, text, names.data);
    sb_text_free(&names);
    return SB_FAILED;
}

int sb_params_parse_value(const sb_parameter_info *parameter, const char *text, int64_t *value,
                          sb_error *error)
{
    if (parameter->kind == SB_CHOICE)
        return parse_choice(parameter, text, value, error);
    if (parameter->kind == SB_FLAG) {
        bool yes = strcmp(text, "1") == 0 || strcmp(text, "true") == 0;
        if (!yes && strcmp(text, "0") != 0 && strcmp(text, "false") != 0)
            return sb_fail(error, "%s cannot be \"%s\"; expected true or false", parameter->id,
                           text);
        *value = yes;
        return SB_OK;
    }
    int64_t parsed;
    if (!sb_parse_integer(text, INT64_MIN, INT64_MAX, &parsed) ||
        !sb_parameter_legal(parameter, parsed))
        return sb_fail(error, "%s cannot be \"%s\"; it is %s from %" PRId64 " to %" PRId64,
                       parameter->id, text,
                       parameter->kind == SB_POWER_OF_TWO ? "a power of two" : "a whole number",
                       parameter->min, parameter->max);
    *value = parsed;
    return SB_OK;
}
