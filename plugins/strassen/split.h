/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A matrix product of pixels and channels by one or two levels of Winograd's form of Strassen's
 * algorithm. A level splits the pixels, the input channels and the output channels into halves; it
 * computes seven products of halves, with micro-kernels or with a level below.
 *
 * The operands are: of a block of pixels, the quarters a00, a01, a11 of the input (the first digit
 * is the half of the pixels, the second that of the channels), and four sums of quarters, which all
 * panels of output channels use. A panel is as many channels as the micro-kernels compute, from
 * each part that the levels have split the output channels into.
 */
#ifndef SB_STRASSEN_SPLIT_H
#define SB_STRASSEN_SPLIT_H

#include "engine/dense.h"
#include "strassen/sums.h"

enum { SPLIT_PRODUCTS = 7, SPLIT_LEVELS = 2 };

typedef struct strassen_blocking {
    int vectors, pixels; /* size of a register tile */
    int64_t pairs;       /* in a block, at most */
} strassen_blocking;

typedef struct split split;

struct split {
    view input, output;
    view sum, part; /* an input sum of a block; a sum of products of one panel */
    int64_t inputs; /* half of the input channels */
    int64_t half_input, half_output, half_part; /* floats to the second half of the channels */
    const sums *sums;
    uint32_t activation;            /* sb_activation */
    dense products[SPLIT_PRODUCTS]; /* without a level below */
    split *below;                   /* [SPLIT_PRODUCTS], one level below; NULL if there is none */
    int64_t scratch;                /* floats that a block needs */
};

/* What a split multiplies; `conv` is a single row of as many pixels as a block has. */
typedef struct split_order {
    const sb_host *host;
    const isa *set;
    conv conv;
    view input, output;
    bool one_panel; /* all panels of the output are written to the place of the first one */
    int levels;
    strassen_blocking blocking;
    int64_t ahead; /* prefetch distance of the weights, see gemm_ahead() */
} split_order;

/* The pointwise convolution that one product of the last of `levels` levels computes, of a block of
 * `pixels` pixels of the output of `b`. The taps of its filter count as input channels. */
conv split_leaf(const conv *b, int64_t pixels, int levels);
dense_blocking split_tiles(const conv *leaf, strassen_blocking blocking);

/* `bias` is NULL if there is none. Returns 0, or a negative number if there is no memory; then
 * nothing is held. */
int split_plan(split *own, const split_order *order, const float *weights, const float *bias);
void split_release(split *own, const sb_host *host);

/* A product of the last level; all of them have the same panels. */
const dense *split_last(const split *own);

/* A block of pixels. */
typedef struct split_block split_block;

struct split_block {
    tensors half[2];          /* at channel 0 of the first pixel in each half of the pixels */
    int64_t count, have;      /* pixels of the halves; the second may have one less */
    float *sum[4];            /* see sums.h */
    float *part[3];           /* sums of products of one panel */
    gemm_addend more;         /* added to the output; `at` is NULL if there is nothing to add */
    int64_t more_half;        /* floats from there to the second half of the channels */
    const split_block *below; /* [SPLIT_PRODUCTS] */
};

/* Computes the operands of a block, whose halves, `count` and `have` are set. `below` has room for
 * SPLIT_PRODUCTS blocks, which are filled in if there is a level below. */
void split_sum(const split *own, split_block *t, split_block *below, float *scratch);

/* Computes panel i of all parts of the output channels. */
void split_panel(const split *own, const split_block *t, int64_t i);

#endif
