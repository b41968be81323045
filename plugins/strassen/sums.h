/* SPDX-License-Identifier: Apache-2.0 */
/* The additions before and after the seven products, on NCHW16c tensors, where adjacent pixels are
 * 16 floats apart. */
#ifndef SB_STRASSEN_SUMS_H
#define SB_STRASSEN_SUMS_H

#include "common/variants.h"

enum { SUMS_BLOCK = 16 }; /* channels in a block of NCHW16c */

/* Sums of products of one vector of output channels: `to` becomes v + w, with bias, residual and
 * activation, and u becomes u + w. */
typedef struct sums_end {
    float *u;
    const float *v, *w;
    const float *bias;     /* one vector; NULL if there is none */
    const float *residual; /* NULL if there is none */
    const float *more;     /* likewise, something to add */
    float *to;
    uint32_t activation; /* sb_activation */
} sums_end;

typedef struct sums {
    /*
     * Computes, for one block of channels, the four sums of the quarters a00, a01, a10, a11 of the
     * input (the first digit is the half of the pixels, the second that of the channels):
     *
     *     s[0] = a10 + a11    s[1] = s[0] - a00    s[2] = a00 - a10    s[3] = a01 - s[1]
     *
     * for `count` pixels. Only the first `have` pixels exist in a10 and a11; the others count as 0.
     */
    void (*inputs)(const float *const a[4], float *const s[4], int64_t count, int64_t have);

    /* Does it for each of `pixels` pixels. */
    void (*add)(const sums_end *end, int64_t pixels);
} sums;

extern const sums *const strassen_sums[VARIANT_COUNT];

#define DECLARE(set, needs) extern const sums strassen_sums__##set;
VARIANTS(DECLARE)
#undef DECLARE

#endif
