/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a filter is cut into pieces that a transform has taps for. With stride 2, the even and the
 * odd taps are a piece each, which read the even and the odd inputs. A long filter is cut in two
 * halves. All pieces of a tile have the same outputs, so their products are added before the
 * transform of the output: to the matrix products, pieces are more input channels.
 */
#ifndef SB_WINOGRAD_CUT_H
#define SB_WINOGRAD_CUT_H

#include "common/conv.h"
#include "winograd/transform.h"

enum { WINO_MAX_PIECES = 4 };

/* One dimension of a convolution. Piece i begins at tap i * apart, and its taps are a stride
 * apart. */
typedef struct wino_axis {
    int out, in; /* of a tile: outputs; elements, and inputs of each piece. 1, 1: not transformed */
    int pieces;
    int taps; /* of the transform, and of all pieces but the last; that has as many, or one less */
    int64_t filter, stride, apart;
} wino_axis;

/* The plan of both dimensions. */
typedef struct wino_cut {
    int transform; /* index in the lists of transform.h */
    bool turned;   /* the line is a column */
    wino_axis y, x;
} wino_cut;

/* The cut for tiles of `out` outputs, in each dimension that has a filter. False if there is no
 * transform for it. */
bool wino_cut_find(const conv *b, int out, wino_cut *cut);

static inline int wino_elements(const wino_cut *cut)
{
    return cut->y.in * cut->x.in;
}

static inline int wino_pieces(const wino_cut *cut)
{
    return cut->y.pieces * cut->x.pieces;
}

/* Has piece i of the filter no tap for the element of infinity? */
static inline bool wino_is_short(const wino_axis *a, int piece)
{
    return piece * a->apart + (a->taps - 1) * a->stride >= a->filter;
}

/* The products of a tile, of one input and one output channel. */
int64_t wino_products(const wino_cut *cut);

/* The tiles of all images. */
int64_t wino_tiles(const conv *b, const wino_cut *cut);

#endif
