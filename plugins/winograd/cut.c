/* SPDX-License-Identifier: Apache-2.0 */
#include "winograd/cut.h"

/* The axis of a filter, without the tile. */
static wino_axis cut_axis(int64_t filter, int64_t stride)
{
    const bool halves = stride == 1 && filter > WINO_MAX_TAPS;
    const int64_t pieces = halves ? 2 : smaller(stride, filter);
    const int64_t taps = divide_up(filter, pieces);
    return (wino_axis) {
        .out = 1,
        .in = 1,
        .pieces = (int)pieces,
        .taps = (int)taps,
        .filter = filter,
        .stride = stride,
        .apart = halves ? taps : 1,
    };
}

static int find_transform(int out, int taps, bool line)
{
    const wino_transform *all = wino_transforms[VARIANT_base];
    for (int i = 0; all[i].out > 0; i++)
        if (all[i].out == out && all[i].taps == taps && all[i].line == line)
            return i;
    return -1;
}

bool wino_cut_find(const conv *b, int out, wino_cut *cut)
{
    wino_axis y = cut_axis(b->r, b->stride_h), x = cut_axis(b->s, b->stride_w);
    const bool line = b->r == 1 || b->s == 1;
    const wino_axis *longest = b->s == 1 ? &y : &x;
    const int found = find_transform(out, longest->taps, line);
    if (found < 0 || (!line && y.taps != x.taps) || y.stride > 2 || x.stride > 2)
        return false;
    const int in = wino_transforms[VARIANT_base][found].in;
    if (b->r > 1)
        y.out = out, y.in = in;
    if (b->s > 1)
        x.out = out, x.in = in;
    *cut = (wino_cut) { .transform = found, .turned = b->s == 1, .y = y, .x = x };
    return true;
}

static int64_t axis_products(const wino_axis *a)
{
    int64_t count = 0;
    for (int i = 0; i < a->pieces; i++)
        count += a->in - (a->in > 1 && wino_is_short(a, i));
    return count;
}

int64_t wino_products(const wino_cut *cut)
{
    return axis_products(&cut->y) * axis_products(&cut->x);
}

int64_t wino_tiles(const conv *b, const wino_cut *cut)
{
    return b->n * divide_up(b->p, cut->y.out) * divide_up(b->q, cut->x.out);
}
