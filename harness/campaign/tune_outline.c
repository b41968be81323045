/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/tune_outline.h"

#include "core/log.h"
#include "core/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* The values of a parameter that the candidate leaves to tuning. */
static double count_values(const sb_candidate *candidate, size_t parameter)
{
    const sb_kernel_info *kernel = &candidate->plugin->kernels[candidate->kernel];
    double listed = 0.0;
    if (!(candidate->given & 1u << parameter))
        return (double)sb_parameter_count(&kernel->parameters[parameter]);
    for (size_t i = 0; i < candidate->choice_count; i++)
        listed += candidate->choices[i].parameter == parameter;
    return listed;
}

static double count_combinations(const sb_scope *scope, const sb_tune_unit *unit)
{
    double sum = 0.0;
    for (size_t c = 0; c < scope->candidates.count; c++) {
        const sb_candidate *candidate = &scope->candidates.items[c];
        double product = 1.0;
        if (!sb_tune_plan_takes(unit->layer, candidate, unit->operation))
            continue;
        for (size_t p = 0; p < candidate->plugin->kernels[candidate->kernel].parameter_count; p++)
            product *= count_values(candidate, p);
        sum += product;
    }
    return sum;
}

static void add_unit(sb_table *table, const sb_scope *scope, const sb_tune_plan *plan, size_t at,
                     const sb_tune_manner *manner)
{
    const sb_tune_unit *unit = &plan->units[at];
    double combinations = count_combinations(scope, unit);
    double most = (double)manner->limits.evaluations * (double)unit->searches;
    sb_table_cell(table, "%s", unit->layer->name);
    sb_table_cell(table, "%s", sb_operation_name(unit->operation));
    sb_table_cell(table, "%" PRId64, unit->threads);
    sb_table_cell(table, "%.0f", unit->uses);
    sb_table_cell(table, "%zu", unit->searches);
    sb_table_cell(table, "%.3g", combinations);
    if (manner->budget_ns)
        sb_table_cell(table, "%.1f s",
                      (double)sb_tune_plan_part(plan, at, manner->budget_ns) * 1e-9);
    else
        sb_table_cell(table, "%.0f evaluations", fmin(most, combinations));
}

void sb_tune_outline_print(const sb_scope *scope, const sb_tune_plan *plan,
                           const sb_tune_manner *manner)
{
    sb_table table;
    sb_table_start(&table, (const char *const[]) { "layer", "operation", ">threads", ">times",
                                                   ">kernels", ">combinations", ">at most", NULL });
    for (size_t i = 0; i < plan->count; i++)
        add_unit(&table, scope, plan, i, manner);
    sb_table_print(&table, stdout);
    sb_table_free(&table);
    printf("\n%zu %s", plan->searches, plan->searches == 1 ? "search" : "searches");
    if (plan->spared)
        printf("; layers of the same shape spare %zu more", plan->spared);
    if (manner->budget_ns)
        printf("; %.0f s for all of them", ceil((double)manner->budget_ns * 1e-9));
    putchar('\n');
}
