/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/dense.h"

bool dense_fits(const sb_problem *b, uint32_t input, uint32_t output)
{
    const view in = view_of(input, b->c, 1, 1), out = view_of(output, b->k, 1, 1);
    const bool whole_in = !in.padded || b->c / b->groups % in.per_block == 0;
    const bool whole_out = !out.padded || b->k / b->groups % out.per_block == 0;
    return b->groups == 1 || (whole_in && whole_out);
}

/* -------------------------------------------------------------------------------------- tiles */

/* How many of the tile's first (`*low`) and last (`*high`) pixels filter column s does not reach.
 */
static void hidden(const sb_problem *b, const dense_span *tile, int64_t s, int64_t *low,
                   int64_t *high)
{
    const int64_t x = tile->column * b->stride_w - b->pad_left + s * b->dilation_w;
    const int64_t seen = x < b->w ? (b->w - 1 - x) / b->stride_w + 1 : 0;
    *low = x < 0 ? smaller(divide_up(-x, b->stride_w), tile->pixels) : 0;
    *high = tile->pixels - smaller(seen, tile->pixels);
}

/* A micro-kernel can skip a tap whole, for its first pixel, or for its last. */
static bool can_skip(const sb_problem *b, const dense_span *tile)
{
    for (int64_t s = 0; s < b->s; s++) {
        int64_t low, high;
        hidden(b, tile, s, &low, &high);
        if (low + high < tile->pixels && low + high > 1)
            return false;
    }
    return true;
}

/* Do two tiles skip the same? */
static bool same_list(const sb_problem *b, const dense_span *one, const dense_span *other)
{
    for (int64_t s = 0; s < b->s; s++) {
        int64_t low[2], high[2];
        hidden(b, one, s, &low[0], &high[0]);
        hidden(b, other, s, &low[1], &high[1]);
        bool none[2] = { low[0] + high[0] >= one->pixels, low[1] + high[1] >= other->pixels };
        if (none[0] != none[1] || (!none[0] && (low[0] != low[1] || high[0] != high[1])))
            return false;
    }
    return true;
}

/*
 * Cuts a row: equal tiles, shorter where padding asks for it. Returns the number of spans; with
 * `spans` NULL it only counts them.
 */
static int64_t cut_row(const sb_problem *b, int pixels, dense_span *spans)
{
    dense_span before = { 0 };
    int64_t count = 0, tile = 0;
    for (int64_t q = 0; q < b->q; tile++) {
        const int64_t left = b->q - q;
        dense_span now = {
            .tile = tile,
            .column = q,
            .pixels = (int)divide_up(left, divide_up(left, pixels)),
        };
        while (!can_skip(b, &now))
            now.pixels--;
        q += now.pixels;
        if (now.pixels == before.pixels && same_list(b, &before, &now))
            continue;
        if (spans != NULL)
            spans[count] = now;
        before = now;
        count++;
    }
    if (spans != NULL)
        spans[count] = (dense_span) { .tile = tile, .column = b->q };
    return count;
}

/* --------------------------------------------------------------------------------------- taps */

/* Numbers the lists that the spans need; returns how many. */
static int number_lists(const sb_problem *b, dense_span *spans, int64_t count)
{
    int lists = 0;
    for (int64_t i = 0; i < count; i++) {
        int64_t twin = 0;
        while (!same_list(b, &spans[twin], &spans[i]))
            twin++;
        spans[i].list = twin < i ? spans[twin].list : lists++;
    }
    return lists;
}

/* Input channels of a channel block, the last one or any other. */
static int64_t block_channels(const dense *d, bool last)
{
    const int64_t before = (d->channel_blocks - 1) * d->blocking.channels;
    return last ? d->group_channels - before : smaller(d->blocking.channels, d->group_channels);
}

/* Appends a tap, or lengthens the one before where input and weights go on without a gap: in NHWC
 * the columns of a filter row do, which turns the 27 taps of a first layer into 3. */
