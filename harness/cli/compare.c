/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench compare: two runs, row by row. */
#include "cli/commands.h"
#include "core/table.h"
#include "core/text.h"
#include "report/comparison.h"
#include "report/gnuplot.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct compare_options {
    const char *threshold, *format;
} compare_options;

static const sb_option options[] = {
    { "threshold", 0, SB_OPTION_TEXT, offsetof(compare_options, threshold), "PCT",
      "changes below so many per cent count as same (2)" },
    { "format", 0, SB_OPTION_TEXT, offsetof(compare_options, format), "FORMAT",
      "text, markdown, csv or json" },
    { 0 },
};

static const char *const runs[] = { "BASE", "NEW" };

/* --------------------------------------------------------------------------------------- lines */

/* "3 faster, 1 slower, 40 same, 2 undecided; geometric mean of ratios 0.981"; free() it. */
static char *summary_of(const sb_comparison *c)
{
    sb_text line = { 0 };
    sb_text_add(&line, "%zu faster, %zu slower, %zu same, %zu undecided", c->verdicts[SB_FASTER],
                c->verdicts[SB_SLOWER], c->verdicts[SB_SAME], c->verdicts[SB_UNDECIDED]);
    if (c->count)
        sb_text_add(&line, "; geometric mean of ratios %.3f", c->mean);
    else
        sb_text_add(&line, "; the runs share no row");
    return line.data;
}

static void add_key(sb_text *to, const sb_row_key *key)
{
    sb_text_add_visible(to, key->layer);
    sb_text_add(to, " %s ", sb_operation_name(key->operation));
    sb_text_add_visible(to, key->kernel);
    if (*key->params) {
        sb_text_add(to, " ");
        sb_text_add_visible(to, key->params);
    }
    sb_text_add(to, " t%" PRId64, key->threads);
}

/* "block3 standard tiled/standard t1: in NEW alone (BASE: crashed)"; free() it. */
static char *lonely_line(const sb_lonely_row *row)
{
    sb_text line = { 0 };
    add_key(&line, &row->key);
    sb_text_add(&line, ": in %s alone (%s: %s)", runs[row->run], runs[!row->run], row->why);
    return line.data;
}

/* "2 rows in BASE alone, 1 in NEW alone"; free() it. */
static char *lonely_summary(const sb_comparison *c)
{
    size_t counts[2] = { 0, 0 };
    sb_text line = { 0 };
    for (size_t i = 0; i < c->lonely_count; i++)
        counts[c->lonely[i].run]++;
    sb_text_add(&line, "%zu timed in BASE alone, %zu in NEW alone", counts[0], counts[1]);
    return line.data;
}

/* ------------------------------------------------------------------------------- text, Markdown */

static void cell_visible(sb_table *table, const char *text)
{
    sb_text visible = { 0 };
    if (*text)
        sb_text_add_visible(&visible, text);
    sb_table_cell(table, "%s", visible.data ? visible.data : "");
    sb_text_free(&visible);
}

static void cell_p(sb_table *table, double p)
{
    if (isnan(p))
        sb_table_cell(table, "%s", "");
    else
        sb_table_cell(table, "%.2g", p);
}

static void add_row(sb_table *table, const sb_compared_row *row)
{
    const sb_contrast *c = &row->contrast;
    cell_visible(table, row->key.layer);
    sb_table_cell(table, "%s", sb_operation_name(row->key.operation));
    cell_visible(table, row->key.kernel);
    cell_visible(table, row->key.params);
    sb_table_cell(table, "%" PRId64, row->key.threads);
    sb_table_cell(table, "%.3f", c->median[0] / 1e3);
    sb_table_cell(table, "%.3f", c->median[1] / 1e3);
    sb_table_cell(table, "%.3f", c->ratio.value);
    sb_table_cell(table, "%.3f to %.3f", c->ratio.low, c->ratio.high);
    cell_p(table, row->p);
    cell_p(table, c->rank_p);
    sb_table_cell(table, "%s", sb_difference_name(row->verdict));
}

static void fill_table(const sb_comparison *c, sb_table *table)
{
    static const char *const heads[] = { "layer",     "operation", "kernel",  "parameters",
                                         ">threads",  ">base us",  ">new us", ">ratio",
                                         ">interval", ">p",        ">rank p", "verdict",
                                         NULL };
    sb_table_start(table, heads);
    for (size_t i = 0; i < c->count; i++)
        add_row(table, &c->rows[i]);
}

/* Takes the line. */
static void print_line(char *line, const char *before)
{
    printf("%s%s\n", before, line);
    free(line);
}

static void print_text(const sb_comparison *c)
{
    sb_table table;
    print_line(summary_of(c), "");
    for (size_t i = 0; i < c->differences.count; i++)
        printf("differs: %s\n", c->differences.lines[i]);
    putchar('\n');
    fill_table(c, &table);
    if (c->count)
        sb_table_print(&table, stdout);
    if (c->lonely_count)
        print_line(lonely_summary(c), "\n");
    for (size_t i = 0; i < c->lonely_count; i++)
        print_line(lonely_line(&c->lonely[i]), "  ");
    sb_table_free(&table);
}

