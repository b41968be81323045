/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/contrast.h"

#include "core/text.h"
#include "measure/quantile.h"
#include "measure/ranks.h"
#include "measure/resample.h"
#include "measure/tails.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum {
    RESAMPLES = 1000,
    LEAST_PROCESSES = 4, /* two or three say next to nothing about how much processes differ */
    LEAST_SAMPLES = 9,   /* of Mann-Whitney */
    ASSUMED_FREEDOM = 30
};
#define ASSUMED_SPREAD 0.03 /* spread of processes, if there are too few to show theirs */
#define ERROR          0.05

/* The series of one run, divided into processes. */
typedef struct side {
    sb_sorted *processes;
    double *medians; /* of the processes */
    size_t count, samples;
    double log_median; /* mean of the medians' logarithms */
    double unknown;    /* uncertainty due to the clock's ticks */
    double results[RESAMPLES];
} side;

/* ---------------------------------------------------------------------------------- processes */

/* The end of the samples from `from` on whose round / part is the same. */
static size_t end_of(const sb_series *s, size_t from, uint32_t part)
{
    size_t end = from;
    while (end < s->count && s->samples[end].round / part == s->samples[from].round / part)
        end++;
    return end;
}

static void add_process(side *to, const sb_series *s, size_t from, size_t end)
{
    sb_sorted *process = &to->processes[to->count++];
    sb_sorted_init(process, end - from);
    for (size_t next; from < end; from = next) {
        next = end_of(s, from, 1);
        sb_sorted_add_round(process, s->samples + from, next - from);
    }
    sb_sorted_finish(process);
}

static size_t largest_process(const sb_series *s)
{
    size_t most = 0;
    for (size_t i = 0, end; i < s->count; i = end) {
        end = end_of(s, i, SB_PROCESS_ROUNDS);
        most = end - i > most ? end - i : most;
    }
    return most;
}

static void find_median(side *of, size_t index)
{
    const sb_sorted *process = &of->processes[index];
    double *values = sb_new(process->count, sizeof *values);
    for (size_t i = 0; i < process->count; i++)
        values[i] = process->entries[i].ns;
    of->medians[index] = sb_quantile_sorted(values, process->count, 0.5);
    const double part = 1 / (double)of->count;
    of->log_median += log(of->medians[index]) * part;
    of->unknown += sb_half_tick(values, process->count) / of->medians[index] * part;
    free(values);
}

/* Leaves out processes that the time limit cut short, as in processes.h. */
static void open_side(side *of, const sb_series *s)
{
    const size_t most = largest_process(s), processes = sb_series_processes(s);
    *of = (side) {
        .processes = sb_new(processes, sizeof *of->processes),
        .medians = sb_new(processes, sizeof *of->medians),
        .samples = s->count,
    };
    for (size_t i = 0, end; i < s->count; i = end) {
        end = end_of(s, i, SB_PROCESS_ROUNDS);
        if ((end - i) * 4 >= most)
            add_process(of, s, i, end);
    }
    for (size_t i = 0; i < of->count; i++)
        find_median(of, i);
}

static void close_side(side *of)
{
    for (size_t i = 0; i < of->count; i++)
        sb_sorted_free(&of->processes[i]);
    free(of->processes);
    free(of->medians);
}

/* ---------------------------------------------------------------------------------- resampling */

/* By Box and Muller. */
static double draw_normal(sb_random *random)
{
    const double radius = sqrt(-2 * log(1 - sb_random_unit(random)));
    return radius * cos(2 * M_PI * sb_random_unit(random));
}

static double draw_log_median(const sb_sorted *process, uint16_t *weights, sb_random *random)
{
    sb_draw_rounds(random, process->rounds, weights);
    return log(sb_sorted_quantile(process, weights, 0.5));
}

/* The relative deviation of a process: the assumed one or the observed one, whichever is larger. */
static double few_spread(const side *of)
{
    double squares = 0;
    for (size_t i = 0; i < of->count; i++)
        squares += pow(log(of->medians[i]) - of->log_median, 2);
    return of->count < 2 ? ASSUMED_SPREAD
                         : fmax(ASSUMED_SPREAD, sqrt(squares / (double)(of->count - 1)));
}

static void resample_side(side *of, sb_random *random)
{
    const double spread = few_spread(of);
    uint16_t *weights = sb_new(of->samples, sizeof *weights);
    const bool few = of->count < LEAST_PROCESSES;
    for (size_t i = 0; i < RESAMPLES; i++) {
        double sum = 0;
        for (size_t j = 0; j < of->count; j++) {
            const size_t process = few ? j : sb_random_below(random, of->count);
            sum += draw_log_median(&of->processes[process], weights, random);
            sum += few ? spread * draw_normal(random) : 0;
        }
        of->results[i] = sum / (double)of->count;
    }
    free(weights);
}

/* A bootstrap of n is too narrow by sqrt((n - 1) / n). */
static double correct_variance(const side *of)
{
    const double n = (double)of->count;
    return of->count < LEAST_PROCESSES ? 1 : n / (n - 1);
}