static gemm_tap *add_tap(gemm_tap *first, gemm_tap *to, gemm_tap tap)
{
    gemm_tap *before = to - 1;
    if (to > first && before->skip == tap.skip && before->input + before->channels == tap.input &&
        before->weights + before->channels == tap.weights) {
        before->channels += tap.channels;
        return to;
    }
    *to = tap;
    return to + 1;
}

/* The taps of filter place (r, s), one for each run of neighbouring channels. `first` is the first
 * tap of the filter row. */
static gemm_tap *add_taps(const dense *d, gemm_tap *first, gemm_tap *to, int64_t r, int64_t s,
                          int64_t channels, gemm_skip skip)
{
    const sb_problem *b = &d->problem;
    const int64_t run = smaller(d->input.per_block, channels);
    for (int64_t c = 0; c < channels; c += run) {
        const gemm_tap tap = {
            .input = r * b->dilation_h * d->input.row + s * b->dilation_w * d->input.pixel +
                     view_channel(&d->input, c),
            .weights = (r * b->s + s) * channels + c,
            .channels = (int32_t)smaller(run, channels - c),
            .skip = (int32_t)skip,
        };
        to = add_tap(first, to, tap);
    }
    return to;
}

static gemm_tap *fill_list(const dense *d, const dense_list *list, const dense_span *tile,
                           bool last)
{
    const sb_problem *b = &d->problem;
    gemm_tap *to = list->taps;
    for (int64_t r = 0; r < b->r; r++) {
        gemm_tap *row = to;
        list->start[r] = to - list->taps;
        for (int64_t s = 0; s < b->s; s++) {
            int64_t low, high;
            hidden(b, tile, s, &low, &high);
            if (low + high >= tile->pixels)
                continue;
            gemm_skip skip = low != 0 ? SKIP_FIRST : high != 0 ? SKIP_LAST : SKIP_NONE;
            to = add_taps(d, row, to, r, s, block_channels(d, last), skip);
        }
    }
    list->start[b->r] = to - list->taps;
    return to;
}

static void fill_lists(dense *d)
{
    gemm_tap *taps = d->taps;
    int64_t *start = d->starts;
    int made = 0;
    for (int64_t i = 0; d->spans[i].pixels > 0; i++) {
        if (d->spans[i].list != made)
            continue;
        for (int last = 0; last < 2; last++) {
            dense_list *list = &d->lists[2 * made + last];
            *list = (dense_list) { .taps = taps, .start = start };
            taps = fill_list(d, list, &d->spans[i], last);
            start += d->problem.r + 1;
        }
        made++;
    }
}

/* ------------------------------------------------------------------------------------- panels */

bool dense_is_half(const isa *set, int vectors, int64_t channels)
{
    return set->gemm_half->strided[vectors - 1][0] != NULL &&
           channels <= (vectors - 1) * set->lanes + set->lanes / 2;
}

/* What computes a panel: addresses need no arithmetic where the distance from pixel to pixel is a
 * constant. */
static gemm_function *const *kernels_for(const dense *d, const dense_panel *panel)
{
    const int64_t pixel = d->input.pixel * d->problem.stride_w;
    const isa *set = d->isa;
    const int i = panel->vectors - 1;
    if (panel->half)
        return pixel == 16 ? set->gemm_half->blocked[i] : set->gemm_half->strided[i];
    return pixel == 16               ? set->gemm->blocked[i]
           : pixel == GEMM_RGB_PIXEL ? set->gemm->rgb[i]
                                     : set->gemm->strided[i];
}

/* What computes the panel, and where its vectors go. Groups begin with a whole block of channels,
 * see dense_fits. */
static void aim(const dense *d, dense_panel *panel)
{
    panel->half = dense_is_half(d->isa, panel->vectors, panel->lanes);
    panel->kernels = kernels_for(d, panel);
    for (int n = 0; n < panel->vectors; n++)
        panel->output[n] = view_channel(&d->output, panel->channel + (int64_t)n * d->isa->lanes);
    panel->stored = d->output.padded ? panel->vectors * d->isa->lanes : panel->lanes;
}

