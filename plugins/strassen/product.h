/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pointwise convolution with seven eighths of the multiplications: one level of Winograd's form
 * of Strassen's matrix product (Strassen, "Gaussian Elimination is not Optimal", Numerische
 * Mathematik 13, 1969; Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section
 * 23.1). Pixels, input and output channels are cut in halves; of an odd number of pixels the
 * second half has one less, and counts as if it ended with a zero.
 *
 * The sums of weights are made once, in the plan. The pixels go through in blocks of pairs (a pixel
 * of either half), whose sums stay in L2; for each panel of output channels what the products have
 * in common, two sums of one panel and block, stays in L1.
 */
#ifndef SB_STRASSEN_PRODUCT_H
#define SB_STRASSEN_PRODUCT_H

#include "engine/dense.h"
#include "strassen/sums.h"

enum { STRASSEN_PRODUCTS = 7, STRASSEN_MULTIPLE = 32 /* of which the channels are one */ };

typedef struct strassen {
    view input, output; /* NCHW16c */
    view sum, part;     /* of a block: the input's sums; of a panel: common sums of products */
    int64_t images, pixels, pairs;
    int64_t block;                   /* pairs that go through at a time, at most */
    int64_t panel_parts;             /* in which the panels of a block are shared out */
    int64_t half_inputs;             /* channels */
    int64_t half_input, half_output; /* floats from the first half of the channels to the second */
    const sums *sums;
    uint32_t activation; /* sb_activation */
    dense products[STRASSEN_PRODUCTS];
    int64_t scratch; /* floats of a thread: four sums of the input, two of products */
} strassen;

typedef struct strassen_blocking {
    int vectors, pixels; /* of a register tile */
    int64_t pairs;       /* in a block */
} strassen_blocking;

/* Everywhere here `b` is a plain pointwise convolution of one group. */

/* Good values by the size of the caches. */
strassen_blocking strassen_default(const conv *b, const sb_cpu *cpu, const isa *set);

/* Are these computed in the same way? */
bool strassen_alike(const conv *b, const isa *set, strassen_blocking one, strassen_blocking other);

/* Both tensors are NCHW16c; `bias` is NULL for none. 0, or negative without memory, then nothing is
 * held. */
int strassen_plan(strassen *own, const sb_host *host, const conv *b, const isa *set,
                  strassen_blocking blocking, const float *weights, const float *bias);
void strassen_release(strassen *own, const sb_host *host);

/* One line: the micro-kernel and its instruction set. Returns the length written. */
size_t strassen_describe(const strassen *own, char *text, size_t size);

/* One of `parts` parts of all images, with a scratch of its own; they write disjoint parts of the
 * output. */
void strassen_run(const strassen *own, const tensors *t, float *scratch, int64_t part,
                  int64_t parts);

#endif
