/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/depthwise.h"

#include "engine/share.h"

/* --------------------------------------------------------------------------------------- plan */

/* Padding wider than the kernel would put whole tiles outside the image. */
static bool no_tile_outside(const sb_problem *b)
{
    return b->pad_left < b->s && b->pad_right < b->s;
}

uint32_t depthwise_best_output(const sb_problem *b, uint32_t input)
{
    return input == SB_NHWC && b->k == b->c && b->k % 16 != 0 ? SB_NHWC : SB_NCHW16C;
}

bool depthwise_is_tiled(const sb_problem *b)
{
    return b->r == b->s && (b->r == 3 || b->r == 5 || b->r == 7) && b->stride_h == b->stride_w &&
           b->stride_h <= DW_STRIDES && b->dilation_h == 1 && b->dilation_w == 1 && b->k == b->c &&
           no_tile_outside(b);
}

bool depthwise_is_height(int64_t rows)
{
    return rows <= DW_LOW_ROWS || rows == DW_MAX_ROWS;
}

int64_t depthwise_height_for(int64_t rows)
{
    return rows <= DW_LOW_ROWS ? rows : DW_MAX_ROWS;
}

/* Not more than half of a filter hangs over an edge. */
static bool has_usual_padding(const sb_problem *b)
{
    const int64_t half = b->r / 2;
    return b->pad_left <= half && b->pad_right <= half && b->pad_top <= half &&
           b->pad_bottom <= half;
}

static int max_rows(const sb_problem *b, const isa *set)
{
    if (!depthwise_is_tiled(b))
        return 1;
    const int most = set->depthwise->max_rows[(b->r - 3) / 2];
    return has_usual_padding(b) ? most : (int)smaller(most, DW_LOW_ROWS);
}

/*
 * High tiles load each input row once and start anew less often. But they go down columns of tiles:
 * out of the order in which memory lies, unless a row is one tile. That pays at stride 2, where low
 * tiles have too little work for each start, as long as all that lies under a row of tiles stays in
 * three quarters of the first-level cache until the next column of tiles comes.
 */
int depthwise_default_rows(const sb_problem *b, const sb_cpu *cpu, const isa *set)
{
    const int most = max_rows(b, set);
    const int64_t pixels = ((most - 1) * b->stride_h + b->r) * b->w + most * b->q;
    const bool fits = pixels * set->lanes <= l1_floats(cpu) / 4 * 3;
    const bool in_order = b->q <= depthwise_max_cols(b, set);
    return in_order || (b->stride_h > 1 && fits) ? most : (int)smaller(most, DW_LOW_ROWS);
}

int depthwise_max_cols(const sb_problem *problem, const isa *set)
{
    return depthwise_is_tiled(problem) ? set->depthwise->max_cols[(problem->r - 3) / 2] : 1;
}

/*
 * In NHWC the last vector may begin before the one before it ends. The channels that both hold come
 * out the same, whichever of them, or of two threads, writes them last.
 */
static bool may_overlap(const depthwise *d)
{
    const int64_t k = d->problem.k;
    return d->multiplier == 1 && k >= d->isa->lanes && d->input.per_block == k &&
           d->output.per_block == k && !d->input.padded && !d->output.padded;
}

static int64_t first_channel(const depthwise *d, int64_t v)
{
    const int64_t lanes = d->isa->lanes;
    return d->overlaps ? smaller(v * lanes, d->problem.k - lanes) : v * lanes;
}

/* [k][r][s] to [vector][r][s][lane]; lanes past k stay zero. */
static void pack(const depthwise *d, const float *from)
{
    const int64_t lanes = d->isa->lanes, taps = d->problem.r * d->problem.s;
    for (int64_t v = 0; v < d->vectors; v++) {
        const int64_t first = first_channel(d, v), count = smaller(lanes, d->problem.k - first);
        for (int64_t t = 0; t < taps; t++) {
            for (int64_t lane = 0; lane < count; lane++)
                d->weights[(v * taps + t) * lanes + lane] = from[(first + lane) * taps + t];
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
            const int64_t c = smaller(first + lane, d->problem.k - 1) / d->multiplier;
            d->lane[v * lanes + lane] = view_channel(&d->input, c);
        }
    }
}

