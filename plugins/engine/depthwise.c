/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/depthwise.h"

#include "engine/share.h"

#include <math.h>

/* --------------------------------------------------------------------------------------- plan */

/* Padding wider than the kernel would put whole tiles outside the image. */
static bool no_tile_outside(const conv *b)
{
    return b->pad_left < b->s && b->pad_right < b->s;
}

uint32_t depthwise_best_output(const conv *b, uint32_t input)
{
    return input == SB_NHWC && b->k == b->c && b->k % 16 != 0 ? SB_NHWC : SB_NCHW16C;
}

#define TILED(set, needs)   [VARIANT_##set] = { &dw_3x3__##set, &dw_5x5__##set, &dw_7x7__##set },
#define FINISH(set, needs)  [VARIANT_##set] = dw_f32_finish__##set,
#define GENERAL(set, needs) [VARIANT_##set] = dw_f32_general__##set,

static const dw_kernels *const tiled_kernels[VARIANT_COUNT][3] = { VARIANTS(TILED) };
static dw_finish_function *const finish_kernels[VARIANT_COUNT] = { VARIANTS(FINISH) };
static dw_general_function *const general_kernels[VARIANT_COUNT] = { VARIANTS(GENERAL) };

/* A convolution that the tiled kernels know; the others go pixel by pixel. */
static bool is_tiled(const conv *b)
{
    return b->r == b->s && (b->r == 3 || b->r == 5 || b->r == 7) && b->stride_h == b->stride_w &&
           b->stride_h <= DW_STRIDES && b->dilation_h == 1 && b->dilation_w == 1 && b->k == b->c &&
           no_tile_outside(b);
}

/* Of a convolution that is. */
static const dw_kernels *kernels_of(const conv *b, const isa *set)
{
    return tiled_kernels[set->variant][(b->r - 3) / 2];
}

/* Not more than half of a filter hangs over an edge. */
static bool has_usual_padding(const conv *b)
{
    const int64_t half = b->r / 2;
    return b->pad_left <= half && b->pad_right <= half && b->pad_top <= half &&
           b->pad_bottom <= half;
}

static int max_rows(const conv *b, const isa *set)
{
    if (!is_tiled(b))
        return 1;
    const int most = kernels_of(b, set)->max_rows;
    return has_usual_padding(b) ? most : (int)smaller(most, DW_LOW_ROWS);
}

/*
 * High tiles load each input row once and start anew less often. But they go down columns of tiles:
 * out of the order in which memory lies, unless a row is one tile. That pays at stride 2, where low
 * tiles have too little work for each start, as long as all that lies under a row of tiles stays in
 * three quarters of the first-level cache until the next column of tiles comes.
 */
int depthwise_default_rows(const conv *b, const sb_cpu *cpu, const isa *set)
{
    const int most = max_rows(b, set);
    const int64_t pixels = ((most - 1) * b->stride_h + b->r) * b->w + most * b->q;
    const bool fits = pixels * set->lanes <= l1_floats(cpu) / 4 * 3;
    const bool in_order = b->q <= depthwise_max_cols(b, set);
    return in_order || (b->stride_h > 1 && fits) ? most : (int)smaller(most, DW_LOW_ROWS);
}

int depthwise_max_cols(const conv *b, const isa *set)
{
    return is_tiled(b) ? kernels_of(b, set)->max_cols : 1;
}

static dw_kind kind_for(const view *input)
{
    return input->pixel == DW_BLOCKED_PIXEL ? DW_BLOCKED : DW_STRIDED;
}

/* [rows - 1][columns - 1]; NULL: there are no tiles for it. */
static const dw_widths *kernels_for(const conv *b, const isa *set, const view *input)
{
    if (!is_tiled(b) || input->per_block < set->lanes)
        return NULL;
    return kernels_of(b, set)->of[kind_for(input)][b->stride_h - 1];
}

/* The highest tile of `cols` columns and at most `rows` rows. */
static int highest(const dw_widths *kernels, int64_t cols, int64_t rows)
{
    while (kernels[rows - 1][cols - 1] == NULL)
        rows--;
    return (int)rows;
}

