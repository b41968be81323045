/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judges search strategies on made-up spaces (landscapes.h) and recorded ones.
 *
 *     searches [--seeds FIRST-LAST] [--only GLOB] [--members A-B] [--budget N]
 *              [--least-gain PERCENT] [--strategies A,B] [--hints FILE] [FILE...]
 *
 * Prints one line for each space and strategy: the median number of evaluations until the best is
 * within 5 and 1 % of the optimum, relative to random search; the percentage of searches that were
 * not within 5 and 1 % after 200 evaluations; the ratio of the best to the optimum after 20, 50 and
 * 200 evaluations; the score; and the time that the strategy itself took for an evaluation. Then
 * prints the geometric means. If FILEs are given, uses only these. With --hints, the
 * searches know the 150 evaluations of a search on a similar space, which has parameters of the
 * same names. docs/tuning.md has the commands
 * and their results.
 */
#include "core/clock.h"
#include "core/text.h"
#include "landscapes.h"
#include "tune/baseline.h"
#include "tune/prior.h"
#include "tune/replay.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_STRATEGIES = 16 };

typedef struct study {
    int64_t first, last, member1, member2, budget;
    double least_gain;
    const char *only, *hints;
    const sb_strategy *strategies[MOST_STRATEGIES];
    size_t strategy_count;
} study;

/* The sums of one strategy over all spaces. */
typedef struct total {
    double evaluations, ratio5, ratio1, worst, missed5, missed1, best[SB_REPLAY_MARKS], score, ms,
        spaces;
} total;

static void fail(const char *text)
{
    fprintf(stderr, "searches: %s\n", text);
    exit(2);
}

static void parse_range(const char *text, int64_t *first, int64_t *last)
{
    char *rest;
    *first = *last = strtoll(text, &rest, 10);
    if (*rest == '-')
        *last = strtoll(rest + 1, &rest, 10);
    if (*rest || *last < *first)
        fail("expected N or A-B");
}

static void parse_strategies(study *s, char *text)
{
    sb_error error;
    s->strategy_count = 0;
    for (char *id = strtok(text, ","); id && s->strategy_count < MOST_STRATEGIES;
         id = strtok(NULL, ",")) {
        s->strategies[s->strategy_count] = sb_strategy_find(id, &error);
        if (!s->strategies[s->strategy_count++])
            fail(error.text);
    }
}

/* The median numbers of evaluations that random search needs to come within 5 and 1 % of the
 * optimum. */
typedef struct reference {
    double to5, to1;
} reference;

static reference find_reference(const sb_recorded *recorded)
{
    sb_baseline baseline;
    sb_baseline_start(&baseline, recorded);
    reference found = { sb_baseline_median(&baseline, recorded->best * 1.05),
                        sb_baseline_median(&baseline, recorded->best * 1.01) };
    sb_baseline_free(&baseline);
    return found;
}

static void add_result(total *t, const sb_replay_result *r, reference random, double repeat,
                       double budget, double ms)
{
    t->ratio5 += log(fmin(r->rows[1].median, budget) / random.to5);
    t->ratio1 += log(fmin(r->rows[4].median, budget) / random.to1);
    t->missed5 += (double)r->rows[1].late / repeat;
    t->missed1 += (double)r->rows[4].late / repeat;
    for (size_t m = 0; m < SB_REPLAY_MARKS; m++)
        t->best[m] += log(r->best[m]);
    t->score += r->score;
    t->ms += ms;
    t->evaluations += log((double)r->evaluations / repeat);
    t->spaces++;
}

static void print_total(const char *name, const char *strategy, const total *t)
{
    double n = t->spaces;
    printf("%-20s %-12s %6.3f %6.3f | %5.1f %5.1f | %6.3f %6.3f %7.4f | %6.3f | %.2f %5.0f\n", name,
           strategy, exp(t->ratio5 / n), exp(t->ratio1 / n), 100.0 * t->missed5 / n,
           100.0 * t->missed1 / n, exp(t->best[0] / n), exp(t->best[1] / n), exp(t->best[2] / n),
           t->score / n, t->ms / n, exp(t->evaluations / n));
    fflush(stdout);
}

/* The parameter set of `to` with the same values, or -1. */
static ptrdiff_t find_like(const sb_space *from, size_t index, const sb_space *to)
{
    uint32_t own[SB_SPACE_AXES], digits[SB_SPACE_AXES] = { 0 };
    sb_space_digits(from, index, own);
    for (size_t a = 0; a < to->axis_count; a++) {
        char wanted[256] = "", text[256];
        for (size_t b = 0; b < from->axis_count; b++)
            if (strcmp(from->axes[b].id, to->axes[a].id) == 0)
                sb_axis_text(&from->axes[b], own[b], wanted, sizeof wanted);
        uint32_t d = 0;
        for (; d < to->axes[a].count; d++) {
            sb_axis_text(&to->axes[a], d, text, sizeof text);
            if (strcmp(text, wanted) == 0)
                break;
        }
        if (d == to->axes[a].count)
            return -1;
        digits[a] = d;
    }
    return sb_space_find(to, digits);
}

static int look_up(void *context, size_t index, const int64_t *values, double incumbent,
                   double *objective, sb_error *error)
{
    const sb_recorded *recorded = context;
    (void)values, (void)incumbent, (void)error;
    *objective = recorded->objectives[index];
    return 0;
}

