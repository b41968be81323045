/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/processes.h"

#include "core/text.h"
#include "measure/pairing.h"
#include "measure/quantile.h"
#include "measure/tails.h"

#include <math.h>
#include <stdlib.h>

/* Two or three say next to nothing of how much processes differ. */
enum { LEAST_PROCESSES = 4 };

/* The times of one process, sorted. */
typedef struct times {
    double *ns;
    size_t count;
} times;

typedef struct observations {
    times *of[2]; /* of each series, by process */
    size_t processes, least;
} observations;

static void add_times(times *to, const sb_series *s, size_t from, size_t end)
{
    to->ns = sb_grow(to->ns, to->count + end - from, sizeof *to->ns);
    for (size_t i = from; i < end; i++)
        to->ns[to->count++] = s->samples[i].ns;
}

static void add_process(observations *o)
{
    o->processes++;
    for (int i = 0; i < 2; i++) {
        o->of[i] = sb_grow(o->of[i], o->processes, sizeof *o->of[i]);
        o->of[i][o->processes - 1] = (times) { 0 };
    }
}

static void collect_observations(observations *o, const sb_series *a, const sb_series *b)
{
    uint32_t last = UINT32_MAX;
    for (sb_pairing at = { 0 }; sb_pairing_next(&at, a, b);) {
        uint32_t process = a->samples[at.from[0]].round / SB_PROCESS_ROUNDS;
        if (process != last)
            add_process(o);
        last = process;
        add_times(&o->of[0][o->processes - 1], a, at.from[0], at.end[0]);
        if (b)
            add_times(&o->of[1][o->processes - 1], b, at.from[1], at.end[1]);
    }
}

/* Sorts all, and finds the process with the fewest samples. */
static void sort_observations(observations *o)
{
    o->least = SIZE_MAX;
    for (int i = 0; i < 2; i++)
        for (size_t p = 0; p < o->processes; p++) {
            times *t = &o->of[i][p];
            if (!t->count)
                continue;
            sb_sort_values(t->ns, t->count);
            o->least = t->count < o->least ? t->count : o->least;
        }
}

/* Leaves out processes that the end of the time cut short: a quantile of a few samples is another
 * one, and a single wild one would make the interval. */
static void drop_short(observations *o)
{
    size_t most = 0, kept = 0;
    for (size_t p = 0; p < o->processes; p++)
        most = o->of[0][p].count > most ? o->of[0][p].count : most;
    for (size_t p = 0; p < o->processes; p++) {
        const bool whole = o->of[0][p].count * 4 >= most;
        for (int i = 0; i < 2; i++) {
            if (whole)
                o->of[i][kept] = o->of[i][p];
            else
                free(o->of[i][p].ns);
        }
        kept += whole;
    }
    o->processes = kept;
}

static void release_observations(observations *o)
{
    for (int i = 0; i < 2; i++) {
        for (size_t p = 0; p < o->processes; p++)
            free(o->of[i][p].ns);
        free(o->of[i]);
    }
}

/* The logarithm of the process's quantile, or of the ratio of two; `unknown` grows by what the
 * clock's ticks leave open of it. */
static double observe_process(const observations *o, size_t process, double p, double *unknown)
{
    double log_ns[2] = { 0, 0 };
    for (int i = 0; i < 2; i++) {
        const times *t = &o->of[i][process];
        if (!t->count)
            continue;
        double ns = sb_quantile_sorted(t->ns, t->count, p);
        log_ns[i] = log(ns);
        *unknown += sb_half_tick(t->ns, t->count) / ns;
    }
    return log_ns[0] - log_ns[1];
}

static sb_interval student_interval(const double *values, size_t count, double unknown,
                                    double error)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    double deviation = sqrt(squares / (double)(count - 1) / (double)count);
    double half = sb_student_quantile(error / 2, count - 1) * deviation + unknown;
    return (sb_interval) { exp(mean), exp(mean - half), exp(mean + half) };
}

sb_interval sb_processes_interval(const sb_series *a, const sb_series *b, sb_estimator estimator,
                                  double error)
{
    observations o = { 0 };
    sb_interval interval = { NAN, NAN, NAN };
    collect_observations(&o, a, b);
    drop_short(&o);
    if (o.processes >= LEAST_PROCESSES) {
        double *values = sb_new(o.processes, sizeof *values), unknown = 0;
        sort_observations(&o);
        double p = sb_estimator_quantile(sb_estimator_for(estimator, o.least));
        for (size_t i = 0; i < o.processes; i++)
            values[i] = observe_process(&o, i, p, &unknown);
        interval = student_interval(values, o.processes, unknown / (double)o.processes, error);
        free(values);
    }
    release_observations(&o);
    return interval;
}
