/* SPDX-License-Identifier: Apache-2.0 */
#include "report/theory_rows.h"

#include "conv/cost.h"

/* The chain's steps are stored in their members. */
static void count_chain(const sb_layer *layer, sb_theory_row *row)
{
    int64_t *const multiplications[SB_ROLES] = { [SB_ROLE_EXPAND] = &row->expand,
                                                 [SB_ROLE_DEPTHWISE] = &row->depthwise,
                                                 [SB_ROLE_POINTWISE] = &row->pointwise };
    int64_t *const parameters[SB_ROLES] = { [SB_ROLE_EXPAND] = &row->expand_parameters,
                                            [SB_ROLE_DEPTHWISE] = &row->depthwise_parameters,
                                            [SB_ROLE_POINTWISE] = &row->pointwise_parameters };
    const sb_operation chain = sb_layer_chain(layer);
    const sb_problem problem = sb_layer_problem(layer, chain, 1);
    const sb_cost cost = sb_cost_of(&problem);
    for (uint32_t i = 0; i < problem.step_count; i++) {
        *multiplications[sb_operation_role(chain, i)] = cost.steps[i];
        *parameters[sb_operation_role(chain, i)] = cost.step_parameters[i];
    }
    row->separable = cost.total;
    row->separable_parameters = cost.parameters;
}

sb_operation sb_theory_single(const sb_layer *layer)
{
    int op = 0;
    while (op + 1 < SB_OPERATIONS && !layer->operations[op])
        op++;
    return (sb_operation)op;
}

sb_theory_row sb_theory_row_of(const sb_layer *layer)
{
    sb_theory_row row = { 0 };
    const sb_operation single = sb_theory_single(layer);
    if (sb_layer_is_pair(layer) || single == sb_layer_chain(layer))
        count_chain(layer, &row);
    if (sb_layer_is_pair(layer) || single != sb_layer_chain(layer)) {
        const sb_problem problem = sb_layer_problem(layer, single, 1);
        const sb_cost cost = sb_cost_of(&problem);
        row.standard = cost.total;
        row.standard_parameters = cost.parameters;
    }
    return row;
}

sb_theory_sum sb_theory_sum_of(const sb_network *network, bool pairs)
{
    sb_theory_sum sum = { 0 };
    for (size_t i = 0; i < network->layer_count; i++) {
        const sb_layer *layer = &network->layers[i];
        if (sb_layer_is_pair(layer) != pairs)
            continue;
        const sb_theory_row row = sb_theory_row_of(layer);
        const __int128 repeat = layer->repeat;
        sum.layers++;
        sum.standard += repeat * row.standard;
        sum.separable += repeat * row.separable;
        sum.standard_parameters += repeat * row.standard_parameters;
        sum.separable_parameters += repeat * row.separable_parameters;
    }
    return sum;
}

double sb_theory_percent(__int128 separable, __int128 standard)
{
    return 100.0 * (double)separable / (double)standard;
}

/* The numbers of a row by name, in the order of the columns. */
static const struct {
    const char *name;
    size_t offset;
} columns[] = {
    { "standard_multiplications", offsetof(sb_theory_row, standard) },
    { "depthwise_multiplications", offsetof(sb_theory_row, depthwise) },
    { "pointwise_multiplications", offsetof(sb_theory_row, pointwise) },
    { "separable_multiplications", offsetof(sb_theory_row, separable) },
    { "standard_parameters", offsetof(sb_theory_row, standard_parameters) },
    { "depthwise_parameters", offsetof(sb_theory_row, depthwise_parameters) },
    { "pointwise_parameters", offsetof(sb_theory_row, pointwise_parameters) },
    { "separable_parameters", offsetof(sb_theory_row, separable_parameters) },
    { "expand_multiplications", offsetof(sb_theory_row, expand) },
    { "expand_parameters", offsetof(sb_theory_row, expand_parameters) },
};

const char *sb_theory_column_name(size_t index)
{
    return columns[index].name;
}

int64_t sb_theory_value(const sb_theory_row *row, size_t index)
{
    return *(const int64_t *)(const void *)((const char *)row + columns[index].offset);
}

void sb_theory_cell(sb_table *table, __int128 value)
{
    char digits[48];
    char *at = digits + sizeof digits;
    *--at = '\0';
    do
        *--at = (char)('0' + (int)(value % 10));
    while ((value /= 10) > 0);
    sb_table_cell(table, "%s", at);
}

void sb_theory_skip(sb_table *table, int count)
{
    while (count-- > 0)
        sb_table_cell(table, "%s", "");
}
