/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/depthwise_cut.h"

/* -------------------------------------------------------------------------------------- tiles */

#define TILED(set, needs)  [VARIANT_##set] = { &dw_3x3__##set, &dw_5x5__##set, &dw_7x7__##set },
#define ROWS(set, needs)   [VARIANT_##set] = &dw_rows__##set,
#define SPREAD(set, needs) [VARIANT_##set] = &dw_spreads__##set,

static const dw_kernels *const tiled_kernels[VARIANT_COUNT][3] = { VARIANTS(TILED) };
static const dw_rows *const row_kernels[VARIANT_COUNT] = { VARIANTS(ROWS) };
static const dw_rows *const spread_kernels[VARIANT_COUNT] = { VARIANTS(SPREAD) };

/* Wider padding would place whole tiles outside the image, or rows under a tile that a kernel
 * assumes to exist. */
static bool no_tile_outside(const conv *b)
{
    const int64_t high = (b->r - 1) * b->dilation_h, wide = (b->s - 1) * b->dilation_w;
    return b->pad_top <= high && b->pad_bottom <= high && b->pad_left <= wide &&
           b->pad_right <= wide;
}

bool depthwise_is_plain(const conv *b)
{
    return b->groups == b->c && b->k == b->c;
}

/* Are phases large enough to be computed one at a time? */
static bool has_large_phases(const conv *b)
{
    const int64_t least = 7;
    return (b->dilation_h == 1 || b->p >= least * b->dilation_h) &&
           (b->dilation_w == 1 || b->q >= least * b->dilation_w);
}

/* Can the tiled kernels compute the convolution? With dilation, they compute one phase of the image
 * at a time. */
static bool is_tiled(const conv *b)
{
    const bool dilated = b->dilation_h > 1 || b->dilation_w > 1;
    return depthwise_is_plain(b) && b->r == b->s && (b->r == 3 || b->r == 5 || b->r == 7) &&
           b->stride_h == b->stride_w && b->stride_h <= (dilated ? 1 : DW_STRIDES) &&
           no_tile_outside(b) && has_large_phases(b);
}

/* Of a convolution that is. */
static const dw_kernels *kernels_of(const conv *b, const isa *set)
{
    return tiled_kernels[set->variant][(b->r - 3) / 2];
}

bool depthwise_has_usual_padding(const conv *b)
{
    const int64_t high = b->r / 2 * b->dilation_h, wide = b->s / 2 * b->dilation_w;
    return b->pad_left <= wide && b->pad_right <= wide && b->pad_top <= high &&
           b->pad_bottom <= high;
}

static int max_rows(const conv *b, const isa *set)
{
    if (!is_tiled(b))
        return 1;
    const int most = kernels_of(b, set)->max_rows;
    return depthwise_has_usual_padding(b) ? most : (int)smaller(most, DW_LOW_ROWS);
}

/*
 * High tiles load each input row once and start less often. But they proceed along columns of
 * tiles, against the order of memory, unless a row is one tile. That pays at stride 2, where low
 * tiles have too little work for each start, as long as everything under a row of tiles stays in
 * three quarters of the first-level cache until the next column of tiles.
 */
int depthwise_default_rows(const conv *b, const sb_cpu *cpu, const isa *set)
{
    const int most = max_rows(b, set);
    const int64_t w = divide_up(b->w, b->dilation_w), q = divide_up(b->q, b->dilation_w);
    const int64_t pixels = ((most - 1) * b->stride_h + b->r) * w + most * q;
    const bool fits = pixels * set->lanes <= l1_floats(cpu) / 4 * 3;
    const bool in_order = q <= depthwise_max_cols(b, set);
    return in_order || (b->stride_h > 1 && fits) ? most : (int)smaller(most, DW_LOW_ROWS);
}

int depthwise_max_cols(const conv *b, const isa *set)
{
    return is_tiled(b) ? kernels_of(b, set)->max_cols
                       : depthwise_row_kernels(set, !depthwise_is_plain(b))->max_cols;
}

const dw_widths *depthwise_tile_kernels(const conv *b, const isa *set, const view *input)
{
    if (!is_tiled(b) || input->per_block < set->lanes)
        return NULL;
    const dw_kind kind =
        input->pixel == DW_BLOCKED_PIXEL && b->dilation_w == 1 ? DW_BLOCKED : DW_STRIDED;
    return kernels_of(b, set)->of[kind][b->stride_h - 1];
}

