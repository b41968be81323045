/* SPDX-License-Identifier: Apache-2.0 */
/* How threads share a depthwise convolution. */
#include "engine/depthwise.h"
#include "engine/share.h"

/* Takes away the first planes or, backward, the last ones: at most `most`, all of one image. */
static share take_planes(const depthwise *d, share *left, int64_t most, bool backward)
{
    const int64_t vectors = d->vectors;
    const int64_t of_image =
        backward ? (left->to - 1) % vectors + 1 : vectors - left->from % vectors;
    const int64_t count = smaller(smaller(most, of_image), left->to - left->from);
    share taken = { left->from, left->from + count };
    if (backward)
        taken = (share) { left->to - count, left->to };
    *(backward ? &left->to : &left->from) = backward ? taken.from : taken.to;
    return taken;
}

/*
 * Shares the work by planes of channels, or by parts of planes. If each plane is one tile, a core's
 * hardware prefetcher runs ahead from plane to plane, past the end of the thread's share, and takes
 * cache lines from the thread that writes the next planes. In that case every other thread goes
 * through its share backward.
 */
static void run_planes(const depthwise *d, const tensors *t, int64_t part, int64_t parts)
{
    const conv *b = &d->conv;
    /* Split planes by rows only if there are too few of them for an even share. */
    const int64_t planes = b->n * d->vectors;
    const depthwise_columns *first = d->whole_by.columns;
    const bool one_tile = d->whole_by.rows >= b->p && first->wide + first->narrow == 1;
    const bool backward = one_tile && !d->in_turn && parts > 1 && part % 2 == 0;
    int64_t pieces = 1;
    if (planes < 4 * b->threads && planes % b->threads != 0)
        pieces = smaller(divide_up(4 * b->threads, planes),
                         divide_up(b->p, larger(d->whole_by.rows, 1)));
    const int64_t most = pieces > 1 ? 1 : d->in_turn ? d->vectors : d->at_once;
    share left = share_of(planes * pieces, part, parts);
    while (left.from < left.to) {
        const share now = take_planes(d, &left, most, backward);
        const int64_t plane = now.from / pieces;
        const int64_t image = plane / d->vectors, v = plane % d->vectors;
        const share rows = share_of(b->p, now.from % pieces, pieces);
        const tensors at = tensors_at(t, image * d->input.image,
                                      image * d->output.image + rows.from * d->output.row);
        depthwise_rows(d, &at, v, v + now.to - now.from, rows.from, rows.to);
    }
}

/* Computes a range of rows, with all channels. The rows are numbered through all images. */
static void run_rows(const depthwise *d, const tensors *t, share rows)
{
    const int64_t each = d->conv.p;
    for (int64_t i = rows.from, end; i < rows.to; i = end) {
        const int64_t image = i / each, p = i % each;
        end = smaller(rows.to, (image + 1) * each);
        const tensors at =
            tensors_at(t, image * d->input.image, image * d->output.image + p * d->output.row);
        depthwise_rows(d, &at, 0, d->vectors, p, p + end - i);
    }
}

void depthwise_run(const depthwise *d, const tensors *t, int64_t part, int64_t parts)
{
    if (d->row_pieces == 0)
        run_planes(d, t, part, parts);
    for (int i = 0; i < d->row_pieces; i++) {
        const share piece = share_of(d->conv.n * d->conv.p, i, d->row_pieces);
        const share mine = share_of(piece.to - piece.from, part, parts);
        run_rows(d, t, (share) { piece.from + mine.from, piece.from + mine.to });
    }
}
