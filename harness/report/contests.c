/* SPDX-License-Identifier: Apache-2.0 */
#include "report/contests.h"

#include "conv/class.h"
#include "core/table.h"
#include "core/text.h"
#include "machine/noise.h"
#include "measure/contest.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define MAX_THREAD_COUNTS 8

/* The contests of a class, with any arithmetic and with direct arithmetic only. */
typedef struct standing {
    sb_tally any[SB_COUNTINGS], direct[SB_COUNTINGS];
} standing;

typedef struct contests {
    const sb_topology *topology;
    sb_contest_rules rules; /* confidence and seed */
    int64_t threads[MAX_THREAD_COUNTS];
    double floors[MAX_THREAD_COUNTS]; /* the A/A noise floor for this many threads */
    size_t thread_counts;
    standing classes[MAX_THREAD_COUNTS][SB_CLASSES];
    sb_table losers;
} contests;

static size_t thread_index(contests *c, int64_t threads)
{
    for (size_t i = 0; i < c->thread_counts; i++)
        if (c->threads[i] == threads)
            return i;
    if (c->thread_counts == MAX_THREAD_COUNTS)
        return MAX_THREAD_COUNTS;
    c->threads[c->thread_counts] = threads;
    c->floors[c->thread_counts] =
        sb_noise_floor_get(c->topology, (int)threads, SB_NOISE_USUAL_FLOOR);
    return c->thread_counts++;
}

static void note_loser(contests *c, const sb_group *group, const sb_contest *contest)
{
    const double floor = c->floors[thread_index(c, group->threads)];
    sb_table_cell(&c->losers, "%s", group->layer->name);
    sb_table_cell(&c->losers, "%" PRId64, group->threads);
    sb_table_cell(&c->losers, "%s", contest->own->label);
    sb_table_cell(&c->losers, "%s", contest->peer->label);
    sb_table_cell(&c->losers, "%.3f", contest->ratio.value);
    sb_table_cell(&c->losers, "[%.3f, %.3f]", contest->ratio.low, contest->ratio.high);
    sb_table_cell(&c->losers, "%s", sb_decide(contest->ratio, floor) == SB_FASTER ? "yes" : "no");
}

static void hold_contest(contests *c, const sb_group *group, const sb_contest_rules *rules,
                         standing *of)
{
    sb_contest contest;
    if (!sb_group_contest(group, rules, &contest))
        return;
    sb_tally *tallies = rules->direct ? of->direct : of->any;
    sb_tally_add(&tallies[rules->counting], &contest, group->layer->repeat);
    if (!rules->direct && rules->counting == SB_COUNT_RUN && contest.ratio.value < 1)
        note_loser(c, group, &contest);
}

static int collect_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    contests *c = context;
    size_t threads = thread_index(c, group->threads);
    for (int op = 0; op < SB_OPERATIONS && threads < MAX_THREAD_COUNTS; op++) {
        if (!group->layer->operations[op])
            continue;
        sb_problem problem = sb_layer_problem(group->layer, (sb_operation)op, group->threads);
        standing *of = &c->classes[threads][sb_problem_class(&problem)];
        sb_contest_rules rules = c->rules;
        rules.operation = (sb_operation)op;
        for (int counting = 0; counting < SB_COUNTINGS; counting++) {
            rules.counting = (sb_counting)counting;
            rules.direct = false;
            hold_contest(c, group, &rules, of);
            rules.direct = true;
            hold_contest(c, group, &rules, of);
        }
    }
    return SB_OK;
}

/* ---------------------------------------------------------------------------------------- table */

static void add_tally(sb_table *table, const char *class_, const char *suffix, sb_counting counting,
                      const sb_tally *t)
{
    const bool first = counting == SB_COUNT_RUN;
    const double roofline = sb_tally_roofline(t);
    const sb_interval mean = sb_tally_mean(t);
    sb_table_cell(table, "%s%s", first ? class_ : "", first ? suffix : "");
    sb_table_cell(table, "%s", sb_counting_name(counting));
    sb_table_cell(table, "%zu", t->layers);
    if (t->undetermined < t->layers) {
        sb_table_cell(table, "%.3f", mean.value);
        sb_table_cell(table, "[%.3f, %.3f]", mean.low, mean.high);
    } else {
        sb_table_cell(table, "?");
        sb_table_cell(table, "not determined");
    }
    sb_table_cell(table, "%.3f", t->least);
    sb_table_cell(table, "%zu", t->lost);
    sb_table_cell(table, "%.3f", t->peer_ns / t->own_ns);
    if (isfinite(roofline))
        sb_table_cell(table, "%.0f %%", 100 * roofline);
    else
        sb_table_cell(table, "-");
}