int depthwise_highest(const dw_widths *kernels, int64_t cols, int64_t rows)
{
    while (kernels[rows - 1][cols - 1] == NULL)
        rows--;
    return (int)rows;
}

static depthwise_columns cut_equal(int64_t outputs, int64_t cols)
{
    if (outputs == 0)
        return (depthwise_columns) { 0 };
    const int64_t count = divide_up(outputs, cols), wide = outputs % count;
    return (depthwise_columns) { (int)(outputs / count), wide, count - wide };
}

/* The highest tiles of a row. */
static int rows_of(const dw_widths *kernels, const depthwise_columns *by, int64_t most)
{
    int rows = 1;
    if (by->narrow > 0)
        rows = depthwise_highest(kernels, by->cols, most);
    if (by->wide > 0)
        rows = (int)larger(rows, depthwise_highest(kernels, by->cols + 1, most));
    return rows;
}

/* Outputs of the longest and of the shortest phases. */
static int64_t phase_outputs(const conv *b, const depthwise_method *by, int i)
{
    return i == 0 ? divide_up(b->q, by->wide) : b->q / by->wide;
}

static depthwise_method by_tiles(const conv *b, const dw_widths *kernels, int64_t rows,
                                 int64_t cols)
{
    depthwise_method by = { .way = DW_BY_TILES, .high = b->dilation_h, .wide = b->dilation_w };
    for (int i = 0; i < 2; i++) {
        by.columns[i] = cut_equal(phase_outputs(b, &by, i), cols);
        by.rows = (int)larger(by.rows, rows_of(kernels, &by.columns[i], rows));
    }
    return by;
}

depthwise_method depthwise_cut(const conv *b, const isa *set, const view *input,
                               int64_t rows_at_a_time, int64_t rows, int64_t cols)
{
    const depthwise_way way = depthwise_way_of(b, set, input);
    cols = clamp(cols, 1, depthwise_max_cols(b, set));
    if (way == DW_BY_ROWS)
        return depthwise_by_rows(b, set, depthwise_spreads_all(b, set, input), cols);
    if (way == DW_BY_PIXELS)
        return (depthwise_method) { .way = way, .high = 1, .wide = 1 };
    return by_tiles(b, depthwise_tile_kernels(b, set, input),
                    smaller(clamp(rows, 1, max_rows(b, set)), rows_at_a_time), cols);
}

static bool same_columns(const depthwise_columns *a, const depthwise_columns *b)
{
    return a->cols == b->cols && a->wide == b->wide && a->narrow == b->narrow;
}

/* Of one convolution. */
bool depthwise_same(const depthwise_method *a, const depthwise_method *b)
{
    return a->way == b->way && a->rows == b->rows && same_columns(&a->columns[0], &b->columns[0]) &&
           same_columns(&a->columns[1], &b->columns[1]);
}

/* --------------------------------------------------------------------------------------- rows */

const dw_rows *depthwise_row_kernels(const isa *set, bool spread)
{
    return spread ? spread_kernels[set->variant] : row_kernels[set->variant];
}

static const int taps_of[DW_ROW_TAPS] = {
    [DW_ROW_1] = 1, [DW_ROW_2] = 2, [DW_ROW_3] = 3, [DW_ROW_4] = 4,
    [DW_ROW_5] = 5, [DW_ROW_7] = 7, [DW_ROW_9] = 9, [DW_ROW_11] = 11,
};

/* Loads for 12 outputs and a filter row. */
static int64_t loads(int64_t taps, int64_t count, int64_t rest, int64_t stride)
{
    return count * ((12 - 1) * stride + 2 * taps) + rest * (12 + 1);
}

dw_pieces depthwise_pieces(const conv *b, const dw_rows *kernels)
{
    const bool any = b->stride_w > DW_STRIDES ||
                     (b->dilation_w > 1 && (b->stride_w > 1 || !has_large_phases(b)));
    const int stride = any ? 0 : (int)b->stride_w;
    dw_pieces best = { .of = DW_ROW_1, .taps = 1, .rest = (int)b->s };
    int64_t least = loads(1, 0, b->s, 1);
    for (int i = DW_ROW_2; i < DW_ROW_TAPS; i++) {
        const int64_t taps = taps_of[i], count = b->s / taps, rest = b->s % taps;
        const int64_t now = loads(taps, count, rest, stride);
        const bool fits = rest == 0 || taps >= 7; /* shorter pieces leave no remainder */
        if (stride == 0 || kernels->of[i][stride][0] == NULL || count == 0 || !fits || now > least)
            continue;
        least = now;
        best = (dw_pieces) { (dw_row_taps)i, (int)taps, stride, (int)count, (int)rest };
    }
    return best;
}

