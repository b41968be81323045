/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/depthwise_cut.h"

#include "engine/gemm.h"

/* -------------------------------------------------------------------------------------- tiles */

#define TILED(set, needs) [VARIANT_##set] = { &dw_3x3__##set, &dw_5x5__##set, &dw_7x7__##set },
#define ROWS(set, needs) \
    [VARIANT_##set] = { &dw_rows__##set, &dw_spreads__##set, &dw_masked__##set },

static const dw_kernels *const tiled_kernels[VARIANT_COUNT][3] = { VARIANTS(TILED) };
static const dw_rows *const row_kernels[VARIANT_COUNT][DW_ROW_KINDS] = { VARIANTS(ROWS) };

/* Can vectors be pairs of groups? Fewer inputs than four are cheaper to spread by permutations. */
static bool is_paired(const conv *b, const isa *set, const view *input)
{
    const int64_t inputs = b->c / b->groups, outputs = b->k / b->groups;
    return gemm_exists(set, GEMM_PAIRS, 1) && 2 * outputs == set->lanes &&
           (inputs == 4 || inputs == 8) && input->per_block >= set->lanes &&
           (b->groups % 2 == 0 || input->padded);
}

/* Can vectors be groups? Only where the dense micro-kernels have many registers. Fewer inputs than
 * four are cheaper to spread. */
static bool is_by_groups(const conv *b, const isa *set, const view *input)
{
    const int64_t inputs = b->c / b->groups, outputs = b->k / b->groups;
    return set->lanes == 8 && set->dense->registers >= 32 && outputs == set->lanes && inputs >= 4 &&
           input->per_block % inputs == 0;
}

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

/* The widest tile of so many rows. */
static int widest(const conv *b, const isa *set, int64_t rows)
{
    int cols = depthwise_max_cols(b, set);
    if (is_tiled(b)) {
        const dw_widths *kernels = kernels_of(b, set)->of[DW_STRIDED][b->stride_h - 1];
        while (cols > 1 && kernels[rows - 1][cols - 1] == NULL)
            cols--;
    }
    return cols;
}

/* Do all vectors take turns at each row of outputs? Only where the lines of one vector fall on four
 * sets of 64: elsewhere starting the kernels more often costs more. */
static bool is_row_in_turn(const conv *b, const view *input)
{
    return !is_tiled(b) && b->r == 1 && b->dilation_w == 1 && input->pixel % 256 == 0;
}

bool depthwise_takes_turns(const conv *b, const isa *set, const view *input)
{
    const int64_t few = b->dilation_w > 1 ? 256 : 128; /* 4 sets of 64, or 8 */
    const bool collides = input->pixel * b->dilation_w % few == 0;
    const bool whole = !input->padded && input->per_block == b->c && b->c > set->lanes;
    if (!whole || !depthwise_is_plain(b))
        return false;
    return is_tiled(b) ? b->r == 3 || collides : is_row_in_turn(b, input);
}

/* Do they at each tile? */
static bool is_tiled_in_turn(const conv *b, const isa *set, const view *input)
{
    return is_tiled(b) && depthwise_takes_turns(b, set, input);
}

/* Do the pixels under a tile lie on at most 4 sets of 64 of the first-level cache? Then the lines
 * of a high tile displace each other, and the rows that it stores hold up its next loads, whose
 * addresses end with the same 12 bits. */
static bool is_on_few_sets(const conv *b, const view *input)
{
    return input->pixel * b->dilation_w % 256 == 0;
}

/* Does the input come from a distant cache, while there is too little to compute until it has
 * come? */
static bool comes_late(const conv *b, const sb_cpu *cpu)
{
    return b->stride_h > 1 && b->c * b->h * b->w > l2_floats(cpu) / 2;
}

/*
 * High tiles load each input row once and start less often. But they proceed along columns of
 * tiles, against the order of memory, unless a row is one tile. That pays at stride 2, where low
 * tiles have too little work for each start, as long as everything under a row of tiles stays in
 * three quarters of the first-level cache until the next column of tiles. Where all vectors take
 * turns, the order is that of memory with any tile; high tiles then read too many rows at a time if
 * their lines fall on few sets of the first-level cache, or, if there are many narrow tiles, if the
 * rows come from a distant cache at stride 2.
 *
 * With few registers, high tiles are narrower than low ones, so that the rows that are left over
 * take longer. At stride 1 they pay all the same where a pixel of a block is no more than a vector;
 * in larger blocks each cache line is read by several vectors and has to stay in L1.
 */
int depthwise_default_rows(const conv *b, const sb_cpu *cpu, const isa *set, uint32_t layout,
                           int64_t rows_at_a_time)
{
    const int most = max_rows(b, set), low = (int)smaller(most, DW_LOW_ROWS);
    const bool narrow = widest(b, set, most) < depthwise_max_cols(b, set);
    const view input = view_of(layout, b->c, b->h, b->w);
    const bool collides = input.pixel * b->stride_h * b->stride_w % 1024 == 0;
    if (is_tiled_in_turn(b, set, &input))
        return (narrow ? collides || comes_late(b, cpu) : is_on_few_sets(b, &input)) ? low : most;
    const int64_t w = divide_up(b->w, b->dilation_w), q = divide_up(b->q, b->dilation_w);
    const int64_t pixels = ((most - 1) * b->stride_h + b->r) * w + most * q;
    const bool fits = pixels * set->lanes <= l1_floats(cpu) / 4 * 3;
    const bool in_order = q <= widest(b, set, most);
    if (!narrow)
        return in_order || (b->stride_h > 1 && fits) ? most : low;
    const bool few_left = rows_at_a_time % most == 0 || rows_at_a_time >= 2 * most;
    const bool near = input.per_block <= set->lanes || pixels * 16 <= l1_floats(cpu);
    return few_left && (b->stride_h > 1 ? fits : near) ? most : low;
}

/* The outputs of a row whose inputs have room in the sets of the first-level cache that their lines
 * fall on. */
static int64_t most_in_sets(const conv *b, const sb_cpu *cpu, const view *input)
{
    return (l1_floats(cpu) / input->pixel - b->s) / b->stride_w + 1;
}

/*
 * Tiles in turn read a part of each row under them, and then the next tile's. Where their lines
 * fall on few sets, or narrow tiles have to wait for the input, shorter parts are faster: the rows
 * of the next tile are being prefetched then.
 *
 * With 16 registers, high tiles of three columns at stride 2 need them all, for nine weights, six
 * sums and one input; tiles of two columns leave some for the bias and the next inputs, which is
 * worth more than sharing a column of inputs.
 */
int depthwise_default_cols(const conv *b, const sb_cpu *cpu, const isa *set, uint32_t layout,
                           int64_t rows)
{
    const view input = view_of(layout, b->c, b->h, b->w);
    const int most = widest(b, set, rows);
    const bool few = set->registers < 32;
    if (is_tiled_in_turn(b, set, &input) && few)
        return comes_late(b, cpu) ? (int)smaller(most, 2) : most;
    if (is_tiled_in_turn(b, set, &input))
        return is_on_few_sets(b, &input) ? (int)smaller(most, 3) : most;
    if (depthwise_takes_turns(b, set, &input))
        return (int)clamp(most_in_sets(b, cpu, &input), 1, most);
    return few && b->stride_h > 1 && rows > DW_LOW_ROWS ? (int)smaller(most, 2) : most;
}

int depthwise_max_cols(const conv *b, const isa *set)
{
    const view blocked = view_of(SB_NCHW16C, b->c, b->h, b->w);
    const bool dense = is_paired(b, set, &blocked) || is_by_groups(b, set, &blocked);
    return is_tiled(b) ? kernels_of(b, set)->max_cols
           : dense     ? gemm_max_pixels(set, 1)
                       : depthwise_row_kernels(set, DW_NEIGHBOURS)->max_cols;
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
        return depthwise_by_rows(
            b, set, depthwise_row_kind(set, input, depthwise_spreads_all(b, set, input)), cols);
    if (way == DW_BY_PIXELS)
        return (depthwise_method) { .way = way, .high = 1, .wide = 1 };
    if (way == DW_BY_PAIRS || way == DW_BY_GROUPS)
        return (depthwise_method) { .way = way, .columns = { cut_equal(flatten(b).q, cols) } };
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

dw_row_kind depthwise_row_kind(const isa *set, const view *input, bool spread)
{
    return !spread ? DW_NEIGHBOURS : input->per_block < set->lanes ? DW_MASKED : DW_SPREAD;
}

const dw_rows *depthwise_row_kernels(const isa *set, dw_row_kind kind)
{
    return row_kernels[set->variant][kind];
}

static const int taps_of[DW_ROW_TAPS] = {
    [DW_ROW_1] = 1, [DW_ROW_2] = 2, [DW_ROW_3] = 3, [DW_ROW_4] = 4,
    [DW_ROW_5] = 5, [DW_ROW_7] = 7, [DW_ROW_9] = 9, [DW_ROW_11] = 11,
};

/* Loads for 12 outputs and a filter row. With stride 0 no output shares its inputs. */
static int64_t loads(int64_t taps, int64_t count, int64_t rest, int64_t stride)
{
    const int64_t inputs = stride > 0 ? (12 - 1) * stride + taps : 12 * taps;
    return count * (inputs + taps) + rest * (12 + 1);
}

dw_pieces depthwise_pieces(const conv *b, const dw_rows *kernels)
{
    const bool dilated = b->dilation_w > 1 && (b->stride_w > 1 || !has_large_phases(b));
    const int stride = b->stride_w > DW_STRIDES ? 0 : (int)b->stride_w;
    dw_pieces best = { .of = DW_ROW_1, .taps = 1, .rest = (int)b->s };
    int64_t least = loads(1, 0, b->s, 1);
    for (int i = DW_ROW_2; i < DW_ROW_TAPS; i++) {
        const int64_t taps = taps_of[i], count = b->s / taps, rest = b->s % taps;
        const int64_t now = loads(taps, count, rest, stride);
        const bool fits = rest == 0 || taps >= 7; /* shorter pieces leave no remainder */
        if (dilated || kernels->of[i][stride][0] == NULL || count == 0 || !fits || now > least)
            continue;
        least = now;
        best = (dw_pieces) { (dw_row_taps)i, (int)taps, stride, (int)count, (int)rest };
    }
    return best;
}

bool depthwise_is_few(const conv *b, const depthwise_method *by, int64_t cols)
{
    const bool shared = by->pieces.stride > 0 && cols > 1;
    return cols <= DW_FEW_COLS && !shared && (by->pieces.stride == 0 || b->r * b->s <= 32);
}

depthwise_columns depthwise_cut_row(const dw_rows *kernels, dw_pieces pieces, int64_t outputs,
                                    int64_t cols)
{
    const int64_t start = 2; /* the cost of starting a tile, in columns */
    dw_row_function *const *widths = kernels->of[pieces.of][pieces.stride];
    if (outputs == 0)
        return (depthwise_columns) { 0 };
    int64_t best = 1, least = INT64_MAX;
    for (int64_t each = smaller(clamp(cols, 1, kernels->max_cols), outputs); each > 0; each--) {
        const int64_t cost = divide_up(outputs, each) * (each + start);
        if (widths[each - 1] == NULL || cost >= least)
            continue;
        least = cost;
        best = each;
    }
    return (depthwise_columns) { (int)best, 0, divide_up(outputs, best) };
}

/* Single taps support any dilation, and any height of the filter. */
depthwise_method depthwise_by_rows(const conv *step, const isa *set, dw_row_kind kind, int64_t cols)
{
    const bool turned = step->r > step->s && step->dilation_h == 1 && step->dilation_w == 1;
    const conv b = turned ? turn(step) : *step;
    const dw_rows *kernels = depthwise_row_kernels(set, kind);
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
    if (is_paired(b, set, input))
        return DW_BY_PAIRS;
    if (is_by_groups(b, set, input))
        return DW_BY_GROUPS;
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