static void print_item(const char *line)
{
    sb_text item = { 0 };
    sb_text_add_markdown(&item, line);
    printf("- %s\n", item.data);
    sb_text_free(&item);
}

static void print_markdown(const sb_comparison *c)
{
    sb_table table;
    print_line(summary_of(c), "");
    if (c->differences.count)
        puts("\nWhat differs beside the times:\n");
    for (size_t i = 0; i < c->differences.count; i++)
        print_item(c->differences.lines[i]);
    putchar('\n');
    fill_table(c, &table);
    if (c->count)
        sb_table_print_markdown(&table, stdout);
    if (c->lonely_count) {
        print_line(lonely_summary(c), "\n");
        putchar('\n');
    }
    for (size_t i = 0; i < c->lonely_count; i++) {
        char *line = lonely_line(&c->lonely[i]);
        print_item(line);
        free(line);
    }
    sb_table_free(&table);
}

/* ------------------------------------------------------------------------------------ CSV, JSON */

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
    sb_table_cell(table, "%s", sb_operation_name(key->operation));
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

/* Data alone; what else is to be told goes to standard error. */
static void print_csv(const sb_comparison *c)
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
    char *summary = summary_of(c);
    fprintf(stderr, "%s\n", summary);
    for (size_t i = 0; i < c->differences.count; i++)
        fprintf(stderr, "differs: %s\n", c->differences.lines[i]);
    free(summary);
}

static void set_text(json_t *object, const char *key, const char *text)
{
    sb_text visible = { 0 };
    json_t *string = json_string(text);
    if (!string) { /* no UTF-8 */
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
    set_text(object, "operation", sb_operation_name(key->operation));
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

static void print_json(const sb_comparison *c)
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
    json_object_set_new(root, "geometric_mean", c->count ? json_real(c->mean) : json_null());
    json_object_set_new(root, "differences", differences);
    json_object_set_new(root, "rows", rows);
    json_object_set_new(root, "alone", alone);
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9));
    putchar('\n');
    json_decref(root);
}

/* --------------------------------------------------------------------------------------- command
 */

typedef void printer(const sb_comparison *comparison);

static const struct {
    const char *name;
    printer *print;
} formats[] = {
    { "text", print_text },
    { "markdown", print_markdown },
    { "csv", print_csv },
    { "json", print_json },
};

enum { FORMATS = sizeof formats / sizeof *formats };

/* NULL on error. */
static printer *find_format(const char *name, sb_error *error)
{
    const char *names[FORMATS + 1] = { NULL };
    for (size_t i = 0; i < FORMATS; i++) {
        names[i] = formats[i].name;
        if (!name || strcmp(name, formats[i].name) == 0)
            return formats[i].print;
    }
    const char *near = sb_nearest(name, names);
    sb_fail(error, "--format=%s: unknown format; %s%s", name,
            near ? "did you mean " : "known are text, markdown, csv, json", near ? near : "");
    return NULL;
}

static int parse_threshold(const char *text, double *threshold, sb_error *error)
{
    double percent = 2;
    if (text && (!sb_parse_number(text, &percent) || percent < 0 || percent > 1000))
        return sb_fail(error, "--threshold takes a number of per cent from 0 to 1000, not '%s'",
                       text);
    *threshold = percent / 100;
    return SB_OK;
}

static int compare_runs(const char *const *dirs, double threshold, printer *print, sb_error *error)
{
    sb_comparison comparison;
    sb_rundb *base = sb_rundb_open(dirs[0], false, error);
    sb_rundb *new_ = base ? sb_rundb_open(dirs[1], false, error) : NULL;
    int rc = new_ ? sb_comparison_make(base, new_, threshold, &comparison, error) : SB_FAILED;
    if (rc == SB_OK) {
        print(&comparison);
        rc = comparison.verdicts[SB_SLOWER] ? SB_FAULTS_FOUND : SB_OK;
        sb_comparison_free(&comparison);
    }
    sb_rundb_close(new_);
    sb_rundb_close(base);
    return rc;
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    const compare_options *o = invocation->options;
    double threshold = 0;
    printer *print = find_format(o->format, error);
    if (!print || parse_threshold(o->threshold, &threshold, error) < 0)
        return SB_FAILED;
    return compare_runs(invocation->operands, threshold, print, error);
}

const sb_command sb_command_compare = {
    .name = "compare",
    .usage = "BASE NEW [OPTIONS]",
    .summary = "Say what became faster or slower between two runs",
    .details = "Ends with status 1 where something is slower by more than the threshold.",
    .options = options,
    .options_size = sizeof(compare_options),
    .min_operands = 2,
    .max_operands = 2,
    .run = run,
};
