/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pointwise convolution, or one of disjoint patches, with fewer multiplications: one or two
 * levels of Winograd's form of Strassen's matrix product (Strassen, "Gaussian Elimination is not
 * Optimal", Numerische Mathematik 13, 1969; Higham, "Accuracy and Stability of Numerical
 * Algorithms", 2002, section 23.1), each of which leaves seven eighths of them. The pixels, the
 * input channels and the output channels are each split into two halves. If the number of pixels is
 * odd, the second half is treated as if a zero pixel followed it.
 *
 * The sums of the weights are computed once, in the plan. The pixels are processed in blocks of
 * pairs, one pixel from each half. The input sums of a block stay in L2. Three sums of products, of
 * one block and one panel of output channels, are used several times and stay in L1. With a stride,
 * the pixels of a block that are used are gathered before; the taps of a filter as wide as its
 * stride are further input channels of its outputs.
 */
#ifndef SB_STRASSEN_PRODUCT_H
#define SB_STRASSEN_PRODUCT_H

#include "strassen/split.h"

typedef struct strassen {
    split split;
    int levels;
    int64_t images, pixels, pairs;
    int64_t block;              /* pairs in a block; the last one may have fewer */
    int64_t panel_parts;        /* parts that the panels of a block are split into */
    view input;                 /* NCHW16c; the split's unless the convolution has a stride */
    bool gathers;               /* it has one: the pixels of a block are gathered first */
    int64_t columns;            /* of the output */
    int64_t row, pixel;         /* floats from the input of one output to that of the next */
    int64_t taps, taps_in_row;  /* of the filter */
    int64_t tap_row, tap_pixel; /* floats from tap to tap */
    int64_t scratch;            /* floats of one thread */
} strassen;

/* The channel counts are multiples of this. */
static inline int64_t strassen_multiple(int levels)
{
    return (int64_t)SUMS_BLOCK << levels;
}

/* In all functions below, `b` is a convolution of one group without padding, whose filter is no
 * larger than its stride. */

/* Does the last of so many levels save time, by a model of costs? */
bool strassen_pays(const conv *b, int levels);

/* Default values, chosen by the size of the caches. */
strassen_blocking strassen_default(const conv *b, const sb_cpu *cpu, const isa *set, int levels);

/* Do two blockings lead to the same computation? */
bool strassen_alike(const conv *b, const isa *set, int levels, strassen_blocking one,
                    strassen_blocking other);

/* Both tensors are NCHW16c; `bias` is NULL if there is none. Returns 0, or a negative number if
 * there is no memory; then nothing is held. */
int strassen_plan(strassen *own, const sb_host *host, const conv *b, const isa *set, int levels,
                  strassen_blocking blocking, const float *weights, const float *bias);
void strassen_release(strassen *own, const sb_host *host);

/* Writes one line: the micro-kernel with its instruction set, and the blocks. Returns the length
 * written. */
size_t strassen_describe(const strassen *own, char *text, size_t size);

/* Computes one of `parts` parts of all images. Parts write disjoint regions of the output and may
 * run at the same time, each with its own scratch. */
void strassen_run(const strassen *own, const tensors *t, float *scratch, int64_t part,
                  int64_t parts);

#endif
