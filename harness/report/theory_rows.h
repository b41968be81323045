/* SPDX-License-Identifier: Apache-2.0 */
/* The theoretical numbers, layer by layer. For theory_*.c only. */
#ifndef SB_REPORT_THEORY_ROWS_H
#define SB_REPORT_THEORY_ROWS_H

#include "core/table.h"
#include "report/network.h"

/* A layer's multiplications and parameters; 0 if it lacks the operation. */
typedef struct sb_theory_row {
    int64_t standard, expand, depthwise, pointwise, separable;
    int64_t standard_parameters, expand_parameters, depthwise_parameters, pointwise_parameters,
        separable_parameters;
} sb_theory_row;

/* Sums that count repeats; no configuration overflows 128 bits. */
typedef struct sb_theory_sum {
    size_t layers;
    __int128 standard, separable;
    __int128 standard_parameters, separable_parameters;
} sb_theory_sum;

/* The operation that represents a layer that is not a pair: the first one. */
sb_operation sb_theory_single(const sb_layer *layer);

sb_theory_row sb_theory_row_of(const sb_layer *layer);

/* Pairs and single convolutions separately: a network's pairs combine convolutions that its file
 * also lists singly. */
sb_theory_sum sb_theory_sum_of(const sb_network *network, bool pairs);

double sb_theory_percent(__int128 separable, __int128 standard);

/* Four of each: standard, depthwise, pointwise, separable; the expansion was added later. */
enum sb_theory_column {
    SB_THEORY_MULTIPLICATIONS = 0,
    SB_THEORY_KINDS = 4,
    SB_THEORY_PARAMETERS = SB_THEORY_KINDS,
    SB_THEORY_EXPANSIONS = 2 * SB_THEORY_KINDS,
    SB_THEORY_COLUMNS = SB_THEORY_EXPANSIONS + 2
};

/* The name of a column, and its number in a row. */
const char *sb_theory_column_name(size_t index);
int64_t sb_theory_value(const sb_theory_row *row, size_t index);

/* Cells of a table. */
void sb_theory_cell(sb_table *table, __int128 value);
void sb_theory_skip(sb_table *table, int count);

#endif
