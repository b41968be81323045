/* SPDX-License-Identifier: Apache-2.0 */
/* The additions around the seven products, on pixels of NCHW16c: 16 floats from one to the next. */
#ifndef SB_STRASSEN_SUMS_H
#define SB_STRASSEN_SUMS_H

#include "common/variants.h"

enum { SUMS_BLOCK = 16 }; /* channels from one pixel to the next */

/* The sum of two, and what follows it before it is stored. */
typedef struct sums_end {
    const float *a, *b;
    const float *bias;     /* one vector; NULL: none */
    const float *residual; /* NULL: none */
    float *to;
    uint32_t activation; /* sb_activation */
} sums_end;

typedef struct sums {
    /*
     * The four sums of the quarters a00, a01, a10, a11 of the input (the first digit is the half of
     * the pixels, the second that of the channels), one block of channels:
     *
     *     s[0] = a10 + a11    s[1] = s[0] - a00    s[2] = a00 - a10    s[3] = a01 - s[1]
     *
     * for `count` pixels, of which only the first `have` are there in a10 and a11: the others count
     * as 0.
     */
    void (*inputs)(const float *const a[4], float *const s[4], int64_t count, int64_t have);

    /* One vector a pixel. */
    void (*add)(const sums_end *end, int64_t pixels);
} sums;

extern const sums *const strassen_sums[VARIANT_COUNT];

#define DECLARE(set, needs) extern const sums strassen_sums__##set;
VARIANTS(DECLARE)
#undef DECLARE

#endif
