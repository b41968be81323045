/* SPDX-License-Identifier: Apache-2.0 */
/* A row of a list of layers: what its cells can mean, and the layer that they make. */
#ifndef SB_IMPORT_CSV_ROW_H
#define SB_IMPORT_CSV_ROW_H

#include "import/imported.h"

enum { SB_CSV_NUMBERS = 4 }; /* most numbers that a cell says */

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
    const char *file; /* borrowed, as is the name */
    size_t line;
    const char *name; /* NULL: none */
    int64_t numbers[SB_CSV_SLOTS];
    bool given[SB_CSV_SLOTS];
    bool same, same_lower; /* padding that makes the output ceil(input / stride) */
    sb_import_kind kind;
    int64_t operations; /* as sb_import_shape has them */
    bool residual;
    /* After each step; one stands for all. */
    size_t bias_count, activation_count;
    int64_t biases[SB_IMPORT_STEPS], activations[SB_IMPORT_STEPS];
} sb_csv_row;

/* What a column can mean: an index of the list of meanings. */
enum { SB_CSV_NO_MEANING = -1 };

/* SB_CSV_NO_MEANING where the name, or alias, means nothing. Case does not matter. */
int sb_csv_meaning_find(const char *name);

/* The nearest name of a meaning, or NULL. */
const char *sb_csv_meaning_near(const char *name);

/* Does it say that number? */
bool sb_csv_meaning_says(int meaning, sb_csv_slot slot);

/* Does it say one number, and nothing else? */
bool sb_csv_meaning_is_number(int meaning);

/* A row in which every number has its usual value. */
sb_csv_row sb_csv_row_start(const char *file, size_t line);

/* Takes a cell that is not empty. */
int sb_csv_row_take(sb_csv_row *row, int meaning, const char *cell, sb_error *error);

/* Adds the row's layer, or the reason why it is none. */
void sb_csv_row_add(sb_csv_row *row, sb_imported *imported);

/* How many whole numbers stand in "3", "3x5", "[3, 5]" or "(1, 1, 2, 2)"; 0 for anything else. */
size_t sb_csv_numbers(const char *cell, int64_t numbers[SB_CSV_NUMBERS]);

#endif
