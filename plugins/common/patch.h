/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A patch: the part of an input plane that a tile of output pixels needs, copied so that the
 * convolution over it has no padding, no stride and no edge left. Columns of a strided problem are
 * sorted by their remainder (phases), so that output pixels that follow one another read input that
 * follows one another. Input rows that no tap uses are left out.
 *
 * In a patch, tap t of output pixel (p, q) of the tile lies at p * row + q + tap[t].
 */
#ifndef SB_PLUGINS_PATCH_H
#define SB_PLUGINS_PATCH_H

#include "common/conv.h"
#include "common/simd.h"

typedef struct patch {
    conv conv;      /* its k, c and groups play no part */
    int64_t lines;  /* input rows held */
    bool shared;    /* neighbouring output rows share lines */
    int64_t phases; /* strips of a line */
    int64_t pitch;  /* floats of a strip */
    int64_t reach;  /* how far a strip reaches past the tile's columns */
    int64_t row;    /* from one output row to the next */
    int64_t plane;  /* floats of a patch */
    int64_t *phase; /* [phases]: the remainder that each holds */
    int64_t *tap;   /* [r * s] */
} patch;

/* For tiles of up to rows x columns output pixels, with vectors of `lanes` that may read past the
 * last column. 0, or -1 if there is no memory. */
int patch_init(patch *own, const sb_host *host, const conv *b, int64_t rows, int64_t columns,
               int64_t lanes);
void patch_free(patch *own, const sb_host *host);

/* Output pixels [p, p + rows) x [q, q + columns). */
typedef struct pixel_tile {
    int64_t p, rows, q, columns;
} pixel_tile;

/* Fills `to` from one channel of one image. */
void patch_fill(const patch *own, const simd *isa, pixel_tile tile, const float *plane, float *to);

#endif
