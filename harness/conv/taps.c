/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/taps.h"

#include <math.h>

/* One dimension: input and output size, and filter taps. */
typedef struct axis {
    int64_t size, outputs, filter, stride, padding, dilation;
} axis;

/* first, first + step, ... last; empty where last < first. */
typedef struct range {
    int64_t first, last;
} range;

static int64_t at_least_zero(int64_t value)
{
    return value > 0 ? value : 0;
}

/* The input position of tap `place` for output 0; output y adds y strides. */
static int64_t first_place(const axis *a, int64_t place)
{
    return place * a->dilation - a->padding;
}

/* The outputs for which the tap lies inside the image. */
static range outputs_of(const axis *a, int64_t place)
{
    const int64_t from = first_place(a, place), room = a->size - 1 - from;
    const int64_t last = room < 0 ? -1 : room / a->stride;
    return (range) {
        .first = (at_least_zero(-from) + a->stride - 1) / a->stride,
        .last = last < a->outputs ? last : a->outputs - 1,
    };
}

/* Adds a range to the ranges before it, whose firsts and lasts are no larger; returns how many
 * values are new. *covered is the largest value so far. */
static int64_t cover_range(int64_t *covered, range r, int64_t step)
{
    const int64_t first = *covered >= r.first ? *covered + step : r.first;
    if (first > r.last)
        return 0;
    *covered = r.last;
    return (r.last - first) / step + 1;
}

/* Goes from the last tap to the first, because a later tap meets earlier outputs. */
static sb_taps count_outputs(const axis *a)
{
    sb_taps sum = { 0 };
    int64_t covered = -1;
    for (int64_t place = a->filter - 1; place >= 0; place--) {
        const range r = outputs_of(a, place);
        if (r.last < r.first)
            continue;
        sum.filter++;
        sum.taps += r.last - r.first + 1;
        sum.outputs += cover_range(&covered, r, 1);
    }
    return sum;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    return b == 0 ? a : common_divisor(b, a % b);
}

/* Taps that are a multiple of the stride apart read the same inputs; handles one such class after
 * another. */
static int64_t count_inputs(const axis *a)
{
    const int64_t classes = a->stride / common_divisor(a->stride, a->dilation);
    int64_t inputs = 0;
    for (int64_t class_ = 0; class_ < classes && class_ < a->filter; class_++) {
        int64_t covered = -1;
        for (int64_t place = class_; place < a->filter; place += classes) {
            const range r = outputs_of(a, place);
            const int64_t from = first_place(a, place);
            if (r.first <= r.last)
                inputs += cover_range(
                    &covered, (range) { from + r.first * a->stride, from + r.last * a->stride },
                    a->stride);
        }
    }
    return inputs;
}

sb_taps sb_taps_of(const sb_step *s)
{
    const axis rows = { s->h, s->p, s->r, s->stride_h, s->pad_top, s->dilation_h };
    const axis columns = { s->w, s->q, s->s, s->stride_w, s->pad_left, s->dilation_w };
    const sb_taps y = count_outputs(&rows), x = count_outputs(&columns);
    return (sb_taps) {
        .taps = y.taps * x.taps,
        .outputs = y.outputs * x.outputs,
        .inputs = count_inputs(&rows) * count_inputs(&columns),
        .filter = y.filter * x.filter,
    };
}

/* Winograd's saving in one dimension. For m outputs, a part of the filter whose taps read inputs a
 * multiple of the stride apart takes m - 1 products more than it has taps; the definition takes m
 * for each tap. */
static double tile_saving(sb_arithmetic arithmetic, int64_t filter, int64_t stride,
                          int64_t dilation)
{
    static const double tiles[] = {
        [SB_WINOGRAD_F2] = 2, [SB_WINOGRAD_F4] = 4, [SB_WINOGRAD_F6] = 6
    };
    const double m = (size_t)arithmetic < sizeof tiles / sizeof *tiles ? tiles[arithmetic] : 0;
    const int64_t classes = stride / common_divisor(stride, dilation);
    const double parts = (double)(classes < filter ? classes : filter), taps = (double)filter;
    return m > 0 ? m * taps / (parts * (m - 1) + taps) : 1;
}

/* The factor by which an arithmetic reduces the products of a step. */
static double saving_of(const sb_step *s, sb_arithmetic arithmetic)
{
    const int levels = sb_strassen_levels(arithmetic);
    if (levels > 0)
        return s->groups == 1 ? pow(8.0 / 7.0, levels) : 1;
    return tile_saving(arithmetic, s->r, s->stride_h, s->dilation_h) *
           tile_saving(arithmetic, s->s, s->stride_w, s->dilation_w);
}

/* The step of a chain that is not 1 x 1, or the only step. */
static uint32_t spatial_step(const sb_problem *problem)
{
    return problem->step_count == 3 ? 1 : 0;
}

/* Products and weights of the steps, each counted only at the positions that matter to the result:
 * for an expansion, where its output is read; for a later step, where a tap met the image. */
static sb_least least_by_steps(const sb_problem *problem, const sb_taps *t,
                               sb_arithmetic arithmetic)
{
    const uint32_t spatial = spatial_step(problem);
    sb_least sum = { 0 };
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const sb_step *s = &problem->steps[i];
        const double pairs = (double)s->k * (double)(s->c / s->groups);
        const int64_t places = i < spatial ? t->inputs : i > spatial ? t->outputs : t->taps;
        sum.multiplications +=
            (double)problem->n * pairs * (double)places / saving_of(s, arithmetic);
        sum.read += pairs * (i == spatial ? (double)t->filter : 1);
        sum.read += s->bias ? (double)s->k : 0;
    }
    return sum;
}

/* Is there nothing but a sum between the steps? Then one convolution computes the same. */
static bool is_composed(const sb_problem *problem)
{
    for (uint32_t i = 0; i + 1 < problem->step_count; i++)
        if (problem->steps[i].activation != SB_ACTIVATION_NONE)
            return false;
    return problem->step_count > 1;
}

static void take_composed(const sb_problem *problem, const sb_taps *t, sb_arithmetic arithmetic,
                          sb_least *least)
{
    const sb_step *spatial = &problem->steps[spatial_step(problem)];
    const double pairs = (double)sb_last_step(problem)->k * (double)sb_first_step(problem)->c;
    const double products = (double)problem->n * pairs * (double)t->taps;
    least->multiplications =
        fmin(least->multiplications, products / saving_of(spatial, arithmetic));
    least->read = fmin(least->read, pairs * (double)t->filter);
}

sb_least sb_least_of(const sb_problem *problem, sb_arithmetic arithmetic)
{
    const sb_taps t = sb_taps_of(&problem->steps[spatial_step(problem)]);
    sb_least least = least_by_steps(problem, &t, arithmetic);
    if (is_composed(problem))
        take_composed(problem, &t, arithmetic, &least);
    const double outputs = (double)sb_output_elements(problem);
    least.read += (double)problem->n * (double)sb_first_step(problem)->c * (double)t.inputs;
    least.read += problem->residual ? outputs : 0;
    least.read *= sizeof(float);
    least.written = sizeof(float) * outputs;
    return least;
}