depthwise_tiles depthwise_cut(const conv *b, const isa *set, const view *input,
                              int64_t rows_at_a_time, int64_t rows, int64_t cols)
{
    const dw_widths *kernels = kernels_for(b, set, input);
    if (kernels == NULL)
        return (depthwise_tiles) { 0 };
    const int64_t count = divide_up(b->q, clamp(cols, 1, depthwise_max_cols(b, set)));
    const int64_t most = smaller(clamp(rows, 1, max_rows(b, set)), rows_at_a_time);
    depthwise_tiles tiles = { .cols = (int)(b->q / count), .wide = b->q % count };
    tiles.narrow = count - tiles.wide;
    tiles.rows = highest(kernels, tiles.cols, most);
    if (tiles.wide > 0)
        tiles.rows = (int)larger(tiles.rows, highest(kernels, tiles.cols + 1, most));
    return tiles;
}

/*
 * In NHWC the last vector may begin before the one before it ends. The channels that both hold come
 * out the same, whichever of them, or of two threads, writes them last.
 */
static bool may_overlap(const depthwise *d)
{
    const int64_t k = d->conv.k;
    return d->multiplier == 1 && k >= d->isa->lanes && d->input.per_block == k &&
           d->output.per_block == k && !d->input.padded && !d->output.padded;
}

static int64_t first_channel(const depthwise *d, int64_t v)
{
    const int64_t lanes = d->isa->lanes;
    return d->overlaps ? smaller(v * lanes, d->conv.k - lanes) : v * lanes;
}

/* [k][taps] to [vector][taps][lane]; lanes past k stay zero. */
static void pack(const depthwise *d, const float *from, float *to, int64_t taps)
{
    const int64_t lanes = d->isa->lanes;
    for (int64_t v = 0; v < d->vectors; v++, to += taps * lanes) {
        const int64_t first = first_channel(d, v), count = smaller(lanes, d->conv.k - first);
        for (int64_t t = 0; t < taps; t++) {
            for (int64_t lane = 0; lane < count; lane++)
                to[t * lanes + lane] = from[(first + lane) * taps + t];
        }
    }
}

static void find_channels(const depthwise *d)
{
    const int64_t lanes = d->isa->lanes;
    for (int64_t v = 0; v < d->vectors; v++) {
        const int64_t first = first_channel(d, v);
        d->to[v] = view_channel(&d->output, first);
        for (int64_t lane = 0; lane < lanes; lane++) {
            const int64_t c = smaller(first + lane, d->conv.k - 1) / d->multiplier;
            d->lane[v * lanes + lane] = view_channel(&d->input, c);
        }
    }
}

/* In NHWC threads that share few channels would meet on the same or the next line of every pixel.
 */
static bool shares_rows(const depthwise *d)
{
    const conv *b = &d->conv;
    return d->output.per_block == b->k && d->vectors < 4 * b->threads &&
           b->n * b->p >= 2 * b->threads;
}

/* Two threads must not both finish what vectors have in common. */
static bool needs_rows(const depthwise *d)
{
    return d->overlaps && d->conv.k % d->isa->lanes != 0 && d->finishes;
}

int depthwise_plan(depthwise *d, const sb_host *host, const conv *b, const isa *set, view input,
                   view output, depthwise_tiles tiles, const float *weights, const float *bias)
{
    const int64_t lanes = set->lanes;
    *d = (depthwise) {
        .conv = *b,
        .isa = set,
        .input = input,
        .output = output,
        .multiplier = b->k / b->c,
        .vectors = divide_up(b->k, lanes),
        .kernels = kernels_for(b, set, &input),
        .tiles = tiles,
        .unusual = !has_usual_padding(b),
        .finishes = b->residual || b->activation > SB_RELU6,
    };
    d->overlaps = may_overlap(d);
    d->row_pieces = shares_rows(d) || needs_rows(d);
    d->whole = d->overlaps || (input.padded && output.padded) ? d->vectors : b->k / lanes;
    d->weights = alloc_floats(host, d->vectors * lanes * b->r * b->s);
    if (bias != NULL)
        d->bias = alloc_floats(host, d->vectors * lanes);
    d->lane = host->alloc(host, (size_t)(d->vectors * lanes) * sizeof *d->lane);
    d->to = host->alloc(host, (size_t)d->vectors * sizeof *d->to);
    if (d->weights == NULL || (d->bias == NULL && bias != NULL) || d->lane == NULL ||
        d->to == NULL) {
        depthwise_release(d, host);
        return -1;
    }
    pack(d, weights, d->weights, b->r * b->s);
    if (bias != NULL)
        pack(d, bias, d->bias, 1);
    find_channels(d);
    return 0;
}