static void choose_kernels(depthwise *d, int rows, int cols)
{
    const sb_problem *b = &d->problem;
    const dw_kernels *all = d->isa->depthwise;
    if (!depthwise_is_tiled(b) || d->input.per_block < d->isa->lanes)
        return;
    bool blocked = d->input.pixel == 16;
    d->kernels = (blocked ? all->blocked : all->strided)[(b->r - 3) / 2][b->stride_h - 1];
    d->rows = (int)clamp(rows, 1, max_rows(b, d->isa));
    const int64_t count = divide_up(b->q, clamp(cols, 1, depthwise_max_cols(b, d->isa)));
    d->cols = (int)(b->q / count);
    d->wide = b->q % count;
    d->narrow = count - d->wide;
}

/* In NHWC threads that share few channels would meet on the same or the next line of every pixel.
 */
static bool shares_rows(const depthwise *d)
{
    const sb_problem *b = &d->problem;
    return d->output.per_block == b->k && d->vectors < 4 * b->threads &&
           b->n * b->p >= 2 * b->threads;
}

int depthwise_plan(depthwise *d, const sb_host *host, const sb_problem *problem, const isa *set,
                   view input, view output, int rows, int cols, const float *weights)
{
    const int64_t lanes = set->lanes;
    *d = (depthwise) {
        .problem = *problem,
        .isa = set,
        .input = input,
        .output = output,
        .multiplier = problem->k / problem->c,
        .vectors = divide_up(problem->k, lanes),
    };
    d->unusual = !has_usual_padding(problem);
    d->overlaps = may_overlap(d);
    d->row_pieces = shares_rows(d) ? 1 : 0;
    d->whole = d->overlaps || (input.padded && output.padded) ? d->vectors : problem->k / lanes;
    d->weights = alloc_floats(host, d->vectors * lanes * problem->r * problem->s);
    d->lane = host->alloc(host, (size_t)(d->vectors * lanes) * sizeof *d->lane);
    d->to = host->alloc(host, (size_t)d->vectors * sizeof *d->to);
    if (d->weights == NULL || d->lane == NULL || d->to == NULL) {
        depthwise_release(d, host);
        return -1;
    }
    pack(d, weights);
    find_channels(d);
    choose_kernels(d, rows, cols);
    return 0;
}

void depthwise_release(depthwise *d, const sb_host *host)
{
    host->free(host, d->weights);
    host->free(host, d->lane);
    host->free(host, d->to);
    d->weights = NULL;
    d->lane = NULL;
    d->to = NULL;
}

size_t depthwise_describe(const depthwise *d, char *text, size_t size)
{
    int used = d->kernels == NULL
                   ? snprintf(text, size, "dw_f32_general__%s", d->isa->name)
                   : snprintf(text, size, "dw_f32_%dx%ds%d_%dx%d__%s", (int)d->problem.r,
                              (int)d->problem.s, (int)d->problem.stride_h, d->rows,
                              d->cols + (d->wide > 0), d->isa->name);
    return (size_t)clamp(used, 0, (int64_t)size - 1);
}

/* ---------------------------------------------------------------------------------------- run */

/* Where tiles of `rows` output rows from p on stand under the image. */
static void move_to(const depthwise *d, dw_job *job, int64_t p, int rows)
{
    const sb_problem *b = &d->problem;
    const int64_t y = p * b->stride_h - b->pad_top;
    const int64_t under = (rows - 1) * b->stride_h + b->r;
    job->first_row = (int)clamp(-y, 0, under);
    job->last_row = (int)clamp(b->h - y, 0, under);
    job->at = y * job->row - b->pad_left * job->pixel;
}

/* The highest tile of `left` rows at most. */
static int height(const depthwise *d, int64_t cols, int64_t left)
{
    int rows = (int)smaller(d->rows, left);
    while (d->kernels[rows - 1][cols - 1] == NULL)
        rows--;
    return rows;
}

/* Rows p0..p1-1 of the columns from q on, in `tiles` tiles of `cols` columns. The job goes to the
 * kernels by pointer and is changed a word at a time: a copy would be read in wider pieces than
 * were written, which stalls for longer than a tile takes. */
static void tiled_columns(const depthwise *d, const dw_job *start, int64_t q, int64_t tiles,
                          int64_t cols, int64_t p0, int64_t p1)
{
    if (tiles == 0)
        return;
    const int64_t x = q * d->problem.stride_w;
    dw_job job = *start;
    job.tiles = tiles;
    job.column = x - d->problem.pad_left;
    job.input += x * job.pixel;
    job.output += q * job.output_pixel;
    for (int64_t p = p0; p < p1;) {
        const int rows = height(d, cols, p1 - p);
        move_to(d, &job, p, rows);
        d->kernels[rows - 1][cols - 1](&job);
        job.output += rows * job.output_row;
        p += rows;
    }
}