static double variance_of(const side *of)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < RESAMPLES; i++)
        sum += of->results[i];
    for (size_t i = 0; i < RESAMPLES; i++)
        squares += pow(of->results[i] - sum / RESAMPLES, 2);
    return squares / (RESAMPLES - 1) * correct_variance(of);
}

static double freedom_of(const side *of)
{
    return of->count < LEAST_PROCESSES ? ASSUMED_FREEDOM : (double)(of->count - 1);
}

/* By Welch and Satterthwaite. */
static size_t join_freedom(const side *a, const side *b, double a_variance, double b_variance)
{
    const double all = a_variance + b_variance;
    if (!(all > 0))
        return 1;
    const double parts =
        a_variance * a_variance / freedom_of(a) + b_variance * b_variance / freedom_of(b);
    return (size_t)fmax(1, all * all / parts);
}

/* ---------------------------------------------------------------------------------- conclusions */

/* Percentiles of the resampled ratios, widened to correct for few processes (Hesterberg 2015,
 * expanded percentile). */
static sb_interval interval_of(const side *base, const side *new_, size_t freedom)
{
    double ratios[RESAMPLES];
    const double middle = new_->log_median - base->log_median;
    const double unknown = base->unknown + new_->unknown;
    const double stretch = sb_student_quantile(ERROR / 2, freedom) / sb_normal_quantile(ERROR / 2) *
                           sqrt(fmax(correct_variance(base), correct_variance(new_)));
    for (size_t i = 0; i < RESAMPLES; i++)
        ratios[i] = new_->results[i] - base->results[i];
    sb_sort_values(ratios, RESAMPLES);
    const double low = sb_quantile_sorted(ratios, RESAMPLES, ERROR / 2) - middle;
    const double high = sb_quantile_sorted(ratios, RESAMPLES, 1 - ERROR / 2) - middle;
    return sb_interval_limit((sb_interval) {
        .value = exp(middle),
        .low = exp(middle + stretch * fmin(0, low) - unknown),
        .high = exp(middle + stretch * fmax(0, high) + unknown),
    });
}

static double welch_p(const side *base, const side *new_, double variance, size_t freedom)
{
    const double apart = fabs(new_->log_median - base->log_median);
    const double known = fmax(0, apart - base->unknown - new_->unknown);
    return known > 0 ? fmin(1, 2 * sb_student_tail(known / sqrt(variance), freedom)) : 1;
}

static double rank_p(const side *base, const side *new_)
{
    const size_t processes = base->count < new_->count ? base->count : new_->count;
    const size_t samples = base->samples < new_->samples ? base->samples : new_->samples;
    if (processes < LEAST_PROCESSES || samples < LEAST_SAMPLES)
        return NAN;
    return sb_mann_whitney(base->medians, base->count, new_->medians, new_->count);
}

static bool same_samples(const sb_series *a, const sb_series *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        const sb_sample *x = &a->samples[i], *y = &b->samples[i];
        same = x->round == y->round && x->position == y->position &&
               x->iterations == y->iterations && !(x->ns < y->ns || x->ns > y->ns);
    }
    return same;
}

sb_contrast sb_contrast_of(const sb_series *base, const sb_series *new_, uint64_t seed)
{
    assert(base->count > 0 && new_->count > 0);
    side sides[2];
    sb_random random = { seed };
    open_side(&sides[0], base);
    open_side(&sides[1], new_);
    sb_contrast contrast = {
        .ratio = { 1, 1, 1 },
        .median = { exp(sides[0].log_median), exp(sides[1].log_median) },
        .p = 1,
        .rank_p = rank_p(&sides[0], &sides[1]),
        .processes = { sides[0].count, sides[1].count },
        .samples = { base->count, new_->count },
    };
    if (!same_samples(base, new_)) {
        resample_side(&sides[0], &random);
        resample_side(&sides[1], &random);
        const double a = variance_of(&sides[0]), b = variance_of(&sides[1]);
        const size_t freedom = join_freedom(&sides[0], &sides[1], a, b);
        contrast.ratio = interval_of(&sides[0], &sides[1], freedom);
        contrast.p = welch_p(&sides[0], &sides[1], a + b, freedom);
    }
    close_side(&sides[0]);
    close_side(&sides[1]);
    return contrast;
}

sb_difference sb_contrast_verdict(const sb_contrast *contrast, double p, double threshold)
{
    const sb_interval *ratio = &contrast->ratio;
    const sb_difference verdict = sb_decide(*ratio, threshold);
    const bool proven = p <= ERROR && !(contrast->rank_p > ERROR);
    const bool small = ratio->value <= 1 + threshold && ratio->value >= 1 / (1 + threshold);
    if (verdict == SB_FASTER || verdict == SB_SLOWER)
        return proven ? verdict : SB_UNDECIDED;
    return proven && small ? SB_SAME : verdict;
}
