/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the space from rows: an axis for each column, its values in order. */
#include "core/text.h"
#include "tune/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One value that occurs, and its number in its column. */
typedef struct rank {
    const char *text;
    double number; /* NAN if it is not a number */
    uint32_t value;
} rank;

static int by_value(const void *a, const void *b)
{
    const rank *x = a, *y = b;
    bool numbers = !isnan(x->number) && !isnan(y->number);
    if (numbers && x->number != y->number)
        return x->number < y->number ? -1 : 1;
    if (!numbers && isnan(x->number) != isnan(y->number))
        return isnan(x->number) ? 1 : -1;
    return numbers ? 0 : strcmp(x->text, y->text);
}

static bool is_integer(double number)
{
    return fabs(number) < 9e15 && number == floor(number);
}

/* The values that `used` marks, in order; returns how many. */
static size_t rank_values(const sb_rows_column *column, const bool *used, rank *ranks)
{
    size_t count = 0;
    for (uint32_t v = 0; v < column->value_count; v++) {
        if (!used[v])
            continue;
        rank *one = &ranks[count++];
        *one = (rank) { .text = column->values[v], .value = v };
        if (!sb_parse_number(one->text, &one->number))
            one->number = NAN;
    }
    qsort(ranks, count, sizeof *ranks, by_value);
    return count;
}

/* Numbers the different values, and stores what each stands for. `digit_of` is by value. */
static void make_axis(const char *name, const rank *ranks, size_t count, sb_axis *axis,
                      uint32_t *digit_of)
{
    bool integers = true;
    *axis = (sb_axis) { .id = sb_copy_text(name), .ordered = true };
    axis->names = sb_new(count, sizeof(char *));
    axis->values = sb_new(count, sizeof(int64_t));
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || by_value(&ranks[i - 1], &ranks[i]) != 0) {
            axis->ordered = axis->ordered && !isnan(ranks[i].number);
            integers = integers && is_integer(ranks[i].number);
            axis->values[axis->count] = integers ? (int64_t)ranks[i].number : 0;
            axis->names[axis->count++] = sb_copy_text(ranks[i].text);
        }
        digit_of[ranks[i].value] = axis->count - 1;
    }
    for (uint32_t d = 0; d < axis->count; d++)
        if (integers)
            free(axis->names[d]);
        else
            axis->values[d] = d;
    if (integers) {
        free(axis->names);
        axis->names = NULL;
    }
}

/* Creates the axis of a column, and converts the column's cells to digits. */
static void order_column(sb_rows_column *column, size_t rows, sb_axis *axis)
{
    bool *used = sb_new(column->value_count, sizeof *used);
    for (size_t i = 0; i < rows; i++)
        used[column->cells[i] - 1] = true;
    rank *ranks = sb_new(column->value_count, sizeof *ranks);
    uint32_t *digit_of = sb_new(column->value_count, sizeof *digit_of);
    make_axis(column->name, ranks, rank_values(column, used, ranks), axis, digit_of);
    for (size_t i = 0; i < rows; i++)
        column->cells[i] = digit_of[column->cells[i] - 1];
    free(digit_of);
    free(ranks);
    free(used);
}

/* Removes rows that lack a value; returns how many. */
static size_t drop_incomplete(sb_rows *rows)
{
    size_t kept = 0, count = rows->count;
    for (size_t i = 0; i < count; i++) {
        bool whole = true;
        for (size_t c = 0; whole && c < rows->column_count; c++)
            whole = i < rows->columns[c].cell_capacity && rows->columns[c].cells[i];
        if (!whole)
            continue;
        for (size_t c = 0; c < rows->column_count; c++)
            rows->columns[c].cells[kept] = rows->columns[c].cells[i];
        rows->times[kept] = rows->times[i];
        rows->costs[kept++] = rows->costs[i];
    }
    rows->count = kept;
    return count - kept;
}

static uint32_t *digits_of(const sb_rows *rows)
{
    size_t width = rows->column_count;
    uint32_t *digits = sb_new(rows->count * width, sizeof *digits);
    for (size_t c = 0; c < width; c++)
        for (size_t i = 0; i < rows->count; i++)
            digits[i * width + c] = rows->columns[c].cells[i];
    return digits;
}

static void fill_objectives(const sb_rows *rows, const uint32_t *digits, sb_recorded *recorded)
{
    size_t size = recorded->space.size;
    recorded->objectives = sb_new(size, sizeof *recorded->objectives);
    recorded->costs = sb_new(size, sizeof *recorded->costs);
    for (size_t i = 0; i < rows->count; i++) {
        ptrdiff_t index = sb_space_find(&recorded->space, digits + i * rows->column_count);
        recorded->objectives[index] = rows->times[i];
        recorded->costs[index] = rows->costs[i];
    }
    recorded->best = recorded->next = INFINITY;
    recorded->costed = true;
    for (size_t i = 0; i < size; i++) {
        double objective = recorded->objectives[i];
        recorded->next = fmin(recorded->next, fmax(recorded->best, objective));
        recorded->best = fmin(recorded->best, objective);
        recorded->failures += isinf(recorded->objectives[i]) ? 1 : 0;
        recorded->costed = recorded->costed && !isnan(recorded->costs[i]);
    }
}

static int check_columns(const sb_rows *rows, sb_error *error)
{
    for (size_t c = 0; c < rows->column_count; c++)
        if (rows->columns[c].overflown)
            return sb_fail(error, "parameter %s has more than %d values; is it a parameter?",
                           rows->columns[c].name, SB_ROWS_VALUES);
    return 0;
}

int sb_rows_build(sb_rows *rows, sb_recorded *recorded, sb_error *error)
{
    if (check_columns(rows, error) < 0)
        return SB_FAILED;
    recorded->skipped = drop_incomplete(rows);
    if (rows->count == 0)
        return sb_fail(error, "no parameter set has all %zu parameters", rows->column_count);
    sb_axis *axes = sb_new(rows->column_count, sizeof *axes);
    for (size_t c = 0; c < rows->column_count; c++)
        order_column(&rows->columns[c], rows->count, &axes[c]);
    uint32_t *digits = digits_of(rows);
    int rc =
        sb_space_from_rows(axes, rows->column_count, digits, rows->count, &recorded->space, error);
    if (rc == 0)
        fill_objectives(rows, digits, recorded);
    free(digits);
    return rc;
}
