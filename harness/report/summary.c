/* SPDX-License-Identifier: Apache-2.0 */
#include "report/summary.h"

#include "core/table.h"
#include "core/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TECHNIQUES 24

/* The speedups of one technique with one number of threads. */
typedef struct column {
    char *technique;
    double sum; /* sums of logarithms */
    size_t count;
} column;

/* Those of one number of threads. */
typedef struct block {
    int64_t threads;
    column columns[MAX_TECHNIQUES]; /* in the order of occurrence */
    size_t count;
    double theory_sum;
    size_t layers, undetermined;
    sb_table table, best;
} block;

typedef struct summary {
    block *blocks;
    size_t count;
    sb_table failures;
    sb_summary_counts counts;
} summary;

static block *block_of(summary *s, int64_t threads)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->blocks[i].threads == threads)
            return &s->blocks[i];
    s->blocks = sb_grow(s->blocks, s->count + 1, sizeof *s->blocks);
    s->blocks[s->count] = (block) { .threads = threads };
    return &s->blocks[s->count++];
}

/* NULL if there are too many. */
static column *column_of(block *b, const char *technique)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->columns[i].technique, technique) == 0)
            return &b->columns[i];
    if (b->count == MAX_TECHNIQUES)
        return NULL;
    b->columns[b->count].technique = sb_copy_text(technique);
    return &b->columns[b->count++];
}

static bool is_failure(sb_verdict verdict)
{
    return verdict == SB_VERDICT_WRONG || verdict == SB_VERDICT_CRASHED ||
           verdict == SB_VERDICT_TIMEOUT || verdict == SB_VERDICT_ERROR;
}

static bool is_determined(const sb_speedup *speedup)
{
    return sb_determined(speedup->measured.low, speedup->measured.high);
}

static void collect_speedups(summary *s, const sb_group *group)
{
    if (group->speedup_count == 0)
        return;
    block *b = block_of(s, group->threads);
    b->theory_sum += log(group->speedups[0].theoretical);
    b->layers++;
    for (size_t i = 0; i < group->speedup_count; i++) {
        const sb_speedup *speedup = &group->speedups[i];
        column *c = column_of(b, speedup->technique);
        b->undetermined += !is_determined(speedup);
        if (!c || !is_determined(speedup))
            continue;
        c->sum += log(speedup->measured.value);
        c->count++;
    }
}

static void collect_result(summary *s, const sb_group *group, const sb_result *result)
{
    s->counts.results++;
    s->counts.ok += result->verdict == SB_VERDICT_OK;
    s->counts.unsupported += result->verdict == SB_VERDICT_UNSUPPORTED;
    if (!is_failure(result->verdict))
        return;
    s->counts.failed++;
    sb_table_cell(&s->failures, "%s", group->layer->name);
    sb_table_cell(&s->failures, "%" PRId64, group->threads);
    sb_table_cell(&s->failures, "%s", result->label);
    sb_table_cell(&s->failures, "%s", sb_verdict_name(result->verdict));
    sb_table_cell(&s->failures, "%s", result->detail);
}

static int collect_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    summary *s = context;
    collect_speedups(s, group);
    for (size_t i = 0; i < group->result_count; i++)
        collect_result(s, group, &group->results[i]);
    return SB_OK;
}

/* ------------------------------------------------------------------------------------ the tables
 */

static const sb_speedup *speedup_of(const sb_group *group, const char *technique)
{
    for (size_t i = 0; i < group->speedup_count; i++)
        if (strcmp(group->speedups[i].technique, technique) == 0)
            return &group->speedups[i];
    return NULL;
}

static void add_value(sb_table *table, const sb_speedup *speedup)
{
    if (!speedup)
        sb_table_cell(table, "-");
    else if (is_determined(speedup))
        sb_table_cell(table, "%.2f", speedup->measured.value);
    else
        sb_table_cell(table, "?");
}

/* The best kernels and their times: a technique's speedup is also high if its standard kernel is
 * slow. */
static void add_best(sb_table *table, const sb_group *group, const sb_speedup *best)
{
    sb_table_cell(table, "%s", group->layer->name);
    sb_table_cell(table, "%s", best->standard_kernel);
    sb_table_cell(table, "%.3f", best->standard_ns / 1e3);
    sb_table_cell(table, "%s", best->separable_kernel);
    sb_table_cell(table, "%.3f", best->separable_ns / 1e3);
    add_value(table, best);
}

static int add_rows(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    if (group->speedup_count == 0)
        return SB_OK;
    block *b = block_of(context, group->threads);
    const sb_speedup *best = speedup_of(group, "best");
    sb_table_cell(&b->table, "%s", group->layer->name);
    sb_table_cell(&b->table, "%.2f", group->speedups[0].theoretical);
    for (size_t i = 0; i < b->count; i++)
        add_value(&b->table, speedup_of(group, b->columns[i].technique));
    if (best)
        add_best(&b->best, group, best);
    return SB_OK;
}

static void start_tables(block *b)
{
    static const char *const best[] = { "layer", "standard kernel", ">us", "separable kernel",
                                        ">us",   ">speedup",        NULL };
    const char *heads[MAX_TECHNIQUES + 3] = { "layer", ">theory" };
    sb_text marked[MAX_TECHNIQUES] = { { 0 } };
    for (size_t i = 0; i < b->count; i++) {
        sb_text_add(&marked[i], ">%s", b->columns[i].technique);
        heads[2 + i] = marked[i].data;
    }
    sb_table_start(&b->table, heads);
    sb_table_start(&b->best, best);
    for (size_t i = 0; i < b->count; i++)
        sb_text_free(&marked[i]);
}

static void add_means(block *b)
{
    sb_table_cell(&b->table, "geometric mean");
    sb_table_cell(&b->table, "%.2f", exp(b->theory_sum / (double)b->layers));
    for (size_t i = 0; i < b->count; i++) {
        const column *c = &b->columns[i];
        if (c->count)
            sb_table_cell(&b->table, "%.2f", exp(c->sum / (double)c->count));
        else
            sb_table_cell(&b->table, "-");
    }
}

static void print_block(block *b)
{
    const char *plural = sb_plural(b->threads);
    add_means(b);
    printf("\nSpeedup of separable over standard convolution, %" PRId64 " thread%s (time of "
           "standard / time of separable):\n",
           b->threads, plural);
    sb_table_print(&b->table, stdout);
    if (b->undetermined)
        printf("?: not determined (interval wider than a factor of 1.5), %zu, left out of means\n",
               b->undetermined);
    if (sb_table_rows(&b->best)) {
        printf("\nThe kernels of best, %" PRId64 " thread%s:\n", b->threads, plural);
        sb_table_print(&b->best, stdout);
    }
}

static int print_speedups(sb_rundb *db, summary *s, sb_error *error)
{
    for (size_t i = 0; i < s->count; i++)
        start_tables(&s->blocks[i]);
    int rc = sb_rundb_visit(db, false, add_rows, s, error);
    for (size_t i = 0; i < s->count; i++) {
        if (rc == SB_OK)
            print_block(&s->blocks[i]);
        sb_table_free(&s->blocks[i].table);
        sb_table_free(&s->blocks[i].best);
    }
    return rc;
}

static void free_blocks(summary *s)
{
    for (size_t i = 0; i < s->count; i++)
        for (size_t c = 0; c < s->blocks[i].count; c++)
            free(s->blocks[i].columns[c].technique);
    free(s->blocks);
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
    free_blocks(&s);
    *counts = s.counts;
    return rc;
}
