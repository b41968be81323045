/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/element.h"

#include "conv/activation.h"

#include <math.h>

typedef struct term {
    double value, magnitude;
} term;

/* The position in channel c of the step's input that tap (r, s) of the output at `place` reads. */
static sb_position tap_place(const sb_step *s, sb_position place, int64_t c, int64_t row,
                             int64_t column)
{
    return (sb_position) {
        .n = place.n,
        .c = c,
        .y = place.y * s->stride_h - s->pad_top + row * s->dilation_h,
        .x = place.x * s->stride_w - s->pad_left + column * s->dilation_w,
    };
}

static bool is_inside(const sb_step *s, sb_position place)
{
    return place.y >= 0 && place.y < s->h && place.x >= 0 && place.x < s->w;
}

static int64_t first_channel(const sb_step *s, int64_t output_channel)
{
    return output_channel / (s->k / s->groups) * (s->c / s->groups);
}

static term output_of(const sb_problem *problem, const sb_tensors *tensors, uint32_t step,
                      sb_position place);

/* An element of the step's input. */
static term input_of(const sb_problem *problem, const sb_tensors *tensors, uint32_t step,
                     sb_position at)
{
    const sb_step *s = &problem->steps[step];
    if (step > 0)
        return output_of(problem, tensors, step - 1, at);
    const double value = (double)tensors->input[((at.n * s->c + at.c) * s->h + at.y) * s->w + at.x];
    return (term) { value, fabs(value) };
}

/* The contribution of one input channel. */
static void add_channel(const sb_problem *problem, const sb_tensors *tensors, uint32_t step,
                        sb_position place, int64_t channel, term *sum)
{
    const sb_step *s = &problem->steps[step];
    const int64_t depth = s->c / s->groups;
    const float *weights = tensors->weights[step] + (place.c * depth + channel) * s->r * s->s;
    for (int64_t row = 0; row < s->r; row++)
        for (int64_t column = 0; column < s->s; column++) {
            const sb_position at =
                tap_place(s, place, first_channel(s, place.c) + channel, row, column);
            if (!is_inside(s, at))
                continue;
            const term in = input_of(problem, tensors, step, at);
            const double weight = (double)weights[row * s->s + column];
            sum->value += weight * in.value;
            sum->magnitude += fabs(weight) * in.magnitude;
        }
}

static term output_of(const sb_problem *problem, const sb_tensors *tensors, uint32_t step,
                      sb_position place)
{
    const sb_step *s = &problem->steps[step];
    double start = s->bias ? (double)tensors->biases[step][place.c] : 0;
    double start_magnitude = fabs(start);
    if (problem->residual && step + 1 == problem->step_count) {
        const int64_t index = ((place.n * s->k + place.c) * s->p + place.y) * s->q + place.x;
        start += (double)tensors->residual[index];
        start_magnitude += fabs((double)tensors->residual[index]);
    }
    term sum = { start, start_magnitude };
    for (int64_t c = 0; c < s->c / s->groups; c++)
        add_channel(problem, tensors, step, place, c, &sum);
    sum.value = sb_activate((sb_activation)s->activation, sum.value);
    return sum;
}

double sb_element(const sb_problem *problem, const sb_tensors *tensors, sb_position place,
                  double *magnitude)
{
    const term whole = output_of(problem, tensors, problem->step_count - 1, place);
    *magnitude = whole.magnitude;
    return whole.value;
}

double sb_element_products(const sb_problem *problem)
{
    double products = 0;
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const sb_step *s = &problem->steps[i];
        products = (products + 1) * (double)(s->c / s->groups * s->r * s->s);
    }
    return products;
}

bool sb_element_source(const sb_problem *problem, sb_position place,
                       const uint64_t draw[SB_MAX_STEPS], sb_position *source)
{
    for (uint32_t i = problem->step_count; i-- > 0;) {
        const sb_step *s = &problem->steps[i];
        const uint64_t depth = (uint64_t)(s->c / s->groups), taps = (uint64_t)(s->r * s->s);
        const int64_t tap = (int64_t)(draw[i] / depth % taps);
        const int64_t channel = first_channel(s, place.c) + (int64_t)(draw[i] % depth);
        place = tap_place(s, place, channel, tap / s->s, tap % s->s);
        if (!is_inside(s, place))
            return false;
    }
    *source = place;
    return true;
}
