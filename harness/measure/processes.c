/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/processes.h"

#include "core/text.h"
#include "measure/quantile.h"
#include "measure/tails.h"

#include <math.h>
#include <stdlib.h>

/* Two or three say next to nothing about how much processes differ. */
enum { LEAST_PROCESSES = 4 };

/* The samples of one process: from `from` up to, not including, `end`. */
typedef struct process {
    uint32_t number;
    size_t from, end;
    double log_ns; /* of its quantile */
} process;

/* A series divided into processes, without those that were cut short. */
typedef struct side {
    const sb_series *series;
    process *list; /* owned */
    size_t count, least;
    double mean, unknown; /* of log_ns; and the uncertainty due to the clock's ticks */
} side;

static uint32_t process_at(const sb_series *s, size_t i)
{
    return s->samples[i].round / SB_PROCESS_ROUNDS;
}

static size_t size_of(const process *p)
{
    return p->end - p->from;
}

static void list_processes(side *to)
{
    const sb_series *s = to->series;
    for (size_t from = 0, end; from < s->count; from = end) {
        for (end = from + 1; end < s->count && process_at(s, end) == process_at(s, from);)
            end++;
        to->list = sb_grow(to->list, to->count + 1, sizeof *to->list);
        to->list[to->count++] = (process) { process_at(s, from), from, end, 0 };
    }
}

/* Leaves out processes that the time limit cut short: a quantile of a few samples has another
 * meaning, and a single outlier would determine the interval. */
static void drop_short(side *to)
{
    size_t most = 0, kept = 0;
    for (size_t i = 0; i < to->count; i++)
        most = size_of(&to->list[i]) > most ? size_of(&to->list[i]) : most;
    to->least = most;
    for (size_t i = 0; i < to->count; i++) {
        const size_t size = size_of(&to->list[i]);
        if (size * 4 < most)
            continue;
        to->least = size < to->least ? size : to->least;
        to->list[kept++] = to->list[i];
    }
    to->count = kept;
}

static side open_side(const sb_series *series)
{
    side s = { .series = series };
    list_processes(&s);
    drop_short(&s);
    return s;
}

/* Computes the quantile p of each process. */
static void observe_side(side *s, double p)
{
    double *ns = sb_new(s->series->count, sizeof *ns);
    for (size_t i = 0; i < s->count; i++) {
        process *one = &s->list[i];
        for (size_t j = one->from; j < one->end; j++)
            ns[j - one->from] = s->series->samples[j].ns;
        sb_sort_values(ns, size_of(one));
        const double quantile = sb_quantile_sorted(ns, size_of(one), p);
        one->log_ns = log(quantile);
        s->mean += one->log_ns / (double)s->count;
        s->unknown += sb_half_tick(ns, size_of(one)) / quantile / (double)s->count;
    }
    free(ns);
}

/* Sums of squares: of one side, and over the processes that both have. */
static double squares_of(const side *s)
{
    double sum = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += (s->list[i].log_ns - s->mean) * (s->list[i].log_ns - s->mean);
    return sum;
}

typedef struct shared {
    size_t count;
    double a, b, difference;
} shared;

static shared shared_squares(const side *a, const side *b)
{
    shared sums = { 0 };
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        const process *x = &a->list[i], *y = &b->list[j];
        i += x->number <= y->number;
        j += y->number <= x->number;
        if (x->number != y->number)
            continue;
        const double off_a = x->log_ns - a->mean, off_b = y->log_ns - b->mean;
        sums.count++;
        sums.a += off_a * off_a;
        sums.b += off_b * off_b;
        sums.difference += (off_a - off_b) * (off_a - off_b);
    }
    return sums;
}

static double variance_of_mean(const side *s)
{
    return squares_of(s) / (double)(s->count - 1) / (double)s->count;
}

/*
 * The variance of the difference of two means whose observations are partly paired: Var a + Var b -
 * 2 Cov, with the covariance from the shared processes. Never below that of so many pairs.
 */
static double variance_of_difference(const side *a, const side *b)
{
    const double apart = variance_of_mean(a) + variance_of_mean(b);
    const shared sums = shared_squares(a, b);
    if (sums.count < 2)
        return apart;
    const double freedom = (double)(sums.count - 1), all = (double)a->count * (double)b->count;
    const double twice_covariance = (sums.a + sums.b - sums.difference) / freedom;
    const double most = (double)(a->count > b->count ? a->count : b->count);
    return fmax(apart - twice_covariance * (double)sums.count / all,
                sums.difference / freedom / most);
}

static sb_interval student_interval(double mean, double variance, double unknown, double error,
                                    size_t freedom)
{
    double half = sb_student_quantile(error / 2, freedom) * sqrt(variance) + unknown;
    return (sb_interval) { exp(mean), exp(mean - half), exp(mean + half) };
}

static sb_interval interval_of(side *a, side *b, sb_estimator estimator, double error)
{
    const size_t least = b && b->least < a->least ? b->least : a->least;
    const double p = sb_estimator_quantile(sb_estimator_for(estimator, least));
    observe_side(a, p);
    if (!b)
        return student_interval(a->mean, variance_of_mean(a), a->unknown, error, a->count - 1);
    observe_side(b, p);
    const size_t fewest = a->count < b->count ? a->count : b->count;
    return student_interval(a->mean - b->mean, variance_of_difference(a, b),
                            a->unknown + b->unknown, error, fewest - 1);
}

sb_interval sb_processes_interval(const sb_series *a, const sb_series *b, sb_estimator estimator,
                                  double error)
{
    side sides[2] = { open_side(a), open_side(b ? b : a) };
    sb_interval interval = { NAN, NAN, NAN };
    if (sides[0].count >= LEAST_PROCESSES && sides[1].count >= LEAST_PROCESSES)
        interval = interval_of(&sides[0], b ? &sides[1] : NULL, estimator, error);
    free(sides[0].list);
    free(sides[1].list);
    return interval;
}

size_t sb_processes_least(const sb_series *series)
{
    side s = open_side(series);
    free(s.list);
    return s.count >= LEAST_PROCESSES ? s.least : 0;
}