void depthwise_release(depthwise *d, const sb_host *host)
{
    host->free(host, d->weights);
    host->free(host, d->bias);
    host->free(host, d->lane);
    host->free(host, d->to);
    *d = (depthwise) { 0 };
}

/* The symbol of a tile's kernel. */
static int write_name(const depthwise *d, int rows, int cols, char *text, size_t size)
{
    const conv *b = &d->conv;
    const char *const kinds[DW_KINDS] = { [DW_BLOCKED] = "blocked", [DW_STRIDED] = "strided" };
    return snprintf(text, size, "dw_f32_%dx%ds%d_%dx%d_%s__%s", (int)b->r, (int)b->s,
                    (int)b->stride_h, rows, cols, kinds[kind_for(&d->input)], d->isa->name);
}

size_t depthwise_describe(const depthwise *d, char *text, size_t size)
{
    const depthwise_tiles *tiles = &d->tiles;
    const int used = d->kernels == NULL
                         ? snprintf(text, size, "dw_f32_general__%s", d->isa->name)
                         : write_name(d, tiles->rows, tiles->cols + (tiles->wide > 0), text, size);
    return (size_t)clamp(used, 0, (int64_t)size - 1);
}

/* ---------------------------------------------------------------------------------------- run */

/* Where tiles of `rows` output rows from p on stand under the image. */
static void move_to(const depthwise *d, dw_job *job, int64_t p, int rows)
{
    const conv *b = &d->conv;
    const int64_t y = p * b->stride_h - b->pad_top;
    const int64_t under = (rows - 1) * b->stride_h + b->r;
    job->first_row = (int)clamp(-y, 0, under);
    job->last_row = (int)clamp(b->h - y, 0, under);
    job->at = y * job->row - b->pad_left * job->pixel;
}

static void move_output(dw_job *job, int64_t floats)
{
    job->output += floats;
    if (job->residual != NULL)
        job->residual += floats;
}

/* Rows p0..p1-1 of the columns from q on, in `tiles` tiles of `cols` columns. The job goes to the
 * kernels by pointer and is changed a word at a time: a copy would be read in wider pieces than
 * were written, which stalls for longer than a tile takes. */
static void tiled_columns(const depthwise *d, const dw_job *start, int64_t q, int64_t tiles,
                          int64_t cols, int64_t p0, int64_t p1)
{
    if (tiles == 0)
        return;
    const int64_t x = q * d->conv.stride_w;
    dw_job job = *start;
    job.tiles = tiles;
    job.column = x - d->conv.pad_left;
    job.input += x * job.pixel;
    move_output(&job, q * job.output_pixel);
    const int most = highest(d->kernels, cols, d->tiles.rows);
    for (int64_t p = p0; p < p1;) {
        const int rows = p1 - p >= most ? most : highest(d->kernels, cols, p1 - p);
        move_to(d, &job, p, rows);
        d->kernels[rows - 1][cols - 1](&job);
        if (d->finishes)
            finish_kernels[d->isa->variant](&job, rows, tiles * cols);
        move_output(&job, rows * job.output_row);
        p += rows;
    }
}

#define ALL(x)                                         \
    {                                                  \
        x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x \
    }

static const _Alignas(64) float bounds[][2][DW_BOUND] = {
    [SB_RELU] = { ALL(0), ALL(INFINITY) },
    [SB_RELU6] = { ALL(0), ALL(6) },
};

static const float *bounds_of(const depthwise *d)
{
    const uint32_t activation = d->conv.activation;
    return d->finishes || activation == SB_ACTIVATION_NONE ? NULL : bounds[activation][0];
}