/* Cuts a group's output channels. A single vector that is left over widens the first panel, since
 * kernels of one vector load more than they multiply. Counts the panels if `panels` is NULL. */
static int64_t cut_panels(const sb_problem *b, int lanes, int vectors, dense_panel *panels)
{
    const int64_t outputs = b->k / b->groups, all = divide_up(outputs, lanes);
    const int64_t depth = b->c / b->groups * b->r * b->s;
    bool widen = all > vectors && all % vectors == 1 && vectors > 1 && vectors < GEMM_MAX_VECTORS;
    int64_t count = 0;
    for (int64_t at = 0; at < all; count++) {
        int64_t now = smaller(vectors + (widen && at == 0), all - at);
        if (panels != NULL) {
            panels[count] = (dense_panel) {
                .channel = at * lanes,
                .vectors = (int)now,
                .lanes = (int)smaller(now * lanes, outputs - at * lanes),
                .weights = at * lanes * depth,
            };
        }
        at += now;
    }
    return count;
}

static void pack_panel(const dense *d, const dense_panel *panel, const float *from, float *to)
{
    const sb_problem *b = &d->problem;
    const int64_t whole = (int64_t)(panel->vectors - 1) * d->isa->lanes, half = d->isa->lanes / 2;
    const int64_t taps = b->r * b->s, width = (int64_t)panel->vectors * d->isa->lanes;
    for (int64_t block = 0; block < d->channel_blocks; block++) {
        const int64_t first = block * d->blocking.channels;
        const int64_t channels = block_channels(d, block == d->channel_blocks - 1);
        for (int64_t t = 0; t < taps; t++) {
            for (int64_t c = first; c < first + channels; c++, to += width) {
                for (int64_t k = 0; k < panel->lanes; k++)
                    to[k] = from[((panel->channel + k) * d->group_channels + c) * taps + t];
                for (int64_t k = whole; k < panel->lanes && panel->half; k++)
                    to[half + k] = to[k];
            }
        }
    }
}

static void pack(const dense *d, const float *weights)
{
    const sb_problem *b = &d->problem;
    const int64_t filters = d->group_outputs * d->group_channels * b->r * b->s;
    for (int64_t g = 0; g < b->groups; g++) {
        for (int64_t i = 0; i < d->panel_count; i++)
            pack_panel(d, &d->panels[i], weights + g * filters,
                       d->weights + g * d->group_weights + d->panels[i].weights);
    }
}

/* --------------------------------------------------------------------------------------- plan */

/* The blocking that really is, inside what the problem and the registers allow. */
static dense_blocking cut_blocking(const dense *d, dense_blocking want)
{
    const int64_t run = d->input.per_block < d->problem.c ? d->input.per_block : 1;
    const int64_t all = divide_up(d->group_outputs, d->isa->lanes);
    int widest;
    want.vectors = (int)clamp(want.vectors, 1, smaller(GEMM_MAX_VECTORS, all));
    widest = want.vectors;
    if (all > widest && all % widest == 1 && widest > 1 && widest < GEMM_MAX_VECTORS)
        widest++;
    want.pixels = (int)clamp(want.pixels, 1, d->isa->gemm->max_pixels[widest - 1]);
    want.channels = round_up(clamp(want.channels, 1, d->group_channels), run);
    return want;
}

static void describe_problem(dense *d, const sb_problem *problem, const isa *set, view input,
                             view output)
{
    *d = (dense) {
        .problem = flatten(problem),
        .isa = set,
        .input = input,
        .output = output,
        .group_channels = problem->c / problem->groups,
        .group_outputs = problem->k / problem->groups,
    };
}

/*
 * How to share the work among threads: the grid whose largest part is least. Of equal ones that
 * with the fewest parts along the tiles: then weights are read by one thread rather than by all.
 */
