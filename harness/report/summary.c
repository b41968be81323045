/* SPDX-License-Identifier: Apache-2.0 */
#include "report/summary.h"

#include "core/table.h"
#include "core/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TECHNIQUES 24

/* The techniques that have a speedup, in the order met, and the logarithms of their speedups. */
typedef struct columns {
    char *names[MAX_TECHNIQUES];
    double sums[MAX_TECHNIQUES];
    size_t counts[MAX_TECHNIQUES];
    size_t count;
    double theory_sum;
    size_t rows;
} columns;

typedef struct summary {
    columns columns;
    sb_table *table; /* NULL in the first pass */
    sb_table failures;
    sb_summary_counts counts;
} summary;

static size_t find_column(columns *c, const char *name)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->names[i], name) == 0)
            return i;
    if (c->count == MAX_TECHNIQUES)
        return MAX_TECHNIQUES;
    c->names[c->count] = sb_copy_text(name);
    return c->count++;
}

static bool is_failure(sb_verdict verdict)
{
    return verdict == SB_VERDICT_WRONG || verdict == SB_VERDICT_CRASHED ||
           verdict == SB_VERDICT_TIMEOUT || verdict == SB_VERDICT_ERROR;
}

static int collect_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    summary *s = context;
    for (size_t i = 0; i < group->speedup_count; i++) {
        const sb_speedup *speedup = &group->speedups[i];
        size_t at = find_column(&s->columns, speedup->technique);
        if (at == MAX_TECHNIQUES || !(speedup->measured.value > 0))
            continue;
        s->columns.sums[at] += log(speedup->measured.value);
        s->columns.counts[at]++;
    }
    if (group->speedup_count > 0) {
        s->columns.theory_sum += log(group->speedups[0].theoretical);
        s->columns.rows++;
    }
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        s->counts.results++;
        s->counts.ok += result->verdict == SB_VERDICT_OK;
        s->counts.unsupported += result->verdict == SB_VERDICT_UNSUPPORTED;
        if (!is_failure(result->verdict))
            continue;
        s->counts.failed++;
        sb_table_cell(&s->failures, "%s", group->layer->name);
        sb_table_cell(&s->failures, "%" PRId64, group->threads);
        sb_table_cell(&s->failures, "%s", result->label);
        sb_table_cell(&s->failures, "%s", sb_verdict_name(result->verdict));
        sb_table_cell(&s->failures, "%s", result->detail);
    }
    return SB_OK;
}

static const sb_speedup *speedup_of(const sb_group *group, const char *technique)
{
    for (size_t i = 0; i < group->speedup_count; i++)
        if (strcmp(group->speedups[i].technique, technique) == 0)
            return &group->speedups[i];
    return NULL;
}

static int add_row(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    summary *s = context;
    if (group->speedup_count == 0)
        return SB_OK;
    sb_table_cell(s->table, "%s", group->layer->name);
    sb_table_cell(s->table, "%" PRId64, group->threads);
    sb_table_cell(s->table, "%.2f", group->speedups[0].theoretical);
    for (size_t i = 0; i < s->columns.count; i++) {
        const sb_speedup *speedup = speedup_of(group, s->columns.names[i]);
        if (speedup)
            sb_table_cell(s->table, "%.2f", speedup->measured.value);
        else
            sb_table_cell(s->table, "-");
    }
    return SB_OK;
}

static void start_table(summary *s, sb_table *table)
{
    const char *heads[MAX_TECHNIQUES + 4] = { "layer", ">threads", ">theory" };
    sb_text marked[MAX_TECHNIQUES] = { { 0 } };
    for (size_t i = 0; i < s->columns.count; i++) {
        sb_text_add(&marked[i], ">%s", s->columns.names[i]);
        heads[3 + i] = marked[i].data;
    }
    sb_table_start(table, heads);
    for (size_t i = 0; i < s->columns.count; i++)
        sb_text_free(&marked[i]);
    s->table = table;
}

static void add_means(summary *s)
{
    const columns *c = &s->columns;
    sb_table_cell(s->table, "geometric mean");
    sb_table_cell(s->table, "%s", "");
    sb_table_cell(s->table, "%.2f", exp(c->theory_sum / (double)c->rows));
    for (size_t i = 0; i < c->count; i++)
        if (c->counts[i])
            sb_table_cell(s->table, "%.2f", exp(c->sums[i] / (double)c->counts[i]));
        else
            sb_table_cell(s->table, "-");
}

static int print_speedups(sb_rundb *db, summary *s, sb_error *error)
{
    sb_table table = { 0 };
    if (s->columns.rows == 0)
        return SB_OK;
    start_table(s, &table);
    int rc = sb_rundb_visit(db, false, add_row, s, error);
    if (rc == SB_OK) {
        add_means(s);
        puts("\nSpeedup of separable over standard convolution (time of standard / time of "
             "separable):");
        sb_table_print(&table, stdout);
    }
    sb_table_free(&table);
    return rc;
}

int sb_summary_print(sb_rundb *db, bool verbose, sb_summary_counts *counts, sb_error *error)
{
    summary s = { 0 };
    sb_table_start(&s.failures, (const char *const[]) { "layer", ">threads", "kernel", "verdict",
                                                        "detail", NULL });
    int rc = sb_rundb_visit(db, false, collect_group, &s, error);
    if (rc == SB_OK && verbose)
        rc = print_speedups(db, &s, error);
    if (rc == SB_OK && s.counts.failed) {
        puts("\nKernels that failed:");
        sb_table_print(&s.failures, stdout);
    }
    sb_table_free(&s.failures);
    for (size_t i = 0; i < s.columns.count; i++)
        free(s.columns.names[i]);
    *counts = s.counts;
    return rc;
}
