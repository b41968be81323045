/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/contest.h"

#include "conv/cost.h"

#include <math.h>

/* A copy of a result whose samples all take that much longer. The caller frees its series; the rest
 * is borrowed. */
static sb_result delay_result(const sb_result *result, double ns)
{
    sb_result copy = *result;
    copy.series = (sb_series) { 0 };
    for (size_t i = 0; i < result->series.count; i++) {
        sb_sample sample = result->series.samples[i];
        sample.ns += ns;
        sb_series_add(&copy.series, sample);
    }
    return copy;
}

/* The geometric mean of delayed processes differs slightly from the delayed mean: scales the
 * interval so that the quotient is exactly that of the published times. */
static sb_interval move_interval(sb_interval interval, double value)
{
    const double factor = value / interval.value;
    return (sb_interval) { value, interval.low * factor, interval.high * factor };
}

static double counted_ns(const sb_result *result, sb_counting counting)
{
    return result->time.value + sb_counted_apart(result, counting);
}

sb_interval sb_counted_ratio(const sb_result *a, const sb_result *b, sb_counting counting,
                             size_t comparisons, double confidence, uint64_t seed)
{
    sb_result above = delay_result(a, sb_counted_apart(a, counting));
    sb_result below = delay_result(b, sb_counted_apart(b, counting));
    sb_interval interval = sb_paired_ratio(&above, &below, comparisons, confidence, seed);
    sb_series_free(&above.series);
    sb_series_free(&below.series);
    return move_interval(interval, counted_ns(a, counting) / counted_ns(b, counting));
}

static double part_of_roofline(const sb_group *group, const sb_result *own)
{
    sb_problem problem = sb_layer_problem(group->layer, own->operation, group->threads);
    double gflops = 2 * (double)sb_cost_of(&problem).total / own->time.value;
    return gflops / own->roofline_gflops;
}

bool sb_group_contest(const sb_group *group, const sb_contest_rules *rules, sb_contest *contest)
{
    size_t ours, theirs;
    sb_choice choice = {
        .operation = rules->operation,
        .own = true,
        .direct = rules->direct,
        .counting = rules->counting,
    };
    contest->own = sb_choose(group, &choice, &ours);
    choice.own = false;
    choice.peers = true;
    contest->peer = sb_choose(group, &choice, &theirs);
    if (!contest->own || !contest->peer)
        return false;
    contest->own_ns = counted_ns(contest->own, rules->counting);
    contest->peer_ns = counted_ns(contest->peer, rules->counting);
    contest->ratio = sb_counted_ratio(contest->peer, contest->own, rules->counting, ours * theirs,
                                      rules->confidence, rules->seed);
    contest->roofline = part_of_roofline(group, contest->own);
    return true;
}

void sb_tally_add(sb_tally *tally, const sb_contest *contest, int64_t repeat)
{
    const sb_interval *r = &contest->ratio;
    const bool determined = sb_determined(r->low, r->high);
    double half = determined ? log(r->high / r->low) / 2 : 0;
    sb_tally_merge(tally, &(sb_tally) {
                              .layers = 1,
                              .lost = r->value < 1,
                              .undetermined = !determined,
                              .log_sum = determined ? log(r->value) : 0,
                              .variance = half * half,
                              .roofline_log_sum = log(contest->roofline),
                              .own_ns = contest->own_ns * (double)repeat,
                              .peer_ns = contest->peer_ns * (double)repeat,
                              .least = r->value,
                          });
}

void sb_tally_merge(sb_tally *tally, const sb_tally *other)
{
    if (other->layers == 0)
        return;
    tally->least = tally->layers == 0 ? other->least : fmin(tally->least, other->least);
    tally->layers += other->layers;
    tally->lost += other->lost;
    tally->undetermined += other->undetermined;
    tally->log_sum += other->log_sum;
    tally->variance += other->variance;
    tally->roofline_log_sum += other->roofline_log_sum;
    tally->own_ns += other->own_ns;
    tally->peer_ns += other->peer_ns;
}

sb_interval sb_tally_mean(const sb_tally *tally)
{
    const double count = (double)(tally->layers - tally->undetermined);
    const double mean = tally->log_sum / count, half = sqrt(tally->variance) / count;
    return (sb_interval) { exp(mean), exp(mean - half), exp(mean + half) };
}

double sb_tally_roofline(const sb_tally *tally)
{
    return exp(tally->roofline_log_sum / (double)tally->layers);
}
