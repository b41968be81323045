/* SPDX-License-Identifier: Apache-2.0 */
/* A comparison for other programs: CSV and JSON. */
#include "core/table.h"
#include "core/text.h"
#include "report/comparison_print.h"
#include "report/gnuplot.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

/* The numbers of a row, in the order of the columns. */
typedef struct row_numbers {
    double base_ns, new_ns, ratio, low, high, p, p_holm, p_mann_whitney;
    double base_processes, new_processes, base_samples, new_samples;
} row_numbers;

static const struct {
    const char *name;
    size_t offset;
    bool whole;
} columns[] = {
    { "base_ns", offsetof(row_numbers, base_ns), false },
    { "new_ns", offsetof(row_numbers, new_ns), false },
    { "ratio", offsetof(row_numbers, ratio), false },
    { "ratio_low", offsetof(row_numbers, low), false },
    { "ratio_high", offsetof(row_numbers, high), false },
    { "p", offsetof(row_numbers, p), false },
    { "p_holm", offsetof(row_numbers, p_holm), false },
    { "p_mann_whitney", offsetof(row_numbers, p_mann_whitney), false },
    { "base_processes", offsetof(row_numbers, base_processes), true },
    { "new_processes", offsetof(row_numbers, new_processes), true },
    { "base_samples", offsetof(row_numbers, base_samples), true },
    { "new_samples", offsetof(row_numbers, new_samples), true },
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static row_numbers numbers_of(const sb_compared_row *row)
{
    const sb_contrast *c = &row->contrast;
    return (row_numbers) {
        .base_ns = c->median[0],
        .new_ns = c->median[1],
        .ratio = c->ratio.value,
        .low = c->ratio.low,
        .high = c->ratio.high,
        .p = c->p,
        .p_holm = row->p,
        .p_mann_whitney = c->rank_p,
        .base_processes = (double)c->processes[0],
        .new_processes = (double)c->processes[1],
        .base_samples = (double)c->samples[0],
        .new_samples = (double)c->samples[1],
    };
}

static double number_at(const row_numbers *numbers, size_t column)
{
    return *(const double *)(const void *)((const char *)numbers + columns[column].offset);
}

static void csv_key(sb_table *table, const sb_row_key *key)
{
    sb_table_cell(table, "%s", key->layer);
    sb_table_cell(table, "%s", sb_row_key_operation(key));
    sb_table_cell(table, "%s", key->kernel);
    sb_table_cell(table, "%s", key->params);
    sb_table_cell(table, "%" PRId64, key->threads);
}

static void csv_row(sb_table *table, const sb_compared_row *row)
{
    const row_numbers numbers = numbers_of(row);
    csv_key(table, &row->key);
    for (size_t i = 0; i < COLUMNS; i++)
        if (isnan(number_at(&numbers, i)))
            sb_table_cell(table, "%s", "");
        else
            sb_table_cell(table, "%.9g", number_at(&numbers, i));
    sb_table_cell(table, "%s", sb_difference_name(row->verdict));
}

static void csv_lonely(sb_table *table, const sb_lonely_row *row)
{
    csv_key(table, &row->key);
    for (size_t i = 0; i < COLUMNS; i++)
        sb_table_cell(table, "%s", "");
    sb_table_cell(table, "%s", row->run ? "new alone" : "base alone");
}

/* Prints data only; other messages go to standard error. */
void sb_comparison_print_csv(const sb_comparison *c)
{
    static const char *const keys[] = { "layer", "operation", "kernel", "params", "threads" };
    enum { KEYS = sizeof keys / sizeof *keys };
    const char *heads[KEYS + COLUMNS + 2] = { NULL };
    for (size_t i = 0; i < KEYS; i++)
        heads[i] = keys[i];
    for (size_t i = 0; i < COLUMNS; i++)
        heads[KEYS + i] = columns[i].name;
    heads[KEYS + COLUMNS] = "verdict";
    sb_table table;
    sb_table_start(&table, heads);
    for (size_t i = 0; i < c->count; i++)
        csv_row(&table, &c->rows[i]);
    for (size_t i = 0; i < c->lonely_count; i++)
        csv_lonely(&table, &c->lonely[i]);
    sb_table_print_csv(&table, stdout);
    sb_table_free(&table);
    char *summary = sb_comparison_summary(c);
    fprintf(stderr, "%s\n", summary);
    for (size_t i = 0; i < c->differences.count; i++)
        fprintf(stderr, "differs: %s\n", c->differences.lines[i]);
    free(summary);
}

static void set_text(json_t *object, const char *key, const char *text)
{
    sb_text visible = { 0 };
    json_t *string = json_string(text);
    if (!string) { /* not UTF-8 */
        sb_text_add_visible(&visible, text);
        string = json_string(visible.data);
    }
    json_object_set_new(object, key, string);
    sb_text_free(&visible);
}

static json_t *key_json(const sb_row_key *key)
{
    json_t *object = json_object();
    set_text(object, "layer", key->layer);
    set_text(object, "operation", sb_row_key_operation(key));
    set_text(object, "kernel", key->kernel);
    set_text(object, "params", key->params);
    json_object_set_new(object, "threads", json_integer(key->threads));
    return object;
}

static json_t *row_json(const sb_compared_row *row)
{
    const row_numbers numbers = numbers_of(row);
    json_t *object = key_json(&row->key);
    for (size_t i = 0; i < COLUMNS; i++) {
        const double number = number_at(&numbers, i);
        json_object_set_new(object, columns[i].name,
                            !isfinite(number)  ? json_null()
                            : columns[i].whole ? json_integer((json_int_t)number)
                                               : json_real(number));
    }
    set_text(object, "verdict", sb_difference_name(row->verdict));
    return object;
}

static json_t *lonely_json(const sb_lonely_row *row)
{
    json_t *object = key_json(&row->key);
    set_text(object, "in", row->run ? "new" : "base");
    set_text(object, "other", row->why);
    return object;
}

static json_t *counts_json(const sb_comparison *c)
{
    json_t *object = json_object();
    for (int i = SB_SAME; i <= SB_UNDECIDED; i++)
        json_object_set_new(object, sb_difference_name((sb_difference)i),
                            json_integer((json_int_t)c->verdicts[i]));
    return object;
}

static json_t *means_json(const sb_comparison *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < c->mean_count; i++) {
        const sb_compared_mean *mean = &c->means[i];
        json_t *object = json_object();
        json_object_set_new(object, "threads", json_integer(mean->threads));
        json_object_set_new(object, "rows", json_integer((json_int_t)mean->rows));
        json_object_set_new(object, "ratio", mean->rows ? json_real(mean->value) : json_null());
        json_array_append_new(list, object);
    }
    return list;
}

void sb_comparison_print_json(const sb_comparison *c)
{
    json_t *rows = json_array(), *alone = json_array(), *differences = json_array();
    for (size_t i = 0; i < c->count; i++)
        json_array_append_new(rows, row_json(&c->rows[i]));
    for (size_t i = 0; i < c->lonely_count; i++)
        json_array_append_new(alone, lonely_json(&c->lonely[i]));
    for (size_t i = 0; i < c->differences.count; i++)
        json_array_append_new(differences, json_string(c->differences.lines[i]));
    json_t *root = json_object();
    json_object_set_new(root, "counts", counts_json(c));
    json_object_set_new(root, "geometric_means", means_json(c));
    json_object_set_new(root, "differences", differences);
    json_object_set_new(root, "rows", rows);
    json_object_set_new(root, "alone", alone);
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9));
    putchar('\n');
    json_decref(root);
}