static void add_tallies(sb_table *table, const char *class_, const char *suffix,
                        const sb_tally *tallies)
{
    for (int counting = 0; counting < SB_COUNTINGS; counting++)
        if (tallies[counting].layers)
            add_tally(table, class_, suffix, (sb_counting)counting, &tallies[counting]);
}

/* Do the results differ between any and direct arithmetic? */
static bool is_different(const standing *s)
{
    for (int i = 0; i < SB_COUNTINGS; i++)
        if (s->any[i].layers != s->direct[i].layers || s->any[i].own_ns != s->direct[i].own_ns ||
            s->any[i].peer_ns != s->direct[i].peer_ns)
            return true;
    return false;
}

static void add_standing(sb_table *table, const char *class_, const standing *s)
{
    add_tallies(table, class_, "", s->any);
    if (is_different(s))
        add_tallies(table, class_, ", direct", s->direct);
}

/* Returns whether there was anything to print. */
static bool print_classes(const standing classes[SB_CLASSES], int64_t threads)
{
    sb_table table;
    standing all = { 0 };
    size_t shown = 0;
    sb_table_start(&table,
                   (const char *const[]) { "class", "counting", ">layers", ">geomean", "interval",
                                           ">least", ">lost", ">sum", ">roofline", NULL });
    for (int k = 0; k < SB_CLASSES; k++) {
        for (int i = 0; i < SB_COUNTINGS; i++) {
            sb_tally_merge(&all.any[i], &classes[k].any[i]);
            sb_tally_merge(&all.direct[i], &classes[k].direct[i]);
        }
        shown += classes[k].any[SB_COUNT_RUN].layers > 0;
        add_standing(&table, sb_class_name((sb_class)k), &classes[k]);
    }
    if (shown > 1)
        add_standing(&table, "all", &all);
    if (shown) {
        printf("\nTime of the best peer / time of the best own kernel, %" PRId64 " thread%s (above "
               "1: ours is faster):\n",
               threads, sb_plural(threads));
        sb_table_print(&table, stdout);
    }
    const size_t undetermined = all.any[SB_COUNT_RUN].undetermined;
    if (undetermined)
        printf("%zu of %zu ratios are not determined (interval wider than a factor of 1.5) and are "
               "left out of geomean\n",
               undetermined, all.any[SB_COUNT_RUN].layers);
    sb_table_free(&table);
    return shown > 0;
}

static const char legend[] =
    "run: in a kernel's own layouts, its weights packed; + reorders: and from and to NHWC; + "
    "packing:\n"
    "and the weights packed once. The best are those of each sum; intervals come from the runs "
    "alone.\n"
    "sum: of all times, a layer as often as it is repeated. roofline: what runs of our best reach "
    "of it\n"
    "(above 100 %: fewer multiplications). direct: kernels of direct arithmetic alone, on both "
    "sides.";

static const char proof[] =
    "proven: the interval excludes 1, and the ratio is farther from 1 than what this machine calls "
    "the\nsame (sepbench machine --noise S; 1 % as long as that was not measured).";

int sb_contests_print(sb_rundb *db, const sb_topology *topology, double confidence, uint64_t seed,
                      sb_error *error)
{
    contests c = { .topology = topology, .rules = { .confidence = confidence, .seed = seed } };
    sb_table_start(&c.losers, (const char *const[]) { "layer", ">threads", "own", "peer", ">ratio",
                                                      "interval", "proven", NULL });
    int rc = sb_rundb_visit(db, true, collect_group, &c, error);
    bool shown = false;
    for (size_t t = 0; t < c.thread_counts && rc == SB_OK; t++)
        shown |= print_classes(c.classes[t], c.threads[t]);
    if (shown)
        puts(legend);
    if (rc == SB_OK && sb_table_rows(&c.losers)) {
        puts("\nLayers on which a peer is faster (run):");
        sb_table_print(&c.losers, stdout);
        puts(proof);
    }
    sb_table_free(&c.losers);
    return rc;
}
