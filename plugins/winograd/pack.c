/* SPDX-License-Identifier: Apache-2.0 */
/* Packs the weights: filters are transposed in chunks, so that a vector holds as many of them as it
 * has lanes, and then transformed. */
#include "common/transpose.h"
#include "winograd/wino.h"

#include <string.h>

/* The taps of a chunk: it stays in L1 beside what is written. A filter has at most 100. */
enum { CHUNK_TAPS = 256 };

/* The tap of element i of a piece, or -1 if the piece does not have it. */
static int64_t tap_at(const wino_axis *a, int piece, int i)
{
    const int64_t tap = piece * a->apart + i * a->stride;
    return tap < a->filter ? tap : -1;
}

/* Lists where a filter has the elements of a piece; -1: it does not have it. Returns their
 * number. */
static int list_elements(const wino_cut *cut, int piece, int64_t *at)
{
    const int py = piece / cut->x.pieces, px = piece % cut->x.pieces;
    int count = 0;
    for (int i = 0; i < (cut->y.in > 1 ? cut->y.taps : 1); i++)
        for (int j = 0; j < (cut->x.in > 1 ? cut->x.taps : 1); j++) {
            const int64_t y = tap_at(&cut->y, py, i), x = tap_at(&cut->x, px, j);
            at[count++] = y < 0 || x < 0 ? -1 : y * cut->x.filter + x;
        }
    return count;
}

/* A piece of the filters. */
typedef struct piece {
    int64_t at[WINO_MAX_TAPS * WINO_MAX_TAPS];
    int elements;
} piece;

/* Copies a piece of the filters of one input channel: element i of filter n goes from
 * taps[at[i] * lanes + n] to to[i * lanes + n]. */
static void take_elements(const piece *p, const float *taps, int lanes, float *to)
{
    const size_t bytes = (size_t)lanes * sizeof *to;
    for (int i = 0; i < p->elements; i++, to += lanes)
        if (p->at[i] >= 0)
            memcpy(to, taps + p->at[i] * lanes, bytes);
        else
            memset(to, 0, bytes);
}

/* The filters of as many output channels as a vector has lanes, and of a chunk of input channels:
 * [channel][tap][lane]. Lanes without an output channel hold 0. */
typedef float chunk[CHUNK_TAPS * WINO_BLOCK];

/* Fills a chunk with the filters of `count` output channels. */
static void transpose_chunk(const conv *b, const float *weights, int64_t count, int64_t channels,
                            int lanes, chunk to)
{
    const int64_t taps = b->r * b->s;
    const pack_job job = {
        .from = weights,
        .filter = b->c * taps,
        .filters = count,
        .channels = channels,
        .taps = taps,
        .to = to,
        .to_channel = taps * lanes,
        .to_tap = lanes,
    };
    if (count < lanes)
        memset(to, 0, (size_t)(channels * taps * lanes) * sizeof *to);
    pack_filters(&job);
}

/* Transforms a piece of a chunk. The weights of the next input channel are `width` after those of
 * one. */
static void pack_chunk(const wino *own, const piece *p, const float *from, int64_t channels,
                       float *to, int64_t width)
{
    const int lanes = own->isa->lanes;
    const int64_t taps = own->conv.r * own->conv.s;
    float elements[WINO_MAX_TAPS * WINO_MAX_TAPS * WINO_BLOCK];
    for (int64_t c = 0; c < channels; c++, from += taps * lanes, to += width) {
        take_elements(p, from, lanes, elements);
        own->transform->filter(elements, to, own->weight_step);
    }
}

/* Transforms the filters of one panel and packs them as [xi][piece][c][k of the panel]. */
static void pack_panel(const wino *own, const wino_panel *panel, const piece *pieces,
                       const float *weights)
{
    const conv *b = &own->conv;
    const int64_t lanes = own->isa->lanes, width = panel->vectors * lanes, taps = b->r * b->s;
    const int64_t last = smaller(b->k, panel->channel + width);
    const int64_t most = power_of_two_to(CHUNK_TAPS / taps);
    chunk filters;
    for (int64_t c = 0; c < b->c; c += most)
        for (int64_t k = panel->channel; k < last; k += lanes) {
            const int64_t channels = smaller(most, b->c - c);
            transpose_chunk(b, weights + (k * b->c + c) * taps, smaller(last - k, lanes), channels,
                            (int)lanes, filters);
            float *to = own->weights + panel->weights + c * width + k - panel->channel;
            for (int i = 0; i < wino_pieces(&own->cut); i++)
                pack_chunk(own, &pieces[i], filters, channels,
                           to + i * own->piece_blocks * WINO_BLOCK * width, width);
        }
}

void wino_pack(const wino *own, const float *weights)
{
    piece pieces[WINO_MAX_PIECES];
    for (int i = 0; i < wino_pieces(&own->cut); i++)
        pieces[i].elements = list_elements(&own->cut, i, pieces[i].at);
    for (int64_t i = 0; i < own->panel_count; i++)
        pack_panel(own, &own->panels[i], pieces, weights);
}