/* What a search on the other file found, as hints for this space; free() them. */
static sb_evaluated *make_hints(const char *path, const sb_space *space, size_t *count)
{
    sb_error error;
    sb_recorded other;
    sb_search_result found;
    const sb_search_options options = { .evaluations = 150, .seed = 1 };
    if (sb_recorded_read(path, &other, &error) < 0 ||
        sb_search_run(sb_strategies[0], &other.space, &options, look_up, &other, &found, &error) <
            0)
        fail(error.text);
    sb_evaluated *hints = sb_new(found.evaluated_count + 1, sizeof *hints);
    for (size_t i = 0; i < found.evaluated_count; i++) {
        ptrdiff_t index = find_like(&other.space, found.evaluated[i].index, space);
        if (index >= 0 && isfinite(found.evaluated[i].objective))
            hints[(*count)++] = (sb_evaluated) { .index = (uint32_t)index,
                                                 .objective = found.evaluated[i].objective };
    }
    sb_prior_scale(hints, *count);
    free(found.evaluated);
    sb_recorded_free(&other);
    return hints;
}

static void judge(const study *s, const char *name, const sb_recorded *recorded, total *totals)
{
    reference random = find_reference(recorded);
    size_t repeat = (size_t)(s->last - s->first + 1);
    sb_replay_options options = { .evaluations = (size_t)s->budget,
                                  .least_gain = s->least_gain,
                                  .repeat = repeat,
                                  .seed = (uint64_t)s->first };
    sb_evaluated *hints =
        s->hints ? make_hints(s->hints, &recorded->space, &options.hint_count) : NULL;
    options.hints = hints;
    for (size_t i = 0; i < s->strategy_count; i++) {
        sb_replay_result result;
        total one = { 0 };
        int64_t start = sb_now_ns();
        sb_replay(recorded, s->strategies[i], &options, &result);
        double ms = (double)(sb_now_ns() - start) / 1e6 / (double)result.evaluations;
        add_result(&one, &result, random, (double)repeat, (double)s->budget, ms);
        print_total(name, s->strategies[i]->id, &one);
        add_result(&totals[i], &result, random, (double)repeat, (double)s->budget, ms);
    }
    free(hints);
}

static void judge_landscapes(const study *s, total *totals)
{
    for (size_t which = 0; which < sb_landscape_count(); which++)
        for (int64_t seed = s->member1; seed <= s->member2; seed++) {
            sb_error error;
            sb_recorded recorded;
            char name[64];
            snprintf(name, sizeof name, "%s-%d", sb_landscape_at(which).id, (int)seed);
            if (!sb_glob_match(s->only, name))
                continue;
            if (sb_landscape_make(which, (uint64_t)seed, &recorded, &error) < 0)
                fail(error.text);
            judge(s, name, &recorded, totals);
            sb_recorded_free(&recorded);
        }
}

static void judge_file(const study *s, const char *path, total *totals)
{
    sb_error error;
    sb_recorded recorded;
    char name[64];
    const char *slash = strrchr(path, '/');
    snprintf(name, sizeof name, "%.*s", (int)strcspn(slash ? slash + 1 : path, "."),
             slash ? slash + 1 : path);
    if (sb_recorded_read(path, &recorded, &error) < 0)
        fail(error.text);
    judge(s, name, &recorded, totals);
    sb_recorded_free(&recorded);
}

/* Parses the options, each with a value. Returns the index of the first file. */
static int parse_options(study *s, int argc, char **argv)
{
    int i = 1;
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
        if (strcmp(argv[i], "--seeds") == 0)
            parse_range(argv[i + 1], &s->first, &s->last);
        else if (strcmp(argv[i], "--members") == 0)
            parse_range(argv[i + 1], &s->member1, &s->member2);
        else if (strcmp(argv[i], "--budget") == 0)
            parse_range(argv[i + 1], &s->budget, &s->budget);
        else if (strcmp(argv[i], "--least-gain") == 0)
            s->least_gain = strtod(argv[i + 1], NULL) / 100.0;
        else if (strcmp(argv[i], "--only") == 0)
            s->only = argv[i + 1];
        else if (strcmp(argv[i], "--hints") == 0)
            s->hints = argv[i + 1];
        else if (strcmp(argv[i], "--strategies") == 0)
            parse_strategies(s, argv[i + 1]);
        else
            fail("unknown option");
    }
    return i;
}

int main(int argc, char **argv)
{
    study s = { .first = 1,
                .last = 20,
                .member1 = 1,
                .member2 = 2,
                .budget = 3000,
                .only = "*",
                .strategies = { sb_strategies[0] },
                .strategy_count = 1 };
    total totals[MOST_STRATEGIES] = { 0 };
    int i = parse_options(&s, argc, argv);
    printf("%-20s %-12s %6s %6s | %5s %5s | %6s %6s %7s | %6s | %s\n", "space", "strategy", "to 5%",
           "to 1%", "late5", "late1", "at 20", "at 50", "at 200", "score", "ms  spent");
    if (i == argc)
        judge_landscapes(&s, totals);
    for (; i < argc; i++)
        judge_file(&s, argv[i], totals);
    for (size_t k = 0; k < s.strategy_count; k++)
        print_total("all", s.strategies[k]->id, &totals[k]);
    return 0;
}
