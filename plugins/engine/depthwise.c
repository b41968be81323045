/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/depthwise_cut.h"

/* Channels in a group of few: dense micro-kernels would leave half of their lanes empty. */
#define FEW 8

bool depthwise_serves(const conv *b)
{
    const int64_t inputs = b->c / b->groups, outputs = b->k / b->groups;
    if (b->groups == b->c)
        return b->groups > 1;
    return b->groups > 1 && outputs <= FEW && inputs <= outputs &&
           power_of_two_from(inputs) == inputs && power_of_two_from(outputs) == outputs;
}

uint32_t depthwise_best_output(const conv *b, uint32_t input)
{
    return input == SB_NHWC && b->k == b->c && b->k % 16 != 0 ? SB_NHWC : SB_NCHW16C;
}

/* --------------------------------------------------------------------------------------- plan */

/*
 * In NHWC the last vector may overlap the one before it. The channels in both have the same
 * results, whichever vector or thread writes them last.
 */
static bool may_overlap(const depthwise *d)
{
    const int64_t k = d->conv.k;
    return depthwise_is_plain(&d->conv) && k >= d->isa->lanes && d->input.per_block == k &&
           d->output.per_block == k && !d->input.padded && !d->output.padded;
}

static int64_t first_channel(const depthwise *d, int64_t v)
{
    const int64_t lanes = d->isa->lanes;
    return d->overlaps ? smaller(v * lanes, d->conv.k - lanes) : v * lanes;
}

/* [k][copy][r][s] to [vector][r][copy][s][lane], or transposed [vector][s][copy][r][lane]; lanes
 * past k stay zero. Channel by channel, because then the weights are read in order. */
static void pack_weights(const depthwise *d, const float *from)
{
    const conv b = d->whole_by.turned ? turn(&d->conv) : d->conv;
    const int64_t lanes = d->isa->lanes, copies = d->copies, taps = b.r * b.s;
    const int64_t down = d->whole_by.turned ? 1 : b.s, right = d->whole_by.turned ? b.r : 1;
    float *to = d->weights;
    for (int64_t v = 0; v < d->vectors; v++, to += taps * copies * lanes) {
        const int64_t first = first_channel(d, v), count = smaller(lanes, b.k - first);
        for (int64_t i = 0; i < count * copies; i++) {
            const int64_t lane = i / copies, copy = i % copies;
            const float *filter = from + (first * copies + i) * taps;
            for (int64_t r = 0; r < b.r; r++)
                for (int64_t s = 0; s < b.s; s++)
                    to[((r * copies + copy) * b.s + s) * lanes + lane] =
                        filter[r * down + s * right];
        }
    }
}

static void pack_bias(const depthwise *d, const float *from)
{
    const int64_t lanes = d->isa->lanes;
    for (int64_t v = 0; v < d->vectors; v++) {
        const int64_t first = first_channel(d, v), count = smaller(lanes, d->conv.k - first);
        for (int64_t lane = 0; lane < count; lane++)
            d->bias[v * lanes + lane] = from[first + lane];
    }
}

static void find_channels(const depthwise *d)
{
    const int64_t lanes = d->isa->lanes;
    for (int64_t v = 0; v < d->vectors; v++) {
        const int64_t first = first_channel(d, v);
        d->to[v] = view_channel(&d->output, first);
        for (int64_t lane = 0; lane < lanes; lane++) {
            const int64_t c = smaller(first + lane, d->conv.k - 1) * d->conv.groups / d->conv.k;
            d->lane[v * lanes + lane] = view_channel(&d->input, c);
        }
    }
}

/* How vectors without all lanes are computed: like the others, unless these are plain. */
static depthwise_method find_partial(const depthwise *d)
{
    const conv *b = &d->conv;
    if (depthwise_spreads_all(b, d->isa, &d->input) || d->whole == d->vectors)
        return d->whole_by;
    if (!depthwise_can_spread(b, d->isa, &d->input))
        return (depthwise_method) { .way = DW_BY_PIXELS, .high = 1, .wide = 1 };
    return depthwise_by_rows(b, d->isa, depthwise_row_kind(d->isa, &d->input, true), b->q);
}

