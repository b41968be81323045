/* SPDX-License-Identifier: Apache-2.0 */
/* A row of a list of layers: the possible meanings of its cells, and the layer that they
 * describe. */
#ifndef SB_IMPORT_CSV_ROW_H
#define SB_IMPORT_CSV_ROW_H

#include "import/imported.h"

enum { SB_CSV_NUMBERS = 4 }; /* most numbers in a cell */

/* The numbers of a row. */
typedef enum sb_csv_slot {
    SB_CSV_N,
    SB_CSV_C,
    SB_CSV_H,
    SB_CSV_W,
    SB_CSV_EXPAND,
    SB_CSV_K,
    SB_CSV_R,
    SB_CSV_S,
    SB_CSV_STRIDE_H,
    SB_CSV_STRIDE_W,
    SB_CSV_PAD_TOP,
    SB_CSV_PAD_BOTTOM,
    SB_CSV_PAD_LEFT,
    SB_CSV_PAD_RIGHT,
    SB_CSV_DILATION_H,
    SB_CSV_DILATION_W,
    SB_CSV_GROUPS,
    SB_CSV_MULTIPLIER,
    SB_CSV_REPEAT,
    SB_CSV_P,
    SB_CSV_Q,
    SB_CSV_SLOTS
} sb_csv_slot;

typedef struct sb_csv_row {
    const char *file; /* borrowed, like the name */
    size_t line;
    const char *name; /* NULL: none */
    int64_t numbers[SB_CSV_SLOTS];
    bool given[SB_CSV_SLOTS];
    bool same, same_lower; /* words for padding that makes the output ceil(input / stride) */
    sb_import_kind kind;
    int64_t operations; /* as in sb_import_shape */
    bool residual;
    /* After each step; a single one applies to all. */
    size_t bias_count, activation_count;
    int64_t biases[SB_IMPORT_STEPS], activations[SB_IMPORT_STEPS];
} sb_csv_row;

/* The meaning of a column: an index into the list of meanings. */
enum { SB_CSV_NO_MEANING = -1 };

/* SB_CSV_NO_MEANING if the name, or alias, is unknown. Case does not matter. */
int sb_csv_meaning_find(const char *name);

/* The nearest name of a meaning, or NULL. */
const char *sb_csv_meaning_near(const char *name);

/* Does the meaning set that number? */
bool sb_csv_meaning_says(int meaning, sb_csv_slot slot);

/* Does it set one number, and nothing else? */
bool sb_csv_meaning_is_number(int meaning);

/* A row in which every number has its default. */
sb_csv_row sb_csv_row_start(const char *file, size_t line);

/* Stores a cell that is not empty. */
int sb_csv_row_take(sb_csv_row *row, int meaning, const char *cell, sb_error *error);

/* Adds the row's layer, or the reason why it is not one. */
void sb_csv_row_add(sb_csv_row *row, sb_imported *imported);

/* The number of integers in "3", "3x5", "[3, 5]" or "(1, 1, 2, 2)"; 0 for anything else. */
size_t sb_csv_numbers(const char *cell, int64_t numbers[SB_CSV_NUMBERS]);

#endif
