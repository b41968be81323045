/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/describe.h"

#include "conv/problem.h"
#include "core/text.h"
#include "plugin/rules.h"

#include <jansson.h>
#include <string.h>

/* Text that is not UTF-8 becomes "?". */
static json_t *pack_string(const char *text)
{
    json_t *made = json_string(text);
    return made ? made : json_string("?");
}

static json_t *describe_parameter(const sb_parameter *p)
{
    json_t *choices = json_array();
    for (int64_t i = 0; p->kind == SB_CHOICE && p->choices[i]; i++)
        json_array_append_new(choices, pack_string(p->choices[i]));
    return json_pack("{s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:o}", "id", pack_string(p->id),
                     "summary", pack_string(p->summary), "kind", (json_int_t)p->kind, "min",
                     (json_int_t)p->min, "max", (json_int_t)p->max, "step", (json_int_t)p->step,
                     "initial", (json_int_t)p->initial, "choices", choices);
}

static json_t *describe_kernel(const sb_loaded_kernel *loaded)
{
    const sb_kernel *k = &loaded->kernel;
    json_t *parameters = json_array();
    for (size_t i = 0; i < loaded->parameter_count; i++)
        json_array_append_new(parameters, describe_parameter(&loaded->parameters[i]));
    return json_pack("{s:o, s:o, s:o, s:I, s:I, s:I, s:o}", "id", pack_string(k->id), "technique",
                     pack_string(k->technique), "summary", pack_string(k->summary), "handles",
                     (json_int_t)(k->handles & INT64_MAX), "arithmetic", (json_int_t)k->arithmetic,
                     "flags", (json_int_t)k->flags, "parameters", parameters);
}

/* Empty if the plugin is not absent. */
static const char *ask_absence(const sb_plugin *plugin)
{
    const sb_absence_1 *absence =
        plugin->get_extension ? plugin->get_extension(SB_ABSENCE_1) : NULL;
    const char *why = absence ? absence->why() : NULL;
    return why ? why : "";
}

static bool runs_networks(const sb_plugin *plugin)
{
    return plugin->get_extension && plugin->get_extension(SB_NETWORK_1);
}

char *sb_describe(const sb_loaded *loaded)
{
    const sb_plugin *p = &loaded->plugin;
    json_t *kernels = json_array();
    for (size_t i = 0; i < loaded->kernel_count; i++)
        json_array_append_new(kernels, describe_kernel(&loaded->kernels[i]));
    json_t *left_out = json_array();
    for (size_t i = 0; i < loaded->left_out_count; i++)
        json_array_append_new(left_out, pack_string(loaded->left_out[i]));
    json_t *root =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:o, s:o, s:o}", "id", pack_string(p->id),
                  "version", pack_string(p->version), "summary", pack_string(p->summary), "license",
                  pack_string(p->license), "build", pack_string(p->build ? p->build : ""), "peer",
                  (p->flags & SB_PLUGIN_PEER) != 0, "networks", runs_networks(p), "absence",
                  pack_string(ask_absence(p)), "kernels", kernels, "left_out", left_out);
    char *text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    return text;
}

static int read_parameter(json_t *json, sb_parameter_info *p)
{
    const char *id, *summary;
    json_int_t kind, min, max, step, initial;
    json_t *choices;
    if (json_unpack(json, "{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:o}", "id", &id, "summary",
                    &summary, "kind", &kind, "min", &min, "max", &max, "step", &step, "initial",
                    &initial, "choices", &choices) < 0)
        return SB_FAILED;
    *p = (sb_parameter_info) {
        .id = sb_copy_text(id),
        .summary = sb_copy_text(summary),
        .kind = (sb_parameter_kind)kind,
        .min = min,
        .max = max,
        .step = step,
        .initial = initial,
        .choice_count = json_array_size(choices),
        .choices = sb_new(json_array_size(choices) + 1, sizeof(char *)), /* NULL ends the list */
    };
    for (size_t i = 0; i < p->choice_count; i++) {
        const char *choice = json_string_value(json_array_get(choices, i));
        p->choices[i] = sb_copy_text(choice ? choice : "?");
    }
    if (kind < 0 || kind > SB_FLAG)
        return SB_FAILED;
    return sb_rules_parameter(
        &(sb_parameter) {
            .kind = (uint32_t)kind,
            .id = p->id,
            .summary = p->summary,
            .min = min,
            .max = max,
            .step = step,
            .initial = initial,
            .choices = (const char *const *)p->choices,
        },
        NULL);
}