static void find_spreads(const depthwise *d)
{
    for (int64_t v = 0; v < d->vectors; v++) {
        const depthwise_method *by = v < d->whole ? &d->whole_by : &d->partial_by;
        for (int i = 0; i < d->copies && by->way == DW_BY_ROWS && depthwise_is_spread(d, v); i++)
            depthwise_find_spread(&d->conv, d->isa, &d->input, first_channel(d, v), i,
                                  &d->spread[v * d->copies + i]);
    }
}

/* In NHWC, threads that divide few channels would access the same or adjacent cache lines of every
 * pixel. */
static bool shares_rows(const depthwise *d)
{
    const conv *b = &d->conv;
    return d->output.per_block == b->k && d->vectors < 4 * b->threads &&
           b->n * b->p >= 2 * b->threads;
}

/* Finds out how many vectors, from the first on, one call of a kernel can compute. Two that overlap
 * must be finished one by one, or the channels in both would be finished twice. */
static void find_even(depthwise *d)
{
    const int64_t lanes = d->isa->lanes;
    const bool apart = d->whole > 1 && (d->to[1] >= lanes || !d->finishes);
    d->even = 1;
    if (!apart || depthwise_spreads_all(&d->conv, d->isa, &d->input))
        return;
    d->from_next = d->lane[lanes];
    d->to_next = d->to[1];
    while (d->even < d->whole && d->lane[d->even * lanes] == d->even * d->from_next &&
           d->to[d->even] == d->even * d->to_next)
        d->even++;
}

/* Starting a kernel takes longer than a few outputs. If one call does not complete a vector, all
 * that its vectors read and write should stay in L1 until the last call. */
static int64_t count_at_once(const depthwise *d, const sb_cpu *cpu)
{
    const conv *b = &d->conv;
    const depthwise_method *by = &d->whole_by;
    if (by->way == DW_BY_ROWS && by->high * by->wide == 1 && !d->finishes)
        return d->even;
    return clamp(l1_floats(cpu) / 2 / ((b->h * b->w + b->p * b->q) * d->isa->lanes), 1, d->even);
}

/* Two threads must not both apply the residual and the activation to channels that vectors
 * share. */
static bool needs_rows(const depthwise *d)
{
    return d->overlaps && d->conv.k % d->isa->lanes != 0 && d->finishes;
}

static bool alloc_tables(depthwise *d, const sb_host *host, bool bias)
{
    const conv *b = &d->conv;
    const int64_t lanes = d->isa->lanes, copies = d->copies;
    d->weights = alloc_floats(host, d->vectors * lanes * copies * b->r * b->s);
    if (bias)
        d->bias = alloc_floats(host, d->vectors * lanes);
    d->lane = host->alloc(host, (size_t)(d->vectors * lanes) * sizeof *d->lane);
    d->to = host->alloc(host, (size_t)d->vectors * sizeof *d->to);
    d->spread = host->alloc(host, (size_t)(d->vectors * copies) * sizeof *d->spread);
    return d->weights != NULL && (d->bias != NULL || !bias) && d->lane != NULL && d->to != NULL &&
           d->spread != NULL;
}

