/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exact data. Let T be the products that one output sums: c / groups * r * s, or for a separable
 * problem c * multiplier * r * s (each product has three factors then). With inputs of magnitude
 * 1..a and each of the f = 1 or 2 kinds of weights of magnitude 1..b, any partial sum of any subset
 * of the products, in either step, is a whole number of magnitude at most
 *
 *     T a b^f  <=  2^24 - 1,
 *
 * hence a float, whatever the order of summation. So a = floor((2^24 - 1) / (T b^f)), at most
 * MOST_INPUT. No value is zero, so that a lost or doubled product always changes a sum. The range
 * is spent on the inputs rather than on the weights: where it can be, a exceeds 2^8 and even 2^11,
 * so that a kernel that silently rounds to bfloat16, half or TF32 is found out.
 */
#include "conv/fill.h"

#include "core/random.h"

#include <assert.h>
#include <string.h>

enum {
    EXACT_LIMIT = (1 << 24) - 1,
    MOST_INPUT = 4095, /* 12 bits: one more than half and TF32 hold */
    GOOD_INPUT = 1023, /* 10 bits: two more than bfloat16 holds */
    MOST_WEIGHT = 3
};

sb_exact_ranges sb_fill_ranges(const sb_problem *problem)
{
    const bool separable = problem->operation == SB_SEPARABLE;
    const int64_t channels =
        separable ? problem->c * problem->multiplier : problem->c / problem->groups;
    const int64_t sum = EXACT_LIMIT / (channels * problem->r * problem->s);
    int weight = MOST_WEIGHT;
    while (weight > 1 && sum / (separable ? weight * weight : weight) < GOOD_INPUT)
        weight--;
    const int64_t input = sum / (separable ? weight * weight : weight);
    return (sb_exact_ranges) {
        .input = (int)(input < MOST_INPUT ? input : MOST_INPUT),
        .weight = weight,
    };
}

/* A Weyl sequence through one xorshift and one multiply; the upper 32 bits are good. */
static inline uint32_t draw(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    const uint64_t z = (*state ^ (*state >> 32)) * UINT64_C(0xbf58476d1ce4e5b9);
    return (uint32_t)(z >> 32);
}

/* Whole numbers of magnitude 1..range: the sign from the lowest bit, the magnitude from the rest.
 */
static void fill_integers(float *to, int64_t count, int range, uint64_t state)
{
    for (int64_t i = 0; i < count; i++) {
        const uint32_t bits = draw(&state);
        const int magnitude = 1 + (int)(((uint64_t)(bits >> 1) * (uint64_t)range) >> 31);
        to[i] = (float)(bits & 1 ? -magnitude : magnitude);
    }
}

/* Odd multiples of 2^-24 in (-1, 1): never zero, 24 significant bits in the upper half. */
static void fill_reals(float *to, int64_t count, uint64_t state)
{
    for (int64_t i = 0; i < count; i++) {
        const int32_t odd = (int32_t)(draw(&state) >> 7) - (1 << 24);
        to[i] = (float)(odd | 1) * 0x1p-24f;
    }
}

bool sb_fill(const sb_problem *problem, sb_data data, uint64_t seed, const sb_tensors *tensors)
{
    const sb_exact_ranges ranges = sb_fill_ranges(problem);
    if (data == SB_INTEGERS && ranges.input < 1)
        return false;
    const sb_weight_counts counts = sb_weight_elements(problem);
    const struct {
        float *to;
        int64_t count;
        int range;
    } fills[] = {
        { tensors->input, sb_input_elements(problem), ranges.input },
        { tensors->standard, counts.standard, ranges.weight },
        { tensors->depthwise, counts.depthwise, ranges.weight },
        { tensors->pointwise, counts.pointwise, ranges.weight },
    };
    sb_random streams = { .state = seed };
    for (size_t i = 0; i < sizeof fills / sizeof *fills; i++) {
        const uint64_t state = sb_random_next(&streams);
        assert(fills[i].to || fills[i].count == 0);
        if (data == SB_INTEGERS)
            fill_integers(fills[i].to, fills[i].count, fills[i].range, state);
        else
            fill_reals(fills[i].to, fills[i].count, state);
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