depthwise_columns depthwise_cut_row(const dw_rows *kernels, dw_pieces pieces, int64_t outputs,
                                    int64_t cols)
{
    dw_row_function *const *widths = kernels->of[pieces.of][pieces.stride];
    if (outputs == 0)
        return (depthwise_columns) { 0 };
    int64_t most = smaller(clamp(cols, 1, kernels->max_cols), outputs);
    while (widths[most - 1] == NULL)
        most--;
    int64_t each = divide_up(outputs, divide_up(outputs, most));
    while (widths[each - 1] == NULL)
        each++;
    return (depthwise_columns) { (int)each, 0, divide_up(outputs, each) };
}

/* Single taps support any dilation, and any height of the filter. */
depthwise_method depthwise_by_rows(const conv *step, const isa *set, bool spread, int64_t cols)
{
    const bool turned = step->r > step->s && step->dilation_h == 1 && step->dilation_w == 1;
    const conv b = turned ? turn(step) : *step;
    const dw_rows *kernels = depthwise_row_kernels(set, spread);
    depthwise_method by = {
        .way = DW_BY_ROWS,
        .rows = 1,
        .high = 1,
        .turned = turned,
        .cols = cols,
        .pieces = depthwise_pieces(&b, kernels),
    };
    by.wide = by.pieces.stride > 0 ? b.dilation_w : 1;
    for (int i = 0; i < 2; i++)
        by.columns[i] = depthwise_cut_row(kernels, by.pieces, phase_outputs(&b, &by, i), cols);
    return by;
}

/* ------------------------------------------------------------------------------------- spread */

/* The first of the input channels that an output channel sums. */
static int64_t first_input(const conv *b, int64_t channel)
{
    return channel / (b->k / b->groups) * (b->c / b->groups);
}

bool depthwise_find_spread(const conv *b, const isa *set, const view *input, int64_t channel,
                           int copy, dw_spread *to)
{
    const int64_t lanes = set->lanes, last = smaller(channel + lanes, b->k) - 1;
    const int64_t low = first_input(b, channel) + copy, high = first_input(b, last) + copy;
    const int64_t block = low / input->per_block * input->per_block;
    const int64_t end =
        input->padded ? block + input->per_block : smaller(block + input->per_block, b->c);
    const int64_t from = larger(smaller(low, end - lanes), block);
    if (high >= end || high - from >= lanes)
        return false;
    if (to == NULL)
        return true;
    to->at = view_channel(input, from);
    to->channels = (int32_t)smaller(lanes, end - from);
    for (int64_t i = 0; i < lanes; i++)
        to->index[i] = (int32_t)(first_input(b, smaller(channel + i, last)) + copy - from);
    return true;
}

bool depthwise_can_spread(const conv *b, const isa *set, const view *input)
{
    const int last = (int)(b->c / b->groups) - 1;
    for (int64_t k = 0; k < b->k; k += set->lanes)
        if (!depthwise_find_spread(b, set, input, k, 0, NULL) ||
            !depthwise_find_spread(b, set, input, k, last, NULL))
            return false;
    return true;
}

bool depthwise_spreads_all(const conv *b, const isa *set, const view *input)
{
    return !depthwise_is_plain(b) || input->per_block < set->lanes;
}

bool depthwise_is_spread(const depthwise *d, int64_t v)
{
    return v >= d->whole || depthwise_spreads_all(&d->conv, d->isa, &d->input);
}

depthwise_way depthwise_way_of(const conv *b, const isa *set, const view *input)
{
    if (!depthwise_spreads_all(b, set, input))
        return depthwise_tile_kernels(b, set, input) != NULL ? DW_BY_TILES : DW_BY_ROWS;
    return depthwise_can_spread(b, set, input) ? DW_BY_ROWS : DW_BY_PIXELS;
}

/* ------------------------------------------------------------------------------------- phases */

dw_phase depthwise_phase(int64_t inputs, int64_t outputs, int64_t padding, int64_t phases,
                         int64_t phase)
{
    const int64_t first = (phase - padding % phases + phases) % phases;
    return (dw_phase) {
        .first = first,
        .inputs = divide_up(larger(inputs - first, 0), phases),
        .outputs = divide_up(larger(outputs - phase, 0), phases),
        .padding = (padding - phase + first) / phases,
    };
}
