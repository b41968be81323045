/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/candidates.h"

#include "campaign/winners.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

static char *label_of(const sb_plugin_info *plugin, const sb_kernel_info *kernel)
{
    sb_text text = { 0 };
    sb_text_add(&text, "%s/%s", plugin->id, kernel->id);
    return text.data;
}

static sb_candidate *find_label(sb_candidates *c, const char *label, sb_operation operation)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->items[i].operation == operation && strcmp(c->items[i].label, label) == 0)
            return &c->items[i];
    return NULL;
}

static sb_candidate *add_candidate(sb_candidates *c, const sb_candidate *made)
{
    c->items = sb_grow(c->items, c->count + 1, sizeof *c->items);
    sb_candidate *item = &c->items[c->count++];
    *item = *made;
    item->label = sb_copy_text(made->label);
    return item;
}

/* The first value is used for measuring; several values are a list to choose from. */
static int give_value(sb_candidate *item, size_t parameter, const char *text, sb_error *error)
{
    const sb_kernel_info *kernel = &item->plugin->kernels[item->kernel];
    int64_t value;
    if (sb_params_parse_value(&kernel->parameters[parameter], text, &value, error) < 0)
        return SB_FAILED;
    if (item->given & 1u << parameter)
        item->listed |= 1u << parameter;
    else
        item->values[parameter] = value;
    item->given |= 1u << parameter;
    item->origin = "config";
    sb_listed_value *choices = (sb_listed_value *)(uintptr_t)item->choices;
    choices = sb_grow(choices, item->choice_count + 1, sizeof *choices);
    choices[item->choice_count++] = (sb_listed_value) { parameter, value };
    item->choices = choices;
    return SB_OK;
}

