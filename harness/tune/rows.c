/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/rows.h"

#include "core/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CELLS = 100000000 };

/* ------------------------------------------------------------------------------------ columns */

static size_t slot_of(const sb_rows_column *column, const char *value)
{
    uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */
    for (const char *c = value; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 0x100000001b3;
    size_t slot = (size_t)(hash ^ hash >> 32) & (column->slot_count - 1);
    while (column->slots[slot] && strcmp(column->values[column->slots[slot] - 1], value) != 0)
        slot = (slot + 1) & (column->slot_count - 1);
    return slot;
}

static void enlarge_column(sb_rows_column *column)
{
    column->value_capacity = column->value_capacity ? 2 * column->value_capacity : 8;
    column->values = sb_grow(column->values, column->value_capacity, sizeof *column->values);
    free(column->slots);
    column->slot_count = 2 * column->value_capacity;
    column->slots = sb_new(column->slot_count, sizeof *column->slots);
    for (size_t v = 0; v < column->value_count; v++)
        column->slots[slot_of(column, column->values[v])] = (uint32_t)v + 1;
}

/* The number of the value, from 1; 0 if there are too many. */
static uint32_t number_of(sb_rows_column *column, const char *value)
{
    if (column->value_count == column->value_capacity)
        enlarge_column(column);
    size_t slot = slot_of(column, value);
    if (column->slots[slot] == 0 && column->value_count < SB_ROWS_VALUES) {
        column->values[column->value_count++] = sb_copy_text(value);
        column->slots[slot] = (uint32_t)column->value_count;
    }
    column->overflown |= column->slots[slot] == 0;
    return column->slots[slot];
}

static void set_cell(sb_rows_column *column, size_t row, uint32_t number)
{
    if (row >= column->cell_capacity) {
        size_t was = column->cell_capacity;
        column->cell_capacity = row < 512 ? 1024 : 2 * row;
        column->cells = sb_grow(column->cells, column->cell_capacity, sizeof *column->cells);
        memset(column->cells + was, 0, (column->cell_capacity - was) * sizeof *column->cells);
    }
    column->cells[row] = number;
}

static uint32_t cell_at(const sb_rows_column *column, size_t row)
{
    return row < column->cell_capacity ? column->cells[row] : 0;
}

static void free_column(sb_rows_column *column)
{
    for (size_t v = 0; v < column->value_count; v++)
        free(column->values[v]);
    free(column->values);
    free(column->slots);
    free(column->cells);
    free(column->name);
    *column = (sb_rows_column) { 0 };
}

static sb_rows_column *find_column(sb_rows *rows, const char *name)
{
    for (size_t c = 0; c < rows->column_count; c++)
        if (strcmp(rows->columns[c].name, name) == 0)
            return &rows->columns[c];
    return NULL;
}

bool sb_rows_name(sb_rows *rows, const char *name)
{
    if (rows->column_count == SB_ROWS_COLUMNS)
        return false;
    rows->columns[rows->column_count++] = (sb_rows_column) { .name = sb_copy_text(name) };
    return true;
}

/* --------------------------------------------------------------------------------------- rows */

void sb_rows_set(sb_rows *rows, const char *name, const char *value)
{
    sb_rows_column *column = find_column(rows, name);
    if (!column && !rows->closed && sb_rows_name(rows, name))
        column = &rows->columns[rows->column_count - 1];
    if (column && !column->overflown)
        set_cell(column, rows->count, number_of(column, value));
}

bool sb_rows_has(const sb_rows *rows, size_t column)
{
    return cell_at(&rows->columns[column], rows->count) != 0;
}

/* Old versions of Kernel Tuner write 1e20 for a parameter set that failed. */
static double check_time(double time)
{
    return isfinite(time) && time > 0.0 && time < 1e20 ? time : INFINITY;
}

int sb_rows_end(sb_rows *rows, double time, double cost, sb_error *error)
{
    if (rows->count == SB_SPACE_SIZE || rows->count * rows->column_count > MOST_CELLS)
        return sb_fail(error, "more than %d parameter sets, or than %d values", SB_SPACE_SIZE,
                       MOST_CELLS);
    if (rows->count == rows->capacity) {
        rows->capacity = rows->capacity ? 2 * rows->capacity : 1024;
        rows->times = sb_grow(rows->times, rows->capacity, sizeof *rows->times);
        rows->costs = sb_grow(rows->costs, rows->capacity, sizeof *rows->costs);
    }
    rows->times[rows->count] = check_time(time);
    rows->costs[rows->count++] = isfinite(cost) && cost > 0.0 ? cost : NAN;
    return 0;
}

static sb_rows_column *find_or_make(sb_rows *rows, const char *name)
{
    sb_rows_column *found = find_column(rows, name);
    if (found)
        return found;
    if (rows->column_count == SB_ROWS_COLUMNS) /* the last one stands for all others */
        free_column(&rows->columns[--rows->column_count]);
    sb_rows_name(rows, name);
    return &rows->columns[rows->column_count - 1];
}

void sb_rows_select(sb_rows *rows, char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sb_rows_column *found = find_or_make(rows, names[i]), moved = *found;
        *found = rows->columns[i];
        rows->columns[i] = moved;
    }
    while (rows->column_count > count)
        free_column(&rows->columns[--rows->column_count]);
    rows->closed = true;
}

void sb_rows_free(sb_rows *rows)
{
    while (rows->column_count)
        free_column(&rows->columns[--rows->column_count]);
    free(rows->times);
    free(rows->costs);
    *rows = (sb_rows) { 0 };
}
