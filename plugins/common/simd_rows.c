/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled once for each variant: what is done to rows of floats, see simd.h. */
#include "common/simd_inner.h"

#include <string.h>

static void VEC_NAME(simd_gather)(float *to, const float *from, int64_t stride, int64_t count)
{
    if (stride == 1) {
        memcpy(to, from, (size_t)count * sizeof *to);
    } else if (stride == 2) {
        for (int64_t i = 0; i < count; i++)
            to[i] = from[2 * i];
    } else {
        for (int64_t i = 0; i < count; i++)
            to[i] = from[i * stride];
    }
}

static void VEC_NAME(simd_spread)(float *to, int64_t width, int64_t pitch, const float *from,
                                  int64_t count)
{
    for (; count >= width; count -= width, to += pitch, from += width)
        for (int64_t i = 0; i < width; i += VEC_LANES)
            store(to + i, load(from + i));
    for (int64_t i = 0; i < count; i++)
        to[i] = from[i];
}

/* One row of a pass. The activation and whether there is a residual are constants after inlining.
 */
__attribute__((always_inline)) static inline void pass_row(const simd_pass *own, int64_t row,
                                                           const uint32_t activation,
                                                           const bool has_residual)
{
    const float *each = own->bias_of_row ? NULL : own->bias;
    const vector start = act_all(each == NULL && own->bias != NULL ? own->bias[row] : 0.0f);
    const float *residual = has_residual ? own->residual + row * own->pitch : NULL;
    float *out = own->out + row * own->pitch;
    int64_t i = 0;
    for (; i + VEC_LANES <= own->count; i += VEC_LANES) {
        vector sum = load(out + i) + (each != NULL ? load(each + i) : start);
        if (has_residual)
            sum += load(residual + i);
        store(out + i, activate(sum, activation));
    }
    if (i < own->count) {
        const int64_t left = own->count - i;
        vector sum =
            load_first(out + i, left) + (each != NULL ? load_first(each + i, left) : start);
        if (has_residual)
            sum += load_first(residual + i, left);
        store_first(out + i, activate(sum, activation), left);
    }
}

__attribute__((always_inline)) static inline void pass_rows(const simd_pass *own,
                                                            const uint32_t activation)
{
    for (int64_t i = 0; i < own->rows; i++)
        if (own->residual != NULL)
            pass_row(own, i, activation, true);
        else
            pass_row(own, i, activation, false);
}

static void VEC_NAME(simd_pass)(const simd_pass *own)
{
    switch (own->activation) {
    case SB_RELU:
        pass_rows(own, SB_RELU);
        break;
    case SB_RELU6:
        pass_rows(own, SB_RELU6);
        break;
    case SB_HARD_SWISH:
        pass_rows(own, SB_HARD_SWISH);
        break;
    case SB_SWISH:
        pass_rows(own, SB_SWISH);
        break;
    default:
        pass_rows(own, SB_ACTIVATION_NONE);
        break;
    }
}

const simd VEC_NAME(simd) = {
    .variant = VARIANT_PASTE(VARIANT_, SB_ISA),
    .name = VEC_TEXT,
    .lanes = VEC_LANES,
    .gather = VEC_NAME(simd_gather),
    .spread = VEC_NAME(simd_spread),
    .pass = VEC_NAME(simd_pass),
};
