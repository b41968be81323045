/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exact data. Step i sums T_i = c / groups * r * s products. Let the input be whole numbers of
 * magnitude 1..a, and the weights of step i whole numbers of magnitude 1..b times 2^-s_i. Then the
 * output of step i is a multiple of its unit u_i = 2^-(s_1 + ... + s_i), and if A_(i-1) bounds the
 * magnitude of its input, in units of that, any partial sum of any subset of its products, its bias
 * (at most B_i units) and its residual (a / u_i units, the last step's alone) is at most
 *
 *     S_i = T_i b A_(i-1) + B_i + a / u_i   <=  2^24 - 1
 *
 * units, hence a float, whatever the order of summation. relu keeps it so, and relu6 makes it
 * A_i = min(S_i, 6 / u_i). The shifts s_i are 0, but where relu6 follows: there they bring sums to
 * where it neither clips everything nor nothing. The largest a that fits is taken, up to
 * MOST_INPUT. No value is zero, so that a lost or doubled product always changes a sum. The range
 * is spent on the inputs rather than on the weights: where it can be, a exceeds 2^8 and even 2^11,
 * so that a kernel that silently rounds to bfloat16, half or TF32 is found out.
 */
#include "conv/fill.h"

#include "core/random.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum {
    EXACT_LIMIT = (1 << 24) - 1,
    MOST_INPUT = 4095, /* 12 bits: one more than half and TF32 hold */
    GOOD_INPUT = 1023, /* 10 bits: two more than bfloat16 holds */
    MOST_WEIGHT = 3
};

/* The size to which the sums of a step before relu6 are brought: half of them are clipped at 0, and
 * a sixth of the others at 6. */
#define CLIPPED_DEVIATION 4.0

/* Root mean square of values uniform over magnitudes up to 1. */
#define UNIFORM_RMS 0.577

static double step_terms(const sb_step *s)
{
    return (double)(s->c / s->groups * s->r * s->s);
}

/* The power of two by which weights of this root mean square are scaled down, for inputs of that
 * one. */
static int clipping_shift(const sb_step *s, double input, double weight)
{
    if (s->activation == SB_ACTIVATION_NONE || s->activation == SB_RELU)
        return 0;
    const double deviation = sqrt(step_terms(s)) * input * weight;
    return deviation > CLIPPED_DEVIATION ? (int)ceil(log2(deviation / CLIPPED_DEVIATION)) : 0;
}

static bool activation_is_exact(uint32_t activation)
{
    return activation == SB_ACTIVATION_NONE || activation == SB_RELU || activation == SB_RELU6;
}

/* Completes the ranges for this input and weight. False if a sum may not be exact in a float. */
static bool fit_ranges(const sb_problem *problem, int input, int weight, sb_exact_ranges *ranges)
{
    double most = input, deviation = input * UNIFORM_RMS; /* most: in units of `scale` */
    int shifts = 0;
    *ranges = (sb_exact_ranges) { .input = input, .weight = weight };
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const sb_step *s = &problem->steps[i];
        const double product = weight * most;
        const int shift = clipping_shift(s, deviation, weight * UNIFORM_RMS);
        const bool residual = problem->residual && i + 1 == problem->step_count;
        ranges->shift[i] = shift;
        shifts += shift;
        /* A bias is as large as a product; a larger one would cost range. */
        ranges->bias[i] = s->bias ? (int64_t)product : 0;
        const double sum = step_terms(s) * product + (s->bias ? product : 0) +
                           (residual ? ldexp(input, shifts) : 0);
        if (!activation_is_exact(s->activation) || sum > EXACT_LIMIT)
            return false;
        most = s->activation == SB_RELU6 ? fmin(sum, ldexp(6, shifts)) : sum;
        deviation = s->activation == SB_RELU6
                        ? CLIPPED_DEVIATION
                        : sqrt(step_terms(s)) * deviation * ldexp(weight * UNIFORM_RMS, -shift);
    }
    return true;
}

/* The largest input that fits, or 0. */
static int largest_input(const sb_problem *problem, int weight)
{
    sb_exact_ranges ranges;
    int fits = 0, most = MOST_INPUT;
    while (fits < most) {
        const int middle = fits + (most - fits + 1) / 2;
        if (fit_ranges(problem, middle, weight, &ranges))
            fits = middle;
        else
            most = middle - 1;
    }
    return fits;
}

sb_exact_ranges sb_fill_ranges(const sb_problem *problem)
{
    int weight = MOST_WEIGHT, input = largest_input(problem, weight);
    while (weight > 1 && input < GOOD_INPUT)
        input = largest_input(problem, --weight);
    sb_exact_ranges ranges = { 0 };
    if (input == 0 || !fit_ranges(problem, input, weight, &ranges))
        return (sb_exact_ranges) { .weight = weight };
    return ranges;
}

