/* SPDX-License-Identifier: Apache-2.0 */
/* Gives the candidates the constraints and starting points of the section `tune` that concern
 * them: those whose parameters the kernel has. */
#include "campaign/candidates.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------------------------- constraints */

static void add_constraint(sb_candidate *item, const sb_constraint *bound)
{
    sb_constraint *list = (sb_constraint *)(uintptr_t)item->constraints;
    list = sb_grow(list, item->constraint_count + 1, sizeof *list);
    list[item->constraint_count++] = *bound;
    item->constraints = list;
}

/* What a name in the section tune must be a parameter of. */
typedef bool binds(const void *given, const sb_kernel_info *kernel, const char **unknown);

static bool constraint_binds(const void *given, const sb_kernel_info *kernel, const char **unknown)
{
    sb_constraint bound;
    return sb_constraint_bind(given, kernel, &bound, unknown);
}

static size_t count_parameters(const sb_plugin_list *plugins)
{
    size_t count = 0;
    for (size_t p = 0; p < plugins->count; p++)
        for (size_t k = 0; k < plugins->plugins[p].kernel_count; k++)
            count += plugins->plugins[p].kernels[k].parameter_count;
    return count;
}

/* The parameter of any kernel that is nearest to the name, or NULL; borrowed from the list. */
static const char *nearest_parameter(const sb_plugin_list *plugins, const char *name)
{
    const char **names = sb_new(count_parameters(plugins) + 1, sizeof *names);
    size_t count = 0;
    for (size_t p = 0; p < plugins->count; p++)
        for (size_t k = 0; k < plugins->plugins[p].kernel_count; k++)
            for (size_t i = 0; i < plugins->plugins[p].kernels[k].parameter_count; i++)
                names[count++] = plugins->plugins[p].kernels[k].parameters[i].id;
    const char *near = sb_nearest(name, names);
    free(names);
    return near;
}

/* Fails if it concerns no kernel at all. Kernels that are not selected count: a configuration may
 * be used for some of its kernels. */
static int check_use(const sb_plugin_list *plugins, const void *given, binds *bind,
                     const char *where, const char *what, sb_error *error)
{
    const char *unknown = "";
    for (size_t p = 0; p < plugins->count; p++)
        for (size_t k = 0; k < plugins->plugins[p].kernel_count; k++)
            if (bind(given, &plugins->plugins[p].kernels[k], &unknown))
                return SB_OK;
    const char *near = nearest_parameter(plugins, unknown);
    if (near && strcmp(near, unknown) == 0)
        return sb_fail(error, "%s: %s: no kernel has all of these parameters", where, what);
    return sb_fail(error, "%s: %s: no kernel has a parameter '%s'%s%s%s", where, what, unknown,
                   near ? "; did you mean '" : "; see 'sepbench list parameters'", near ? near : "",
                   near ? "'?" : "");
}

static int take_constraint(const sb_config_constraint *given, const sb_plugin_list *plugins,
                           sb_candidates *candidates, sb_error *error)
{
    const char *unknown;
    sb_constraint bound;
    for (size_t i = 0; i < candidates->count; i++) {
        sb_candidate *item = &candidates->items[i];
        if (!sb_constraint_bind(given->expression, &item->plugin->kernels[item->kernel], &bound,
                                &unknown))
            continue;
        bound.where = given->where;
        add_constraint(item, &bound);
    }
    return check_use(plugins, given->expression, constraint_binds, given->where,
                     sb_expression_text(given->expression), error);
}

/* ------------------------------------------------------------------------------ starting points */

static ptrdiff_t find_parameter(const sb_kernel_info *kernel, const char *name)
{
    for (size_t i = 0; i < kernel->parameter_count; i++)
        if (strcmp(kernel->parameters[i].id, name) == 0)
            return (ptrdiff_t)i;
    return -1;
}

static bool start_binds(const void *given, const sb_kernel_info *kernel, const char **unknown)
{
    const sb_config_start *start = given;
    for (size_t i = 0; i < start->count; i++)
        if (find_parameter(kernel, start->names[i]) < 0) {
            *unknown = start->names[i];
            return false;
        }
    return true;
}

static int read_start(const sb_config_start *given, const sb_kernel_info *kernel, sb_start *start,
                      sb_error *error)
{
    *start = (sb_start) { .where = given->where };
    for (size_t i = 0; i < given->count; i++) {
        size_t p = (size_t)find_parameter(kernel, given->names[i]);
        if (sb_params_parse_value(&kernel->parameters[p], given->values[i], &start->values[p],
                                  error) < 0)
            return SB_FAILED;
        start->given |= 1u << p;
    }
    return SB_OK;
}

/* A value must be legal for one of the kernels with these parameters. */
static int take_start(const sb_config_start *given, const sb_plugin_list *plugins,
                      sb_candidates *candidates, sb_error *error)
{
    const char *unknown;
    size_t concerned = 0, taken = 0;
    sb_error why = { "" };
    for (size_t i = 0; i < candidates->count; i++) {
        sb_candidate *item = &candidates->items[i];
        const sb_kernel_info *kernel = &item->plugin->kernels[item->kernel];
        sb_start start;
        if (!start_binds(given, kernel, &unknown))
            continue;
        concerned++;
        if (read_start(given, kernel, &start, &why) < 0)
            continue;
        taken++;
        sb_start *list = (sb_start *)(uintptr_t)item->starts;
        list = sb_grow(list, item->start_count + 1, sizeof *list);
        list[item->start_count++] = start;
        item->starts = list;
    }
    if (concerned && !taken)
        return sb_fail(error, "%s: starting point: %s", given->where, why.text);
    return check_use(plugins, given, start_binds, given->where, "starting point", error);
}

int sb_candidates_restrict(const sb_config *config, const sb_plugin_list *plugins,
                           sb_candidates *candidates, sb_error *error)
{
    int rc = SB_OK;
    for (size_t i = 0; i < config->tune.constraint_count && rc == SB_OK; i++)
        rc = take_constraint(&config->tune.constraints[i], plugins, candidates, error);
    for (size_t i = 0; i < config->tune.start_count && rc == SB_OK; i++)
        rc = take_start(&config->tune.starts[i], plugins, candidates, error);
    return rc;
}
