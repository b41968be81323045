/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/contests.h"

#include "conv/class.h"
#include "core/table.h"
#include "measure/contest.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define MAX_THREAD_COUNTS 8

/* The contests of one class, thread count and choice of arithmetic. */
typedef struct tally {
    size_t layers, lost;
    double log_sum;
    double variance;        /* of log_sum: squared half-widths of the layers' intervals, added */
    double own_ns, peer_ns; /* sums over the layers */
    double least;           /* the worst ratio */
} tally;

typedef struct contests {
    double confidence;
    uint64_t seed;
    int64_t threads[MAX_THREAD_COUNTS];
    size_t thread_counts;
    tally tallies[MAX_THREAD_COUNTS][SB_CLASSES][2]; /* [direct] */
    sb_table losers;
    size_t count;
} contests;

static size_t thread_index(contests *c, int64_t threads)
{
    for (size_t i = 0; i < c->thread_counts; i++)
        if (c->threads[i] == threads)
            return i;
    if (c->thread_counts == MAX_THREAD_COUNTS)
        return MAX_THREAD_COUNTS;
    c->threads[c->thread_counts] = threads;
    return c->thread_counts++;
}

static void add(tally *t, const sb_contest *contest)
{
    const sb_interval *r = &contest->ratio;
    double half = log(r->high / r->low) / 2;
    t->least = t->layers == 0 ? r->value : fmin(t->least, r->value);
    t->layers++;
    t->lost += r->value < 1;
    t->log_sum += log(r->value);
    t->variance += half * half;
    t->own_ns += contest->own->time.value;
    t->peer_ns += contest->peer->time.value;
}

static void note_loser(contests *c, const sb_group *group, const sb_contest *contest)
{
    sb_table_cell(&c->losers, "%s", group->layer->name);
    sb_table_cell(&c->losers, "%" PRId64, group->threads);
    sb_table_cell(&c->losers, "%s", contest->own->label);
    sb_table_cell(&c->losers, "%s", contest->peer->label);
    sb_table_cell(&c->losers, "%.3f", contest->ratio.value);
    sb_table_cell(&c->losers, "[%.3f, %.3f]", contest->ratio.low, contest->ratio.high);
}

static int collect(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    contests *c = context;
    size_t threads = thread_index(c, group->threads);
    for (int op = 0; op < SB_OPERATIONS && threads < MAX_THREAD_COUNTS; op++) {
        sb_problem problem = sb_layer_problem(group->layer, (sb_operation)op, group->threads);
        for (int direct = 0; direct < 2; direct++) {
            sb_contest contest;
            if (!group->layer->operations[op] ||
                !sb_group_contest(group, (sb_operation)op, direct, c->confidence, c->seed,
                                  &contest))
                continue;
            c->count++;
            add(&c->tallies[threads][sb_problem_class(&problem)][direct], &contest);
            if (!direct && contest.ratio.value < 1)
                note_loser(c, group, &contest);
        }
    }
    return SB_OK;
}

/* The mean of the logarithms with an interval from those of the layers, taken as independent. */
static void add_row(sb_table *table, const char *class_, int64_t threads, bool direct,
                    const tally *t)
{
    double mean = t->log_sum / (double)t->layers;
    double half = sqrt(t->variance) / (double)t->layers;
    sb_table_cell(table, "%s", class_);
    sb_table_cell(table, "%" PRId64, threads);
    sb_table_cell(table, "%s", direct ? "direct" : "any");
    sb_table_cell(table, "%zu", t->layers);
    sb_table_cell(table, "%.3f", exp(mean));
    sb_table_cell(table, "[%.3f, %.3f]", exp(mean - half), exp(mean + half));
    sb_table_cell(table, "%.3f", t->least);
    sb_table_cell(table, "%zu", t->lost);
    sb_table_cell(table, "%.3f", t->peer_ns / t->own_ns);
}

static void merge(tally *all, const tally *t)
{
    all->least = all->layers == 0 ? t->least : t->layers ? fmin(all->least, t->least) : all->least;
    all->layers += t->layers;
    all->lost += t->lost;
    all->log_sum += t->log_sum;
    all->variance += t->variance;
    all->own_ns += t->own_ns;
    all->peer_ns += t->peer_ns;
}

static void print_classes(const contests *c)
{
    sb_table table;
    sb_table_start(&table,
                   (const char *const[]) { "class", ">threads", "arithmetic", ">layers", ">geomean",
                                           "interval", ">least", ">lost", ">sum", NULL });
    for (size_t t = 0; t < c->thread_counts; t++)
        for (int direct = 1; direct >= 0; direct--) {
            tally all = { 0 };
            for (int k = 0; k < SB_CLASSES; k++) {
                const tally *one = &c->tallies[t][k][direct];
                merge(&all, one);
                if (one->layers)
                    add_row(&table, sb_class_name((sb_class)k), c->threads[t], direct, one);
            }
            if (all.layers)
                add_row(&table, "all", c->threads[t], direct, &all);
        }
    puts("\nTime of the best peer / time of the best own kernel (above 1: ours is faster; sum: of "
         "all "
         "layers' times):");
    sb_table_print(&table, stdout);
    sb_table_free(&table);
}

int sb_contests_print(sb_rundb *db, double confidence, uint64_t seed, sb_error *error)
{
    contests c = { .confidence = confidence, .seed = seed };
    sb_table_start(&c.losers, (const char *const[]) { "layer", ">threads", "own", "peer", ">ratio",
                                                      "interval", NULL });
    int rc = sb_rundb_visit(db, true, collect, &c, error);
    if (rc == SB_OK && c.count)
        print_classes(&c);
    if (rc == SB_OK && sb_table_rows(&c.losers)) {
        puts("\nLayers on which a peer is faster:");
        sb_table_print(&c.losers, stdout);
    }
    sb_table_free(&c.losers);
    return rc;
}
