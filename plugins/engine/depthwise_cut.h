/* SPDX-License-Identifier: Apache-2.0 */
/* How depthwise convolutions are computed: micro-kernels, phases of a dilation, tiles. Only for
 * their own plan and run. */
#ifndef SB_ENGINE_DEPTHWISE_CUT_H
#define SB_ENGINE_DEPTHWISE_CUT_H

#include "engine/depthwise.h"

/* The kernels for whole vectors, by rows - 1 and columns - 1; NULL: there are no tiles. */
const dw_widths *depthwise_tile_kernels(const conv *b, const isa *set, const view *input);

/* The highest tile of `cols` columns and at most `rows` rows. */
int depthwise_highest(const dw_widths *kernels, int64_t cols, int64_t rows);

/* At most half of a filter lies outside of an edge. */
bool depthwise_has_usual_padding(const conv *b);

/*
 * Should all vectors of channels compute a tile before the next tile? In NHWC they then read and
 * write whole pixels, instead of one cache line of each: that needs fewer pages at a time, and
 * hardware prefetches. But filters above 3 x 3 load weights again for each tile; for them it pays
 * only if the lines of one vector fall on so few sets of the first-level cache that they evict each
 * other. So it is for filters of one row.
 */
bool depthwise_takes_turns(const conv *b, const isa *set, const view *input);

/* How the rows of a filter are divided. */
dw_pieces depthwise_pieces(const conv *b, const dw_rows *kernels);

/* The kind of kernels for a vector whose inputs are spread, or are not. */
dw_row_kind depthwise_row_kind(const isa *set, const view *input, bool spread);
const dw_rows *depthwise_row_kernels(const isa *set, dw_row_kind kind);

/* How inputs are spread over the vector that begins with an output channel, for one of the inputs
 * that its outputs sum; false if they are too far apart. With NULL, only checks. */
bool depthwise_find_spread(const conv *b, const isa *set, const view *input, int64_t channel,
                           int copy, dw_spread *to);

/* Of all vectors. */
bool depthwise_can_spread(const conv *b, const isa *set, const view *input);

/* How vectors with all lanes are computed. */
depthwise_way depthwise_way_of(const conv *b, const isa *set, const view *input);

/* Is a vector of inputs of all vectors of outputs spread over the lanes? */
bool depthwise_spreads_all(const conv *b, const isa *set, const view *input);
/* Or of this vector? */
bool depthwise_is_spread(const depthwise *d, int64_t v);

/* Lanes are channels: one input and one output each. */
bool depthwise_is_plain(const conv *b);

/* Should several vectors compute so few columns together (dw_few)? One vector has too few sums
 * there; but then outputs that share inputs load each again, and with many taps so many vectors do
 * not stay in L1. */
bool depthwise_is_few(const conv *b, const depthwise_method *by, int64_t cols);

/* Equal tiles of an available width, at most `cols`. */
depthwise_columns depthwise_cut_row(const dw_rows *kernels, dw_pieces pieces, int64_t outputs,
                                    int64_t cols);

/* How rows of outputs are computed, in tiles of at most so many columns. */
depthwise_method depthwise_by_rows(const conv *b, const isa *set, dw_row_kind kind, int64_t cols);

/* One phase along one axis; all values as for a convolution of its own without dilation. */
typedef struct dw_phase {
    int64_t first;           /* input that it begins with */
    int64_t inputs, outputs; /* how many there are */
    int64_t padding;         /* before them */
} dw_phase;

/* That of output `phase`, of `phases`. */
dw_phase depthwise_phase(int64_t inputs, int64_t outputs, int64_t padding, int64_t phases,
                         int64_t phase);

#endif