/* `t` begins with the image, for the output with row p0. */
static void tiled(const depthwise *d, const tensors *t, int64_t v, int64_t p0, int64_t p1)
{
    const int64_t lanes = d->isa->lanes;
    const depthwise_tiles *tiles = &d->tiles;
    const dw_job start = {
        .input = t->input + d->lane[v * lanes],
        .row = d->input.row,
        .pixel = d->input.pixel,
        .weights = d->weights + v * lanes * d->conv.r * d->conv.s,
        .bias = d->bias != NULL ? d->bias + v * lanes : NULL,
        .output = t->output + d->to[v],
        .output_row = d->output.row,
        .output_pixel = d->output.pixel,
        .residual = t->residual != NULL ? t->residual + d->to[v] : NULL,
        .activation = d->conv.activation,
        .bounds = bounds_of(d),
        .width = d->conv.w,
        .unusual = d->unusual,
    };
    tiled_columns(d, &start, 0, tiles->wide, tiles->cols + 1, p0, p1);
    tiled_columns(d, &start, tiles->wide * (tiles->cols + 1), tiles->narrow, tiles->cols, p0, p1);
}

static void general(const depthwise *d, const tensors *t, int64_t v, int64_t p0, int64_t p1)
{
    const conv *b = &d->conv;
    const int64_t lanes = d->isa->lanes;
    dw_general_job job = {
        .input = t->input,
        .lane = d->lane + v * lanes,
        .lanes = (int)smaller(lanes, b->k - first_channel(d, v)),
        .row = d->input.row * b->dilation_h,
        .pixel = d->input.pixel * b->dilation_w,
        .step = d->input.pixel * b->stride_w,
        .weights = d->weights + v * lanes * b->r * b->s,
        .bias = d->bias != NULL ? d->bias + v * lanes : NULL,
        .output = t->output + d->to[v],
        .output_pixel = d->output.pixel,
        .residual = t->residual != NULL ? t->residual + d->to[v] : NULL,
        .activation = b->activation,
        .outputs = b->q,
        .taps = b->s,
        .column = -b->pad_left,
        .stride = b->stride_w,
        .dilation = b->dilation_w,
        .width = b->w,
    };
    job.contiguous =
        d->multiplier == 1 && d->input.per_block >= lanes && (v < d->whole || job.lanes == lanes);
    for (int64_t p = p0; p < p1; p++) {
        int64_t y = p * b->stride_h - b->pad_top;
        job.first_row = clamp(divide_up(larger(-y, 0), b->dilation_h), 0, b->r);
        job.last_row = clamp(divide_up(larger(b->h - y, 0), b->dilation_h), 0, b->r);
        job.at = y * d->input.row - b->pad_left * d->input.pixel;
        general_kernels[d->isa->variant](&job);
        job.output += d->output.row;
        if (job.residual != NULL)
            job.residual += d->output.row;
    }
}

void depthwise_rows(const depthwise *d, const tensors *t, int64_t v0, int64_t v1, int64_t p0,
                    int64_t p1)
{
    for (int64_t v = v0; v < v1; v++) {
        if (d->kernels != NULL && v < d->whole)
            tiled(d, t, v, p0, p1);
        else
            general(d, t, v, p0, p1);
    }
}

/*
 * Planes of channels, or parts of them. A core fetches ahead of what it writes, from plane to plane
 * where each is one tile, and would take the first lines of the next thread's planes from it. There
 * every other thread goes backward, away from its neighbour.
 */
static void run_planes(const depthwise *d, const tensors *t, int64_t part, int64_t parts)
{
    const conv *b = &d->conv;
    /* Rows are split only where there are too few channels to go round. */
    const int64_t planes = b->n * d->vectors;
    const bool one_tile = d->tiles.rows >= b->p && d->tiles.wide + d->tiles.narrow == 1;
    const bool backward = one_tile && parts > 1 && part % 2 == 0;
    int64_t pieces = 1;
    if (planes < 4 * b->threads && planes % b->threads != 0)
        pieces =
            smaller(divide_up(4 * b->threads, planes), divide_up(b->p, larger(d->tiles.rows, 1)));
    const share mine = share_of(planes * pieces, part, parts);
    for (int64_t step = 0; step < mine.to - mine.from; step++) {
        const int64_t i = backward ? mine.to - 1 - step : mine.from + step;
        const int64_t image = i / pieces / d->vectors, v = i / pieces % d->vectors;
        const share rows = share_of(b->p, i % pieces, pieces);
        const tensors at = tensors_at(t, image * d->input.image,
                                      image * d->output.image + rows.from * d->output.row);
        depthwise_rows(d, &at, v, v + 1, rows.from, rows.to);
    }
}

/* Rows of the images, numbered through, with all of their channels. */
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