static void tiled(const depthwise *d, const float *image, float *output, int64_t v, int64_t p0,
                  int64_t p1)
{
    const int64_t lanes = d->isa->lanes;
    const dw_job start = {
        .input = image + d->lane[v * lanes],
        .row = d->input.row,
        .pixel = d->input.pixel,
        .weights = d->weights + v * lanes * d->problem.r * d->problem.s,
        .output = output + d->to[v],
        .output_row = d->output.row,
        .output_pixel = d->output.pixel,
        .width = d->problem.w,
        .unusual = d->unusual,
    };
    tiled_columns(d, &start, 0, d->wide, d->cols + 1, p0, p1);
    tiled_columns(d, &start, d->wide * (d->cols + 1), d->narrow, d->cols, p0, p1);
}

static void general(const depthwise *d, const float *image, float *output, int64_t v, int64_t p0,
                    int64_t p1)
{
    const sb_problem *b = &d->problem;
    const int64_t lanes = d->isa->lanes;
    dw_general_job job = {
        .input = image,
        .lane = d->lane + v * lanes,
        .lanes = (int)smaller(lanes, b->k - first_channel(d, v)),
        .row = d->input.row * b->dilation_h,
        .pixel = d->input.pixel * b->dilation_w,
        .step = d->input.pixel * b->stride_w,
        .weights = d->weights + v * lanes * b->r * b->s,
        .output = output + d->to[v],
        .output_pixel = d->output.pixel,
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
        d->isa->depthwise->general(&job);
        job.output += d->output.row;
    }
}

void depthwise_rows(const depthwise *d, const float *image, float *output, int64_t v0, int64_t v1,
                    int64_t p0, int64_t p1)
{
    for (int64_t v = v0; v < v1; v++) {
        if (d->kernels != NULL && v < d->whole)
            tiled(d, image, output, v, p0, p1);
        else
            general(d, image, output, v, p0, p1);
    }
}

/*
 * Planes of channels, or parts of them. A core fetches ahead of what it writes, from plane to plane
 * where each is one tile, and would take the first lines of the next thread's planes from it. There
 * every other thread goes backward, away from its neighbour.
 */
static void run_planes(const depthwise *d, const float *input, float *output)
{
    const sb_problem *b = &d->problem;
    /* Rows are split only where there are too few channels to go round. */
    const int64_t planes = b->n * d->vectors;
    const bool one_tile = d->rows >= b->p && d->wide + d->narrow == 1;
    const bool backward = one_tile && omp_get_num_threads() > 1 && omp_get_thread_num() % 2 == 0;
    int64_t parts = 1;
    if (planes < 4 * b->threads && planes % b->threads != 0)
        parts = smaller(divide_up(4 * b->threads, planes), divide_up(b->p, larger(d->rows, 1)));
    const share mine = my_share(planes * parts);
    for (int64_t step = 0; step < mine.to - mine.from; step++) {
        const int64_t i = backward ? mine.to - 1 - step : mine.from + step;
        int64_t image = i / parts / d->vectors, v = i / parts % d->vectors;
        share rows = share_of(b->p, i % parts, parts);
        depthwise_rows(d, input + image * d->input.image,
                       output + image * d->output.image + rows.from * d->output.row, v, v + 1,
                       rows.from, rows.to);
    }
}

/* Rows of the images, numbered through, with all of their channels. */
static void run_rows(const depthwise *d, const float *input, float *output, share rows)
{
    const int64_t each = d->problem.p;
    for (int64_t i = rows.from, end; i < rows.to; i = end) {
        const int64_t image = i / each, p = i % each;
        end = smaller(rows.to, (image + 1) * each);
        depthwise_rows(d, input + image * d->input.image,
                       output + image * d->output.image + p * d->output.row, 0, d->vectors, p,
                       p + end - i);
    }
}

void depthwise_run(const depthwise *d, const float *input, float *output)
{
    if (d->row_pieces == 0)
        run_planes(d, input, output);
    for (int i = 0; i < d->row_pieces; i++) {
        const share piece = share_of(d->problem.n * d->problem.p, i, d->row_pieces);
        const share mine = my_share(piece.to - piece.from);
        run_rows(d, input, output, (share) { piece.from + mine.from, piece.from + mine.to });
    }
}
