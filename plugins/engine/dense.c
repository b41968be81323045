/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/dense_cut.h"

#include "common/transpose.h"

#include <string.h>

/* --------------------------------------------------------------------------------------- taps */

/* Numbers the lists that the spans need; returns their number. */
static int number_lists(const conv *b, dense_span *spans, int64_t count)
{
    int lists = 0;
    for (int64_t i = 0; i < count; i++) {
        int64_t twin = 0;
        while (!dense_same_list(b, &spans[twin], &spans[i]))
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

/* Appends a tap, or extends the previous one if input and weights continue without a gap: in NHWC
 * the columns of a filter row do, which reduces the 27 taps of a first layer to 3. */
static gemm_tap *add_tap(gemm_tap *first, gemm_tap *to, gemm_tap tap)
{
    gemm_tap *before = to - 1;
    if (to > first && before->hidden == tap.hidden &&
        before->input + before->channels == tap.input &&
        before->weights + before->channels == tap.weights) {
        before->channels += tap.channels;
        return to;
    }
    *to = tap;
    return to + 1;
}

/* The taps of filter position (r, s), one for each run of neighbouring channels. `first` is the
 * first tap of the filter row. */
static gemm_tap *add_taps(const dense *d, gemm_tap *first, gemm_tap *to, int64_t r, int64_t s,
                          int64_t channels, uint32_t hidden)
{
    const conv *b = &d->conv;
    const int64_t run = smaller(d->input.per_block, channels);
    for (int64_t c = 0; c < channels; c += run) {
        const gemm_tap tap = {
            .input = r * b->dilation_h * d->input.row + s * b->dilation_w * d->input.pixel +
                     view_channel(&d->input, c),
            .weights = (r * b->s + s) * channels + c,
            .channels = (int32_t)smaller(run, channels - c),
            .hidden = hidden,
        };
        to = add_tap(first, to, tap);
    }
    return to;
}

static gemm_tap *fill_list(const dense *d, dense_list *list, const dense_span *tile, bool last)
{
    const conv *b = &d->conv;
    gemm_tap *to = list->taps;
    for (int64_t r = 0; r < b->r; r++) {
        gemm_tap *row = to;
        list->start[r] = to - list->taps;
        for (int64_t s = 0; s < b->s; s++) {
            const uint32_t hidden = dense_hidden(b, tile, s);
            if (hidden == dense_all(tile))
                continue;
            list->uneven |= hidden != 0 && hidden != 1 && hidden != 1U << (tile->pixels - 1);
            to = add_taps(d, row, to, r, s, block_channels(d, last), hidden);
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
            start += d->conv.r + 1;
        }
        made++;
    }
}

/* ------------------------------------------------------------------------------------- panels */

bool dense_is_half(const isa *set, int vectors, int64_t channels)
{
    return gemm_exists(set, GEMM_HALF_STRIDED, vectors) &&
           channels <= (vectors - 1) * set->lanes + set->lanes / 2;
}

/* The micro-kernel that computes a panel. */
static gemm_kind kind_for(const dense *d, const dense_panel *panel)
{
    const int64_t pixel = d->input.pixel * d->conv.stride_w;
    const bool blocked = dense_is_blocked(&d->conv, d->isa, &d->input);
    if (d->input.pairs)
        return GEMM_PAIRS;
    if (panel->half)
        return blocked ? GEMM_HALF_BLOCKED : GEMM_HALF_STRIDED;
    if (pixel == GEMM_RGB_PIXEL && gemm_exists(d->isa, GEMM_RGB, panel->vectors))
        return GEMM_RGB;
    return blocked ? GEMM_BLOCKED : GEMM_STRIDED;
}

/* The micro-kernel that computes the panel, and where its vectors go. Groups begin with a whole
 * block of channels, see dense_fits. */
static void aim(const dense *d, dense_panel *panel)
{
    panel->half = dense_is_half(d->isa, panel->vectors, panel->lanes);
    panel->kernels = gemm_of(d->isa, kind_for(d, panel))->of[panel->vectors - 1];
    for (int n = 0; n < panel->vectors; n++)
        panel->output[n] = view_channel(&d->output, panel->channel + (int64_t)n * d->isa->lanes);
    panel->stored = d->output.padded ? panel->vectors * d->isa->lanes : panel->lanes;
}

static void pack_panel(const dense *d, const dense_panel *panel, const float *from, float *to)
{
    const conv *b = &d->conv;
    const int64_t whole = (int64_t)(panel->vectors - 1) * d->isa->lanes, half = d->isa->lanes / 2;
    const int64_t width = (int64_t)panel->vectors * d->isa->lanes;
    pack_job job = {
        .filter = d->group_channels * b->r * b->s,
        .taps = b->r * b->s,
        .to_channel = width,
    };
    from += panel->channel * job.filter;
    for (int64_t block = 0; block < d->channel_blocks; block++) {
        job.from = from;
        job.to = to;
        job.filters = panel->lanes;
        job.channels = block_channels(d, block == d->channel_blocks - 1);
        job.to_tap = job.channels * width;
        pack_filters(&job);
        if (panel->half) {
            job.from += whole * job.filter;
            job.to += whole + half;
            job.filters -= whole;
            pack_filters(&job);
        }
        from += job.channels * job.taps;
        to += job.channels * job.taps * width;
    }
}

/* For vectors that are used in two halves, both halves hold it. */
static void pack_bias(const dense *d, const float *bias)
{
    const int64_t half = d->isa->lanes / 2;
    for (int64_t g = 0; g < d->conv.groups; g++, bias += d->group_outputs) {
        for (int64_t i = 0; i < d->panel_count; i++) {
            const dense_panel *panel = &d->panels[i];
            const int64_t whole = (int64_t)(panel->vectors - 1) * d->isa->lanes;
            float *to = d->bias + g * d->group_bias + panel->channel;
            for (int64_t k = 0; k < panel->lanes; k++) {
                to[k] = bias[panel->channel + k];
                if (panel->half && k >= whole)
                    to[half + k] = to[k];
            }
        }
    }
}

static void pack(const dense *d, const float *weights)
{
    const conv *b = &d->conv;
    const int64_t filters = d->group_outputs * d->group_channels * b->r * b->s;
    for (int64_t g = 0; g < b->groups; g++) {
        for (int64_t i = 0; i < d->panel_count; i++)
            pack_panel(d, &d->panels[i], weights + g * filters,
                       d->weights + g * d->group_weights + d->panels[i].weights);
    }
}

/* --------------------------------------------------------------------------------------- plan */

/*
 * If all channels are one block, a tile's panels follow one another, whatever their blocks; and if
 * there is also only one panel, so do the tiles. Then as few blocks as possible are fastest.
 */
static void join_blocks(dense *d)
{
    if (d->channel_blocks > 1)
        return;
    d->blocking.panels = d->panel_count;
    if (d->panel_count == 1 && !d->joins_groups)
        d->blocking.tiles = d->conv.p * d->tile_count;
}

/*
 * How to share the work among threads: the grid whose largest part is smallest. Among equal ones,
 * the grid with the fewest parts along the tiles: then one thread reads weights rather than all.
 */
static void cut_work(dense *d)
{
    const conv *b = &d->conv;
    const int64_t tiles = dense_tiles(d);
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
static share filter_rows(const conv *b, int64_t p)
{
    const int64_t y = p * b->stride_h - b->pad_top;
    const int64_t from = smaller(divide_up(larger(-y, 0), b->dilation_h), b->r);
    const int64_t to = smaller(divide_up(larger(b->h - y, 0), b->dilation_h), b->r);
    return (share) { .from = from, .to = larger(from, to) };
}

/*
 * Should the first panel of each tile prefetch the input of the next tile? In NHWC a pointwise
 * convolution reads its input in order, from the second-level cache or beyond, but the hardware
 * prefetches only the lines that follow the present ones. (Blocked layouts prefetch in the
 * micro-kernel, see gemm_job.prefetch.) Weights that have to be prefetched come first.
 */
static bool should_fetch(const dense *d, const sb_cpu *cpu)
{
    const conv *b = &d->conv;
    const int64_t floats = b->c * b->h * b->w + b->k * b->p * b->q;
    return is_plain_pointwise(b) && b->groups == 1 && b->p == 1 && d->channel_blocks == 1 &&
           d->input.pixel == b->c && d->input.pixel != GEMM_BLOCKED_PIXEL && d->ahead == 0 &&
           floats > l2_floats(cpu) / 2;
}

/* Can images be computed whole, which takes fewer steps for each tile? They are one block of tiles
 * then, and no tile prefetches anything: all images and the weights are in L2. */
static bool is_by_images(const dense *d, const sb_cpu *cpu)
{
    const conv *b = &d->conv;
    const int64_t floats = b->n * (b->c * b->h * b->w + b->k * b->p * b->q);
    return is_plain_pointwise(b) && b->groups == 1 && b->p == 1 && d->channel_blocks == 1 &&
           d->blocking.tiles >= d->tile_count && d->ahead == 0 && floats <= l2_floats(cpu) / 2;
}

/* So few pixels are multiplied as fast as weights come, which lie in one stream: prefetching them
 * takes longer than it saves, 1.05 to 1.2 times as long for one to three pixels (Zen 4). */
static int64_t weights_ahead(const dense *d, const sb_cpu *cpu)
{
    const conv *b = &d->conv;
    return b->n * b->p * b->q > 3 ? gemm_ahead(cpu, b->groups * d->group_weights) : 0;
}

static void *alloc_many(const sb_host *host, int64_t count, size_t size)
{
    return host->alloc(host, (size_t)count * size);
}

static bool alloc_tables(dense *d, const sb_host *host, int64_t lists, bool bias)
{
    const conv *b = &d->conv;
    const int64_t runs = divide_up(block_channels(d, false), d->input.per_block) + 1;
    d->group_bias = round_up(d->group_outputs, d->isa->lanes);
    d->group_weights = d->group_bias * d->group_channels * b->r * b->s;
    d->lists = alloc_many(host, lists, sizeof *d->lists);
    d->taps = alloc_many(host, lists * b->r * b->s * runs, sizeof *d->taps);
    d->starts = alloc_many(host, lists * (b->r + 1), sizeof *d->starts);
    d->weights = alloc_floats(host, b->groups * d->group_weights);
    if (bias)
        d->bias = alloc_floats(host, b->groups * d->group_bias);
    d->rows = alloc_many(host, b->p, sizeof *d->rows);
    return d->lists != NULL && d->taps != NULL && d->starts != NULL && d->weights != NULL &&
           (d->bias != NULL || !bias) && d->rows != NULL;
}

int dense_plan(dense *d, const sb_host *host, const conv *step, const isa *set, view input,
               view output, dense_blocking blocking, const float *weights, const float *bias)
{
    *d = (dense) {
        .conv = flatten(step),
        .isa = set,
        .input = input,
        .output = output,
        .group_channels = step->c / step->groups,
        .group_outputs = step->k / step->groups,
    };
    const conv *b = &d->conv;
    d->blocking = dense_cut_blocking(b, set, input.per_block, blocking);
    d->channel_blocks = divide_up(d->group_channels, d->blocking.channels);
    d->joins_groups = dense_joins_groups(b, input.per_block) && output.per_block == b->k;

    d->panel_count = dense_cut_panels(b, set->lanes, d->blocking.vectors, NULL);
    d->streams_input = d->blocking.panels >= d->panel_count;
    d->panels = alloc_many(host, d->panel_count, sizeof *d->panels);
    const int64_t spans = dense_cut_row(b, d->blocking.pixels, NULL);
    d->spans = alloc_many(host, spans + 1, sizeof *d->spans);
    if (d->panels == NULL || d->spans == NULL)
        goto fail;
    dense_cut_panels(b, set->lanes, d->blocking.vectors, d->panels);
    dense_cut_row(b, d->blocking.pixels, d->spans);
    d->tile_count = d->spans[spans].tile;
    join_blocks(d);

    if (!alloc_tables(d, host, 2 * number_lists(b, d->spans, spans), bias != NULL))
        goto fail;
    d->ahead = weights_ahead(d, host->cpu);
    d->fetches = should_fetch(d, host->cpu);
    d->by_images = is_by_images(d, host->cpu);
    for (int64_t p = 0; p < b->p; p++)
        d->rows[p] = filter_rows(b, p);
    for (int64_t i = 0; i < d->panel_count; i++)
        aim(d, &d->panels[i]);
    fill_lists(d);
    cut_work(d);
    pack(d, weights);
    if (bias != NULL)
        pack_bias(d, bias);
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
    host->free(host, d->bias);
    host->free(host, d->rows);
    *d = (dense) { 0 };
}

static void describe_words(char *text, size_t size, const char *more)
{
    const size_t used = strlen(text);
    snprintf(text + used, size - used, "%s", more);
}

/* What is done one part at a time. */
static void describe_parts(char *text, size_t size, int64_t part, int64_t all, const char *of)
{
    const size_t used = strlen(text);
    if (part < all)
        snprintf(text + used, size - used, ", %d %s", (int)part, of);
}

/* The height of the tiles that compute the longest part of a row. */
static int usual_pixels(const dense *d)
{
    const dense_span *usual = d->spans;
    for (const dense_span *s = d->spans; s->pixels > 0; s++)
        if (s[1].column - s->column > usual[1].column - usual->column)
            usual = s;
    return usual->pixels;
}

/* A typical panel: if there are three or more, only the first and the last may have another
 * width. */
static const dense_panel *usual_panel(const dense *d)
{
    return &d->panels[d->panel_count > 2];
}

/* The largest tiles, if they differ from the usual ones. */
static void describe_largest(const dense *d, char *text, size_t size)
{
    const dense_blocking *by = &d->blocking;
    const size_t used = strlen(text);
    const int lanes = d->isa->lanes, first = d->panels[0].vectors, usual = usual_panel(d)->vectors;
    char others[16] = "";
    if (first > by->vectors)
        snprintf(others, sizeof others, "+%d", by->vectors * lanes);
    if (by->pixels != usual_pixels(d) || first != usual || others[0] != '\0')
        snprintf(text + used, size - used, ", up to %dx%d%s", by->pixels, first * lanes, others);
}

size_t dense_describe(const dense *d, char *text, size_t size)
{
    const dense_blocking *by = &d->blocking;
    const dense_panel *panel = usual_panel(d);
    const bool fetches = dense_is_blocked(&d->conv, d->isa, &d->input);
    gemm_write_name(d->isa, kind_for(d, panel), usual_pixels(d), panel->vectors, text, size);
    describe_largest(d, text, size);
    describe_words(text, size, fetches && d->streams_input ? ", ahead" : "");
    describe_parts(text, size, by->channels, d->group_channels, "channels");
    describe_parts(text, size, by->panels, d->panel_count, "panels");
    describe_parts(text, size, by->tiles, d->conv.p * d->tile_count, "tiles");
    return strlen(text);
}