int depthwise_plan(depthwise *d, const sb_host *host, const conv *b, const isa *set, view input,
                   view output, depthwise_method by, const float *weights, const float *bias)
{
    *d = (depthwise) {
        .conv = *b,
        .isa = set,
        .input = input,
        .output = output,
        .copies = (int)(b->c / b->groups),
        .vectors = divide_up(b->k, set->lanes),
        .kernels = depthwise_tile_kernels(b, set, &input),
        .whole_by = by,
        .unusual = !depthwise_has_usual_padding(b),
        .finishes = b->residual || b->activation > SB_RELU6,
    };
    d->overlaps = may_overlap(d);
    d->row_pieces = shares_rows(d) || needs_rows(d);
    d->whole = d->overlaps || (input.padded && output.padded) ? d->vectors : b->k / set->lanes;
    d->partial_by = find_partial(d);
    d->in_turn = d->whole > 1 && depthwise_takes_turns(b, set, &input);
    if (!alloc_tables(d, host, bias != NULL)) {
        depthwise_release(d, host);
        return -1;
    }
    pack_weights(d, weights);
    if (bias != NULL)
        pack_bias(d, bias);
    find_channels(d);
    find_spreads(d);
    find_even(d);
    d->at_once = count_at_once(d, host->cpu);
    return 0;
}

void depthwise_release(depthwise *d, const sb_host *host)
{
    host->free(host, d->weights);
    host->free(host, d->bias);
    host->free(host, d->lane);
    host->free(host, d->to);
    host->free(host, d->spread);
    *d = (depthwise) { 0 };
}

static int write_tile(const depthwise *d, int rows, int cols, char *text, size_t size)
{
    const conv *b = &d->conv;
    const bool blocked = d->input.pixel == DW_BLOCKED_PIXEL && b->dilation_w == 1;
    return snprintf(text, size, "dw_f32_%dx%ds%d_%dx%d_%s__%s", (int)b->r, (int)b->s,
                    (int)b->stride_h, rows, cols, blocked ? "blocked" : "strided", d->isa->name);
}

/* The symbols of the kernels of the tiles, the widest first; of tiles of the same height only one.
 * Wide tiles may be lower than narrow ones. */
static int write_tiles(const depthwise *d, char *text, size_t size)
{
    int used = 0, heights[4] = { 0 };
    for (int i = 0; i < 4; i++) {
        const depthwise_columns *by = &d->whole_by.columns[i / 2];
        const bool wide = i % 2 == 0;
        bool known = (wide ? by->wide : by->narrow) == 0;
        if (!known)
            heights[i] = depthwise_highest(d->kernels, by->cols + wide, d->whole_by.rows);
        for (int j = 0; j < i; j++)
            known |= heights[j] == heights[i];
        if (known || used >= (int)size)
            continue;
        used += snprintf(text + used, size - (size_t)used, "%s", used ? ", " : "");
        if (used < (int)size)
            used += write_tile(d, heights[i], by->cols + wide, text + used, size - (size_t)used);
    }
    return used;
}

static int write_row(const depthwise *d, const depthwise_method *by, char *text, size_t size)
{
    static const char *const names[DW_ROW_KINDS] = { "row", "spread", "masked" };
    const dw_row_kind kind = depthwise_row_kind(d->isa, &d->input, depthwise_is_spread(d, 0));
    const int cols = by->columns[0].cols;
    if (d->even > 1 && depthwise_is_few(&d->conv, by, cols))
        return snprintf(text, size, "%sdw_f32_few_1x%d__%s", by->turned ? "columns, " : "", cols,
                        d->isa->name);
    return snprintf(text, size, "%sdw_f32_1x%ds%d_1x%d_%s__%s", by->turned ? "columns, " : "",
                    by->pieces.taps, by->pieces.stride, by->columns[0].cols, names[kind],
                    d->isa->name);
}

size_t depthwise_describe(const depthwise *d, char *text, size_t size)
{
    const depthwise_method *by = d->whole > 0 ? &d->whole_by : &d->partial_by;
    const int used = by->way == DW_BY_TILES ? write_tiles(d, text, size)
                     : by->way == DW_BY_ROWS
                         ? write_row(d, by, text, size)
                         : snprintf(text, size, "dw_f32_general__%s", d->isa->name);
    return (size_t)clamp(used, 0, (int64_t)size - 1);
}
