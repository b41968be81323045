/* SPDX-License-Identifier: Apache-2.0 */
#include "report/plugin_lists.h"

#include "core/text.h"
#include "tune/search.h"

#include <inttypes.h>
#include <stdlib.h>

void sb_tabulate_plugins(const sb_plugin_list *plugins, const char *filter, sb_table *table)
{
    sb_table_start(table, (const char *const[]) { "plugin", "version", ">kernels", "peer", "build",
                                                  "summary", "path", NULL });
    for (size_t i = 0; i < plugins->count; i++) {
        const sb_plugin_info *p = &plugins->plugins[i];
        if ((p->problem && !p->absence) || (filter && !sb_glob_match(filter, p->id)))
            continue;
        sb_table_cell(table, "%s", p->id);
        sb_table_cell(table, "%s", p->version);
        sb_table_cell(table, "%zu", p->kernel_count);
        sb_table_cell(table, "%s", p->peer ? "yes" : "no");
        sb_table_cell(table, "%016" PRIx64, p->build);
        sb_table_cell(table, "%s%s%s", p->summary, p->absence ? "; left out: " : "",
                      p->absence ? p->absence : "");
        sb_table_cell(table, "%s", p->path);
    }
}

typedef void kernel_row(sb_table *table, const char *label, const sb_kernel_info *kernel);

static void each_kernel(const sb_plugin_list *plugins, const char *filter, sb_table *table,
                        kernel_row *row)
{
    sb_text label = { 0 };
    for (size_t i = 0; i < plugins->count; i++)
        for (size_t k = 0; k < plugins->plugins[i].kernel_count; k++) {
            const sb_kernel_info *kernel = &plugins->plugins[i].kernels[k];
            sb_text_clear(&label);
            sb_text_add(&label, "%s/%s", plugins->plugins[i].id, kernel->id);
            if (!filter || sb_glob_match(filter, label.data))
                row(table, label.data, kernel);
        }
    sb_text_free(&label);
}

/* Of all parameters, before a layer's constraints: the size of the space to search. */
static double count_combinations(const sb_kernel_info *kernel)
{
    double count = 1;
    for (size_t i = 0; i < kernel->parameter_count; i++)
        count *= (double)sb_parameter_count(&kernel->parameters[i]);
    return count;
}

/* The needs for steps; the single steps of a chain are standard convolutions. */
static void add_operations(sb_table *table, const sb_kernel_info *kernel)
{
    sb_text names = { 0 };
    for (int op = 0; op <= SB_BOTTLENECK; op++)
        if (sb_kernel_computes(kernel, (sb_operation)op))
            sb_text_add(&names, "%s%s", names.length ? ";" : "",
                        sb_operation_name((sb_operation)op));
    sb_table_cell(table, "%s", names.data ? names.data : "");
    sb_text_free(&names);
}

static void add_kernel(sb_table *table, const char *label, const sb_kernel_info *kernel)
{
    sb_table_cell(table, "%s", label);
    sb_table_cell(table, "%s", kernel->technique);
    add_operations(table, kernel);
    sb_table_cell(table, "%s", sb_arithmetic_name(kernel->arithmetic));
    sb_table_cell(table, "%s", kernel->flags & SB_KERNEL_THREADED ? "many" : "1");
    sb_table_cell(table, "%zu", kernel->parameter_count);
    sb_table_cell(table, "%.7g", count_combinations(kernel));
    sb_table_cell(table, "%s", kernel->summary);
}

void sb_tabulate_kernels(const sb_plugin_list *plugins, const char *filter, sb_table *table)
{
    sb_table_start(table, (const char *const[]) { "kernel", "technique", "operation", "arithmetic",
                                                  "threads", ">parameters", ">combinations",
                                                  "summary", NULL });
    each_kernel(plugins, filter, table, add_kernel);
}

/* "1..64 step 1", "8..512 by doubling", "a|b|c", "0|1" */
static char *range_text(const sb_parameter_info *p)
{
    sb_text text = { 0 };
    if (p->kind == SB_FLAG)
        sb_text_add(&text, "0|1");
    for (size_t i = 0; p->kind == SB_CHOICE && i < p->choice_count; i++)
        sb_text_add(&text, "%s%s", i ? "|" : "", p->choices[i]);
    if (p->kind == SB_POWER_OF_TWO)
        sb_text_add(&text, "%" PRId64 "..%" PRId64 " by doubling", p->min, p->max);
    if (p->kind == SB_INTEGER)
        sb_text_add(&text, "%" PRId64 "..%" PRId64 " step %" PRId64, p->min, p->max, p->step);
    return text.data;
}

static void add_parameters(sb_table *table, const char *label, const sb_kernel_info *kernel)
{
    for (size_t i = 0; i < kernel->parameter_count; i++) {
        const sb_parameter_info *p = &kernel->parameters[i];
        char *range = range_text(p), *initial = sb_parameter_value_text(p, p->initial);
        sb_table_cell(table, "%s", label);
        sb_table_cell(table, "%s", p->id);
        sb_table_cell(table, "%s", range);
        sb_table_cell(table, "%" PRId64, sb_parameter_count(p));
        sb_table_cell(table, "%s", initial);
        sb_table_cell(table, "%s", p->summary);
        free(range);
        free(initial);
    }
}

void sb_tabulate_parameters(const sb_plugin_list *plugins, const char *filter, sb_table *table)
{
    sb_table_start(table, (const char *const[]) { "kernel", "parameter", "values", ">count",
                                                  "default", "summary", NULL });
    each_kernel(plugins, filter, table, add_parameters);
}

void sb_tabulate_strategies(const char *filter, sb_table *table)
{
    sb_table_start(table, (const char *const[]) { "strategy", "summary", NULL });
    for (size_t i = 0; sb_strategies[i]; i++) {
        if (filter && !sb_glob_match(filter, sb_strategies[i]->id))
            continue;
        sb_table_cell(table, "%s", sb_strategies[i]->id);
        sb_table_cell(table, "%s", sb_strategies[i]->summary);
    }
}