static void cut_work(dense *d)
{
    const sb_problem *b = &d->problem;
    const int64_t tiles = b->n * b->groups * b->p * d->tile_count;
    int64_t least = INT64_MAX;
    for (int64_t parts = 1; parts <= b->threads; parts++) {
        const int64_t others = b->threads / parts;
        const int64_t most = divide_up(tiles, parts) * divide_up(d->panel_count, others);
        if (most < least) {
            least = most;
            d->tile_parts = parts;
            d->panel_parts = others;
        }
    }
}

/* The filter rows that lie in the image for output row p. */
static share filter_rows(const sb_problem *b, int64_t p)
{
    const int64_t y = p * b->stride_h - b->pad_top;
    const int64_t from = smaller(divide_up(larger(-y, 0), b->dilation_h), b->r);
    const int64_t to = smaller(divide_up(larger(b->h - y, 0), b->dilation_h), b->r);
    return (share) { .from = from, .to = larger(from, to) };
}

static void *alloc_many(const sb_host *host, int64_t count, size_t size)
{
    return host->alloc(host, (size_t)count * size);
}

int dense_plan(dense *d, const sb_host *host, const sb_problem *problem, const isa *set, view input,
               view output, dense_blocking blocking, const float *weights)
{
    describe_problem(d, problem, set, input, output);
    const sb_problem *b = &d->problem;
    d->blocking = cut_blocking(d, blocking);
    d->channel_blocks = divide_up(d->group_channels, d->blocking.channels);

    d->panel_count = cut_panels(b, set->lanes, d->blocking.vectors, NULL);
    d->streams_input = d->blocking.panels >= d->panel_count;
    d->panels = alloc_many(host, d->panel_count, sizeof *d->panels);
    const int64_t spans = cut_row(b, d->blocking.pixels, NULL);
    d->spans = alloc_many(host, spans + 1, sizeof *d->spans);
    if (d->panels == NULL || d->spans == NULL)
        goto fail;
    cut_panels(b, set->lanes, d->blocking.vectors, d->panels);
    cut_row(b, d->blocking.pixels, d->spans);
    d->tile_count = d->spans[spans].tile;

    const int64_t lists = 2 * number_lists(b, d->spans, spans);
    const int64_t runs = divide_up(block_channels(d, false), d->input.per_block) + 1;
    d->lists = alloc_many(host, lists, sizeof *d->lists);
    d->taps = alloc_many(host, lists * b->r * b->s * runs, sizeof *d->taps);
    d->starts = alloc_many(host, lists * (b->r + 1), sizeof *d->starts);
    d->group_weights = round_up(d->group_outputs, set->lanes) * d->group_channels * b->r * b->s;
    d->weights = alloc_floats(host, b->groups * d->group_weights);
    d->rows = alloc_many(host, b->p, sizeof *d->rows);
    if (d->lists == NULL || d->taps == NULL || d->starts == NULL || d->weights == NULL ||
        d->rows == NULL)
        goto fail;
    d->ahead = gemm_ahead(host->cpu, b->groups * d->group_weights);
    for (int64_t p = 0; p < b->p; p++)
        d->rows[p] = filter_rows(b, p);
    for (int64_t i = 0; i < d->panel_count; i++)
        aim(d, &d->panels[i]);
    fill_lists(d);
    cut_work(d);
    pack(d, weights);
    return 0;

fail:
    dense_release(d, host);
    return -1;
}

void dense_release(dense *d, const sb_host *host)
{
    host->free(host, d->panels);
    host->free(host, d->spans);
    host->free(host, d->lists);
    host->free(host, d->taps);
    host->free(host, d->starts);
    host->free(host, d->weights);
    host->free(host, d->rows);
    *d = (dense) { 0 };
}

size_t dense_describe(const dense *d, char *text, size_t size)
{
    int used = snprintf(text, size, "gemm_f32_%dx%d__%s", d->blocking.pixels,
                        d->blocking.vectors * d->isa->lanes, d->isa->name);
    return (size_t)clamp(used, 0, (int64_t)size - 1);
}