/* A Weyl sequence through one xorshift and one multiply; the upper 32 bits are good. */
static inline uint32_t draw_bits(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    const uint64_t z = (*state ^ (*state >> 32)) * UINT64_C(0xbf58476d1ce4e5b9);
    return (uint32_t)(z >> 32);
}

/* Whole numbers of magnitude 1..range times `scale`: the sign from the lowest bit, the magnitude
 * from the rest. */
static void fill_integers(float *to, int64_t count, int64_t range, float scale, uint64_t state)
{
    for (int64_t i = 0; i < count; i++) {
        const uint32_t bits = draw_bits(&state);
        const int64_t magnitude = 1 + (int64_t)(((uint64_t)(bits >> 1) * (uint64_t)range) >> 31);
        to[i] = (float)(bits & 1 ? -magnitude : magnitude) * scale;
    }
}

/* Odd multiples of 2^-24 in (-1, 1), times `scale`: never zero, 24 significant bits in the upper
 * half. */
static void fill_reals(float *to, int64_t count, float scale, uint64_t state)
{
    for (int64_t i = 0; i < count; i++) {
        const int32_t odd = (int32_t)(draw_bits(&state) >> 7) - (1 << 24);
        to[i] = (float)(odd | 1) * (0x1p-24f * scale);
    }
}

/* One tensor of a problem: its kind and its shape determine its data. */
typedef struct tensor {
    float *to;
    enum { INPUT, WEIGHTS, BIAS } kind;
    int64_t shape[4];
    int64_t range; /* of integers */
    int shift;     /* of integers, and of reals */
} tensor;

static void fill_tensor(const tensor *t, sb_data data, uint64_t seed)
{
    sb_random streams = { .state = seed + (uint64_t)t->kind };
    int64_t count = 1;
    for (int i = 0; i < 4; i++) {
        streams.state = sb_random_next(&streams) ^ (uint64_t)t->shape[i];
        count *= t->shape[i];
    }
    const uint64_t state = sb_random_next(&streams);
    const float scale = ldexpf(1.0f, -t->shift);
    if (data == SB_INTEGERS)
        fill_integers(t->to, count, t->range, scale, state);
    else
        fill_reals(t->to, count, scale, state);
}

static tensor make_images(float *to, int64_t n, int64_t c, int64_t h, int64_t w, int range)
{
    return (tensor) { .to = to, .kind = INPUT, .shape = { n, c, h, w }, .range = range };
}

bool sb_fill(const sb_problem *problem, sb_data data, uint64_t seed, const sb_tensors *tensors)
{
    const sb_exact_ranges ranges = sb_fill_ranges(problem);
    if (data == SB_INTEGERS && ranges.input < 1)
        return false;
    const sb_step *first = sb_first_step(problem), *last = sb_last_step(problem);
    const tensor input =
        make_images(tensors->input, problem->n, first->c, first->h, first->w, ranges.input);
    fill_tensor(&input, data, seed);
    if (problem->residual) {
        const tensor residual =
            make_images(tensors->residual, problem->n, last->k, last->p, last->q, ranges.input);
        fill_tensor(&residual, data, seed);
    }
    int shifts = 0;
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const sb_step *s = &problem->steps[i];
        const tensor weights = {
            .to = tensors->weights[i],
            .kind = WEIGHTS,
            .shape = { s->k, s->c / s->groups, s->r, s->s },
            .range = ranges.weight,
            .shift =
                data == SB_INTEGERS ? ranges.shift[i] : clipping_shift(s, UNIFORM_RMS, UNIFORM_RMS),
        };
        assert(weights.to);
        fill_tensor(&weights, data, seed);
        shifts += ranges.shift[i];
        const tensor bias = {
            .to = tensors->biases[i],
            .kind = BIAS,
            .shape = { s->k, 1, 1, 1 },
            .range = ranges.bias[i],
            .shift = data == SB_INTEGERS ? shifts : 0,
        };
        if (s->bias)
            fill_tensor(&bias, data, seed);
    }
    return true;
}

void sb_fill_unwritten(float *to, size_t count)
{
    const uint32_t bits = SB_UNWRITTEN_BITS;
    for (size_t i = 0; i < count; i++)
        memcpy(to + i, &bits, sizeof bits);
}

bool sb_is_unwritten(const float *value)
{
    uint32_t bits;
    memcpy(&bits, value, sizeof bits);
    return bits == SB_UNWRITTEN_BITS;
}