static int set_parameter(sb_candidate *item, const char *name, const char *value, sb_error *error)
{
    const sb_kernel_info *kernel = &item->plugin->kernels[item->kernel];
    const char *names[SB_MAX_PARAMETERS + 1] = { NULL };
    for (size_t i = 0; i < kernel->parameter_count; i++) {
        names[i] = kernel->parameters[i].id;
        if (strcmp(names[i], name) != 0)
            continue;
        return give_value(item, i, value, error);
    }
    const char *near = sb_nearest(name, names);
    return sb_fail(error, "%s/%s has no parameter '%s'%s%s%s", item->plugin->id, kernel->id, name,
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* A later entry replaces an earlier one. */
static void clear_values(sb_candidate *item)
{
    free((sb_listed_value *)(uintptr_t)item->choices);
    item->choices = NULL;
    item->choice_count = 0;
    item->given = item->listed = 0;
}

/* One kernel that matches a choice, for one of the operations that it computes. */
static int take_operation(sb_candidates *c, const sb_kernel_choice *choice,
                          const sb_candidate *wanted, sb_error *error)
{
    sb_candidate *item = find_label(c, wanted->label, wanted->operation);
    if (item && (choice->as || item->plugin != wanted->plugin || item->kernel != wanted->kernel))
        return sb_fail(error, "%s: two kernels are called '%s'; rename one of them with 'as'",
                       choice->where, wanted->label);
    if (!item)
        item = add_candidate(c, wanted);
    if (choice->param_count)
        clear_values(item);
    for (size_t i = 0; i < choice->param_count; i++)
        if (set_parameter(item, choice->param_names[i], choice->param_values[i], error) < 0)
            return sb_fail_within(error, "%s", choice->where);
    return SB_OK;
}

static int take_kernel(sb_candidates *c, const sb_kernel_choice *choice,
                       const sb_plugin_info *plugin, size_t kernel, sb_error *error)
{
    const sb_kernel_info *info = &plugin->kernels[kernel];
    if (choice->as && strchr(choice->as, '@'))
        return sb_fail(error,
                       "%s: the name '%s' (as) contains '@', which is reserved for '...@default'",
                       choice->where, choice->as);
    char *label = choice->as ? sb_copy_text(choice->as) : label_of(plugin, info);
    int rc = SB_OK;
    for (int op = 0; op < SB_OPERATIONS && rc == SB_OK; op++) {
        const sb_candidate wanted = { .plugin = plugin,
                                      .kernel = kernel,
                                      .operation = (sb_operation)op,
                                      .label = label,
                                      .origin = "default" };
        if (sb_kernel_computes(info, (sb_operation)op))
            rc = take_operation(c, choice, &wanted, error);
    }
    free(label);
    return rc;
}

/* The label nearest to the pattern, or NULL; free() it. */
static char *nearest_kernel(const char *pattern, const sb_plugin_list *plugins)
{
    char **labels = NULL;
    size_t count = 0;
    for (size_t p = 0; p < plugins->count; p++)
        for (size_t k = 0; k < plugins->plugins[p].kernel_count; k++) {
            labels = sb_grow(labels, count + 2, sizeof *labels);
            labels[count++] = label_of(&plugins->plugins[p], &plugins->plugins[p].kernels[k]);
            labels[count] = NULL;
        }
    const char *near = count ? sb_nearest(pattern, (const char *const *)labels) : NULL;
    char *kept = near ? sb_copy_text(near) : NULL;
    for (size_t i = 0; i < count; i++)
        free(labels[i]);
    free(labels);
    return kept;
}

/* Why no kernel of an absent plugin matches the pattern; NULL if it names no such plugin. */
static const char *find_absence(const char *pattern, const sb_plugin_list *plugins)
{
    for (size_t p = 0; p < plugins->count; p++) {
        const sb_plugin_info *plugin = &plugins->plugins[p];
        const size_t length = plugin->absence ? strlen(plugin->id) : 0;
        if (length && strncmp(pattern, plugin->id, length) == 0 && strchr("/", pattern[length]))
            return plugin->absence;
    }
    return NULL;
}

static int refuse_pattern(const sb_kernel_choice *choice, const sb_plugin_list *plugins,
                          sb_error *error)
{
    const char *absence = find_absence(choice->pattern, plugins);
    if (absence)
        return sb_fail(error, "%s: no kernel matches '%s': %s", choice->where, choice->pattern,
                       absence);
    char *near = nearest_kernel(choice->pattern, plugins);
    sb_fail(error, "%s: no kernel matches '%s'%s%s%s; see 'sepbench list kernels'", choice->where,
            choice->pattern, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    free(near);
    return SB_FAILED;
}

static int match_choice(sb_candidates *c, const sb_kernel_choice *choice,
                        const sb_plugin_list *plugins, sb_error *error)
{
    size_t matched = 0;
    for (size_t p = 0; p < plugins->count; p++)
        for (size_t k = 0; k < plugins->plugins[p].kernel_count; k++) {
            char *label = label_of(&plugins->plugins[p], &plugins->plugins[p].kernels[k]);
            bool hit = sb_glob_match(choice->pattern, label);
            free(label);
            if (!hit)
                continue;
            matched++;
            if (take_kernel(c, choice, &plugins->plugins[p], k, error) < 0)
                return SB_FAILED;
        }
    return matched > 0 ? SB_OK : refuse_pattern(choice, plugins, error);
}

int sb_candidates_make(const sb_config *config, const sb_plugin_list *plugins,
                       sb_candidates *candidates, sb_error *error)
{
    sb_kernel_choice all = { .pattern = (char[]) { "*" }, .where = (char[]) { "kernels" } };
    *candidates = (sb_candidates) { 0 };
    int rc = SB_OK;
    if (config->kernel_count == 0)
        rc = match_choice(candidates, &all, plugins, error);
    for (size_t i = 0; i < config->kernel_count && rc == SB_OK; i++)
        rc = match_choice(candidates, &config->kernels[i], plugins, error);
    for (size_t i = 0; i < candidates->count; i++)
        candidates->items[i].objective = config->tune.objective;
    if (rc == SB_OK)
        rc = sb_candidates_restrict(config, plugins, candidates, error);
    if (rc < 0)
        sb_candidates_free(candidates);
    return rc;
}

void sb_candidates_add_plain(sb_candidates *candidates)
{
    size_t count = candidates->count;
    for (size_t i = 0; i < count; i++) {
        sb_candidate plain = candidates->items[i];
        if (!sb_winners_open(&plain))
            continue;
        sb_text label = { 0 };
        sb_text_add(&label, "%s@default", plain.label);
        plain.label = label.data;
        plain.plain = true;
        plain.choices = NULL;
        plain.choice_count = plain.constraint_count = plain.start_count = 0;
        plain.constraints = NULL;
        plain.starts = NULL;
        add_candidate(candidates, &plain);
        sb_text_free(&label);
    }
}

void sb_candidates_free(sb_candidates *candidates)
{
    for (size_t i = 0; i < candidates->count; i++) {
        clear_values(&candidates->items[i]);
        free((sb_constraint *)(uintptr_t)candidates->items[i].constraints);
        free((sb_start *)(uintptr_t)candidates->items[i].starts);
        free((char *)(uintptr_t)candidates->items[i].label);
    }
    free(candidates->items);
    *candidates = (sb_candidates) { 0 };
}