static int read_kernel(json_t *json, sb_kernel_info *k)
{
    const char *id, *technique, *summary;
    json_int_t handles, arithmetic, flags;
    json_t *parameters;
    if (json_unpack(json, "{s:s, s:s, s:s, s:I, s:I, s:I, s:o}", "id", &id, "technique", &technique,
                    "summary", &summary, "handles", &handles, "arithmetic", &arithmetic, "flags",
                    &flags, "parameters", &parameters) < 0)
        return SB_FAILED;
    *k = (sb_kernel_info) {
        .id = sb_copy_text(id),
        .technique = sb_copy_text(technique),
        .summary = sb_copy_text(summary),
        .handles = (uint64_t)handles,
        .arithmetic = (sb_arithmetic)arithmetic,
        .flags = (uint32_t)flags,
        .parameters = sb_new(json_array_size(parameters), sizeof *k->parameters),
    };
    if (json_array_size(parameters) > SB_MAX_PARAMETERS)
        return SB_FAILED;
    for (size_t i = 0; i < json_array_size(parameters); i++) {
        k->parameter_count = i + 1;
        if (read_parameter(json_array_get(parameters, i), &k->parameters[i]) < 0)
            return SB_FAILED;
    }
    if (arithmetic < 0 || arithmetic >= SB_ARITHMETICS)
        return SB_FAILED;
    return sb_rules_kernel(
        &(sb_kernel) {
            .id = k->id, .technique = k->technique, .summary = k->summary, .handles = k->handles },
        NULL);
}

static int read_left_out(json_t *json, sb_plugin_info *info)
{
    info->left_out = sb_new(json_array_size(json), sizeof *info->left_out);
    for (size_t i = 0; i < json_array_size(json); i++) {
        const char *why = json_string_value(json_array_get(json, i));
        if (!why || !sb_rules_text(why))
            return SB_FAILED;
        info->left_out[info->left_out_count++] = sb_copy_text(why);
    }
    return SB_OK;
}

static int read_plugin(json_t *root, sb_plugin_info *info)
{
    const char *id, *version, *summary, *license, *build, *absence;
    int peer, networks = 0;
    json_t *kernels, *left_out;
    if (json_unpack(root, "{s:s, s:s, s:s, s:s, s:s, s:b, s?b, s:s, s:o, s:o}", "id", &id,
                    "version", &version, "summary", &summary, "license", &license, "build", &build,
                    "peer", &peer, "networks", &networks, "absence", &absence, "kernels", &kernels,
                    "left_out", &left_out) < 0 ||
        !sb_rules_text(build) || !sb_rules_text(absence) || read_left_out(left_out, info) < 0)
        return SB_FAILED;
    info->id = sb_copy_text(id);
    info->version = sb_copy_text(version);
    info->summary = sb_copy_text(summary);
    info->license = sb_copy_text(license);
    info->compiler = sb_copy_text(build);
    info->peer = peer;
    info->networks = networks;
    info->absence = absence[0] ? sb_copy_text(absence) : NULL;
    info->kernels = sb_new(json_array_size(kernels), sizeof *info->kernels);
    for (size_t i = 0; i < json_array_size(kernels); i++) {
        info->kernel_count = i + 1;
        if (read_kernel(json_array_get(kernels, i), &info->kernels[i]) < 0)
            return SB_FAILED;
    }
    return sb_rules_plugin(&(sb_plugin) { .id = info->id,
                                          .version = info->version,
                                          .summary = info->summary,
                                          .license = info->license },
                           NULL);
}

int sb_describe_read(const char *json, size_t length, sb_plugin_info *info, sb_error *error)
{
    json_t *root = json_loadb(json, length, 0, NULL);
    sb_plugin_info read = { 0 };
    int rc = root ? read_plugin(root, &read) : SB_FAILED;
    json_decref(root);
    if (rc < 0) {
        sb_plugin_info_free(&read);
        return sb_fail(error, "its description cannot be read");
    }
    read.path = info->path;
    read.notes = info->notes;
    read.build = info->build;
    *info = read;
    return SB_OK;
}
