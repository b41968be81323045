/* SPDX-License-Identifier: Apache-2.0 */
#include "report/steps_table.h"

#include "conv/cost.h"
#include "core/table.h"
#include "measure/steps.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The same for a run and for every report of it. */
#define CONFIDENCE 0.95
#define SEED       1

static double rate_of(const sb_group *group, const sb_result *result)
{
    const sb_problem problem = sb_layer_problem(group->layer, result->operation, group->threads);
    return 2 * (double)sb_cost_of(&problem).total / result->time.value;
}

static void add_share(sb_table *table, const sb_group *group, const sb_step_share *share)
{
    const sb_result *result = share->result;
    const sb_interval time = share->of_time;
    const double rate = rate_of(group, result);
    sb_table_cell(table, "%s", group->layer->name);
    sb_table_cell(table, "%" PRId64, group->threads);
    sb_table_cell(table, "%s", sb_operation_name(share->operation));
    sb_table_cell(table, "%s", result->label);
    sb_table_cell(table, "%.1f", 100 * share->of_multiplications);
    if (sb_determined(time.low, time.high))
        sb_table_cell(table, "%.1f [%.1f, %.1f]", 100 * time.value, 100 * time.low,
                      100 * time.high);
    else
        sb_table_cell(table, "?");
    sb_table_cell(table, "%.1f", rate);
    if (result->roofline_gflops > 0)
        sb_table_cell(table, "%.0f", 100 * rate / result->roofline_gflops);
    else
        sb_table_cell(table, "-");
}

static int add_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    sb_step_share *shares;
    size_t count = sb_group_steps(group, CONFIDENCE, SEED, &shares);
    for (size_t i = 0; i < count; i++)
        if (strcmp(shares[i].technique, "best") == 0)
            add_share(context, group, &shares[i]);
    free(shares);
    return SB_OK;
}

int sb_steps_print(sb_rundb *db, sb_error *error)
{
    sb_table table;
    sb_table_start(&table,
                   (const char *const[]) { "layer", ">threads", "step", "kernel", ">% of mult.",
                                           ">% of time", ">GFLOP/s", ">% of bound", NULL });
    int rc = sb_rundb_visit(db, true, add_group, &table, error);
    if (rc == SB_OK && sb_table_rows(&table)) {
        puts("\nTime of each step with our fastest kernels (100 %: all steps, one after the "
             "other;\nthe chain's own row is below 100 % if computing them together is faster):");
        sb_table_print(&table, stdout);
    }
    sb_table_free(&table);
    return rc;
}
