/* SPDX-License-Identifier: Apache-2.0 */
/* A comparison as text: for the terminal, and in Markdown. */
#include "core/table.h"
#include "core/text.h"
#include "report/comparison_print.h"
#include "report/gnuplot.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static const char *const runs[] = { "BASE", "NEW" };

static void add_means(sb_text *to, const sb_comparison *c)
{
    for (size_t i = 0; i < c->mean_count; i++) {
        const sb_compared_mean *mean = &c->means[i];
        sb_text_add(to, "%s", i ? ", " : "; geometric mean of ratios ");
        if (mean->rows)
            sb_text_add(to, "%.3f", mean->value);
        else
            sb_text_add(to, "not determined");
        if (c->mean_count > 1)
            sb_text_add(to, " (%" PRId64 " thread%s)", mean->threads, sb_plural(mean->threads));
    }
}

/* "3 faster, 1 slower, 40 same, 2 undecided; geometric mean of ratios 0.981"; free() it. */
char *sb_comparison_summary(const sb_comparison *c)
{
    sb_text line = { 0 };
    sb_text_add(&line, "%zu faster, %zu slower, %zu same, %zu undecided", c->verdicts[SB_FASTER],
                c->verdicts[SB_SLOWER], c->verdicts[SB_SAME], c->verdicts[SB_UNDECIDED]);
    add_means(&line, c);
    if (!c->count)
        sb_text_add(&line, "; the runs share no row");
    return line.data;
}

static void add_key(sb_text *to, const sb_row_key *key)
{
    sb_text_add_visible(to, key->layer);
    sb_text_add(to, " %s ", sb_row_key_operation(key));
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
    sb_table_cell(table, "%s", sb_row_key_operation(&row->key));
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
    static const char *const heads[] = {
        "layer",           "operation",      "kernel", "parameters", ">threads",
        ">base median us", ">new median us", ">ratio", ">interval",  ">p",
        ">rank p",         "verdict",        NULL
    };
    sb_table_start(table, heads);
    for (size_t i = 0; i < c->count; i++)
        add_row(table, &c->rows[i]);
}

/* Takes ownership of the line. */
static void print_line(char *line, const char *before)
{
    printf("%s%s\n", before, line);
    free(line);
}

void sb_comparison_print_text(const sb_comparison *c)
{
    sb_table table;
    print_line(sb_comparison_summary(c), "");
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

void sb_comparison_print_markdown(const sb_comparison *c)
{
    sb_table table;
    print_line(sb_comparison_summary(c), "");
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
