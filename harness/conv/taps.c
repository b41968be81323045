/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/taps.h"

#include <math.h>

/* A dimension: input and output size, filter places. */
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

/* Where tap `place` of output 0 lies; that of output y lies y strides further. */
static int64_t start(const axis *a, int64_t place)
{
    return place * a->dilation - a->padding;
}

/* The outputs for which the tap is inside. */
static range outputs_of(const axis *a, int64_t place)
{
    const int64_t from = start(a, place), room = a->size - 1 - from;
    const int64_t last = room < 0 ? -1 : room / a->stride;
    return (range) {
        .first = (at_least_zero(-from) + a->stride - 1) / a->stride,
        .last = last < a->outputs ? last : a->outputs - 1,
    };
}

/* Adds a range to those before it, whose firsts and lasts are no larger; returns how many values
 * are new. *covered: the largest value so far. */
static int64_t cover(int64_t *covered, range r, int64_t step)
{
    const int64_t first = *covered >= r.first ? *covered + step : r.first;
    if (first > r.last)
        return 0;
    *covered = r.last;
    return (r.last - first) / step + 1;
}

/* From the last place to the first, as a later place meets earlier outputs. */
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
        sum.outputs += cover(&covered, r, 1);
    }
    return sum;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    return b == 0 ? a : common_divisor(b, a % b);
}

/* Places that lie a multiple of the stride apart read the same inputs, one class after another. */
static int64_t count_inputs(const axis *a)
{
    const int64_t classes = a->stride / common_divisor(a->stride, a->dilation);
    int64_t inputs = 0;
    for (int64_t class_ = 0; class_ < classes && class_ < a->filter; class_++) {
        int64_t covered = -1;
        for (int64_t place = class_; place < a->filter; place += classes) {
            const range r = outputs_of(a, place);
            const int64_t from = start(a, place);
            if (r.first <= r.last)
                inputs += cover(&covered,
                                (range) { from + r.first * a->stride, from + r.last * a->stride },
                                a->stride);
        }
    }
    return inputs;
}

sb_taps sb_taps_of(const sb_problem *p)
{
    const axis rows = { p->h, p->p, p->r, p->stride_h, p->pad_top, p->dilation_h };
    const axis columns = { p->w, p->q, p->s, p->stride_w, p->pad_left, p->dilation_w };
    const sb_taps y = count_outputs(&rows), x = count_outputs(&columns);
    return (sb_taps) {
        .taps = y.taps * x.taps,
        .outputs = y.outputs * x.outputs,
        .inputs = count_inputs(&rows) * count_inputs(&columns),
        .filter = y.filter * x.filter,
    };
}

/* Winograd's saving in one dimension: m r products of the definition by m + r - 1. */
static double tile_saving(sb_arithmetic arithmetic, int64_t filter)
{
    static const double tiles[] = {
        [SB_WINOGRAD_F2] = 2, [SB_WINOGRAD_F4] = 4, [SB_WINOGRAD_F6] = 6
    };
    const double m = (size_t)arithmetic < sizeof tiles / sizeof *tiles ? tiles[arithmetic] : 0;
    return m > 0 ? m * (double)filter / (m + (double)filter - 1) : 1;
}

static double first_saving(const sb_problem *p, sb_arithmetic arithmetic)
{
    return tile_saving(arithmetic, p->r) * tile_saving(arithmetic, p->s);
}

static double second_saving(sb_arithmetic arithmetic)
{
    return arithmetic == SB_STRASSEN ? 8.0 / 7.0 : 1;
}

sb_least sb_least_of(const sb_problem *p, sb_arithmetic arithmetic)
{
    const sb_taps t = sb_taps_of(p);
    const double first = first_saving(p, arithmetic), second = second_saving(arithmetic);
    const double images = (double)p->n, depth = (double)(p->c / p->groups), k = (double)p->k;
    double products = images * k * depth * (double)t.taps / (first * second);
    double weights = k * depth * (double)t.filter;
    if (p->operation == SB_SEPARABLE) {
        const double middle = (double)(p->c * p->multiplier);
        products = fmin(products, images * middle *
                                      ((double)t.taps / first + k * (double)t.outputs / second));
        weights = fmin(weights, middle * ((double)t.filter + k));
    }
    return (sb_least) {
        .multiplications = products,
        .read = sizeof(float) * (images * (double)p->c * (double)t.inputs + weights),
        .written = sizeof(float) * (double)sb_output_elements(p),
    };
}
