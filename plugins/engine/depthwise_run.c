/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/depthwise_cut.h"

#include <math.h>

#define FINISH(set, needs)  [VARIANT_##set] = dw_f32_finish__##set,
#define GENERAL(set, needs) [VARIANT_##set] = dw_f32_general__##set,
#define FEW(set, needs)     [VARIANT_##set] = dw_few__##set,

static dw_finish_function *const finish_kernels[VARIANT_COUNT] = { VARIANTS(FINISH) };
static dw_general_function *const general_kernels[VARIANT_COUNT] = { VARIANTS(GENERAL) };
static dw_row_function *const *const few_kernels[VARIANT_COUNT] = { VARIANTS(FEW) };

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

/* ---------------------------------------------------------------------------------- a phase */

/* A unit of work: several rows of one phase of an image, for one vector of channels, or for several
 * (depthwise.at_once). Distances are between pixels of the phase, in floats. */
typedef struct slice {
    int64_t v, vectors; /* from v on */
    dw_phase rows, columns;
    int64_t p0, p1; /* rows of the phase */
    const depthwise_method *by;
    const depthwise_columns *tiles;
    const float *input; /* the first input pixel of the phase */
    ptrdiff_t row, pixel;
    float *output; /* the first output pixel of row p0 */
    const float *residual;
    ptrdiff_t output_row, output_pixel;
    int lanes; /* channels to store */
} slice;

static const float *weights_of(const depthwise *d, const slice *at)
{
    return d->weights + at->v * d->isa->lanes * d->copies * d->conv.r * d->conv.s;
}

static const float *bias_of(const depthwise *d, const slice *at)
{
    return d->bias != NULL ? d->bias + at->v * d->isa->lanes : NULL;
}

/* Adds the residual and applies the activation to the stored outputs: `rows` x `cols` of them, from
 * `output` on. Does nothing if the tiles have done that already. */
static void finish(const depthwise *d, const slice *at, float *output, int64_t rows, int64_t cols)
{
    if (!d->finishes)
        return;
    dw_finish job = {
        .output = output,
        .residual = at->residual != NULL ? at->residual + (output - at->output) : NULL,
        .row = at->output_row,
        .pixel = at->output_pixel,
        .rows = rows,
        .cols = cols,
        .activation = d->conv.activation,
        .lanes = at->lanes,
    };
    for (int64_t i = 0; i < at->vectors; i++) {
        finish_kernels[d->isa->variant](&job);
        job.output += d->to_next;
        if (job.residual != NULL)
            job.residual += d->to_next;
    }
}

/* -------------------------------------------------------------------------------------- tiles */

/* Moves the job to tiles of `rows` output rows that begin at row p: sets the first input address
 * and which input rows lie inside the image. */
static void move_to(const depthwise *d, const slice *at, dw_job *job, int64_t p, int rows)
{
    const conv *b = &d->conv;
    const int64_t y = p * b->stride_h - at->rows.padding;
    const int64_t under = (rows - 1) * b->stride_h + b->r;
    job->first_row = (int)clamp(-y, 0, under);
    job->last_row = (int)clamp(at->rows.inputs - y, 0, under);
    job->at = y * job->row - at->columns.padding * job->pixel;
}

/* Computes the columns from q on, in `tiles` tiles of `cols` columns. One job is updated in place
 * for all calls of the kernels. A copy of it would be made with loads that are wider than the
 * stores before them; that defeats store forwarding and stalls for longer than a tile takes. */
static void tiled_columns(const depthwise *d, const slice *at, dw_job *job, int64_t q,
                          int64_t tiles, int64_t cols)
{
    if (tiles == 0)
        return;
    const int64_t x = q * d->conv.stride_w;
    job->tiles = tiles;
    job->column = x - at->columns.padding;
    job->input = at->input + x * job->pixel;
    job->output = at->output + q * job->output_pixel;
    const int most = depthwise_highest(d->kernels, cols, at->by->rows);
    for (int64_t p = at->p0; p < at->p1;) {
        const int64_t left = at->p1 - p;
        const int rows = left >= most ? most : depthwise_highest(d->kernels, cols, left);
        move_to(d, at, job, p, rows);
        d->kernels[rows - 1][cols - 1](job);
        finish(d, at, job->output, rows, tiles * cols);
        job->output += rows * job->output_row;
        p += rows;
    }
}

/* Begins a job for tiles of the slice. */
static dw_job start_tiles(const depthwise *d, const slice *at)
{
    return (dw_job) {
        .row = at->row,
        .pixel = at->pixel,
        .weights = weights_of(d, at),
        .bias = bias_of(d, at),
        .output_row = at->output_row,
        .output_pixel = at->output_pixel,
        .bounds = bounds_of(d),
        .vectors = at->vectors,
        .input_vector = d->from_next,
        .output_vector = d->to_next,
        .width = at->columns.inputs,
        .unusual = d->unusual,
    };
}

static void by_tiles(const depthwise *d, const slice *at)
{
    const depthwise_columns *by = at->tiles;
    dw_job job = start_tiles(d, at);
    tiled_columns(d, at, &job, 0, by->wide, by->cols + 1);
    tiled_columns(d, at, &job, by->wide * (by->cols + 1), by->narrow, by->cols);
}

/* --------------------------------------------------------------------------------------- rows */

/* Begins a job for all rows of the slice: sets the members that are the same whether rows or
 * columns are computed. */
static dw_row_job start_rows(const depthwise *d, const slice *at)
{
    return (dw_row_job) {
        .input = at->input,
        .spread = &d->spread[at->v * d->copies],
        .copies = d->copies,
        .weights = weights_of(d, at),
        .bias = bias_of(d, at),
        .bounds = bounds_of(d),
        .output = at->output,
        .lanes = at->lanes,
        .vectors = at->vectors,
        .input_vector = d->from_next,
        .output_vector = d->to_next,
        .filter = d->conv.r * d->conv.s * d->isa->lanes,
        .pieces = at->by->pieces.count,
        .rest = at->by->pieces.rest,
    };
}

static const dw_rows *kernels_of(const depthwise *d, const slice *at)
{
    return depthwise_row_kernels(
        d->isa, depthwise_row_kind(d->isa, &d->input, depthwise_is_spread(d, at->v)));
}

static dw_row_function *row_kernel(const depthwise *d, const slice *at, int cols)
{
    if (at->vectors > 1 && depthwise_is_few(&d->conv, at->by, cols))
        return few_kernels[d->isa->variant][cols - 1];
    const dw_pieces *by = &at->by->pieces;
    return kernels_of(d, at)->of[by->of][by->stride][cols - 1];
}

/* Begins a job for rows of the slice; which rows, and how many at a time, is set later. */
static dw_row_job start_by_rows(const depthwise *d, const slice *at)
{
    const conv *b = &d->conv;
    const ptrdiff_t tap = at->by->pieces.stride > 0 ? 1 : b->dilation_w; /* pixels of the phase */
    dw_row_job job = start_rows(d, at);
    job.row = at->row;
    job.pixel = at->pixel;
    job.tap = at->pixel * tap;
    job.step = at->pixel * b->stride_w;
    job.output_row = at->output_row;
    job.output_pixel = at->output_pixel;
    job.outputs = at->columns.outputs;
    job.tiles = at->tiles->narrow;
    job.taps = b->s;
    job.stride_y = b->stride_h;
    job.dilation_y = b->dilation_h;
    job.filter_rows = b->r;
    job.input_row = b->dilation_h * job.row;
    job.filter_row = d->copies * b->s * d->isa->lanes;
    job.height = b->h;
    job.x = -at->columns.padding;
    job.stride_x = b->stride_w;
    job.dilation_x = tap;
    job.width = at->columns.inputs;
    return job;
}

/* Computes the slice by rows: all in one job, or one row at a time if each must be finished while
 * it is in L1, and the image is too large for that. */
static void by_rows(const depthwise *d, const slice *at)
{
    const conv *b = &d->conv;
    dw_row_job job = start_by_rows(d, at);
    job.rows = d->finishes && d->at_once == 1 ? 1 : at->p1 - at->p0;
    for (int64_t p = at->p0; p < at->p1; p += job.rows) {
        job.y = p * b->stride_h - b->pad_top;
        row_kernel(d, at, at->tiles->cols)(&job);
        finish(d, at, job.output, job.rows, job.outputs);
        job.output += job.rows * job.output_row;
    }
}

/* Computes the slice by columns: exchanges rows and columns, so that the rows of the slice are the
 * columns of the job. */
static void by_columns(const depthwise *d, const slice *at)
{
    const conv *b = &d->conv;
    const int64_t rows = at->p1 - at->p0;
    const depthwise_columns tiles =
        rows == b->p ? *at->tiles
                     : depthwise_cut_row(kernels_of(d, at), at->by->pieces, rows, at->by->cols);
    dw_row_job job = start_rows(d, at);
    job.row = at->pixel;
    job.pixel = at->row;
    job.tap = at->row;
    job.step = at->row * b->stride_h;
    job.output_row = at->output_pixel;
    job.output_pixel = at->output_row;
    job.rows = b->q;
    job.outputs = rows;
    job.tiles = tiles.narrow;
    job.taps = b->r;
    job.y = -b->pad_left;
    job.stride_y = b->stride_w;
    job.dilation_y = b->dilation_w;
    job.filter_rows = b->s;
    job.input_row = job.row;
    job.filter_row = d->copies * b->r * d->isa->lanes;
    job.height = b->w;
    job.x = at->p0 * b->stride_h - b->pad_top;
    job.stride_x = b->stride_h;
    job.dilation_x = b->dilation_h;
    job.width = b->h;
    row_kernel(d, at, tiles.cols)(&job);
    finish(d, at, job.output, rows, b->q);
}

/* ------------------------------------------------------------------------------------- pixels */

/* Computes the slice with the general kernel. `t` points to the image, its output to row p0. */
static void by_pixels(const depthwise *d, const tensors *t, const slice *at)
{
    const int64_t v = at->v;
    const conv *b = &d->conv;
    const int64_t lanes = d->isa->lanes;
    dw_general_job job = {
        .input = t->input,
        .lane = d->lane + v * lanes,
        .lanes = at->lanes,
        .row = d->input.row * b->dilation_h,
        .pixel = d->input.pixel * b->dilation_w,
        .step = d->input.pixel * b->stride_w,
        .weights = weights_of(d, at),
        .bias = bias_of(d, at),
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
    job.contiguous = depthwise_is_plain(b) && d->input.per_block >= lanes && at->lanes == lanes;
    for (int64_t p = at->p0; p < at->p1; p++) {
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

/* ------------------------------------------------------------------------------------- vectors */

static void run_slice(const depthwise *d, const slice *at)
{
    if (at->by->way == DW_BY_TILES)
        by_tiles(d, at);
    else if (at->by->turned)
        by_columns(d, at);
    else
        by_rows(d, at);
}

/* The offsets of a phase in input and output. */
typedef struct place {
    int64_t input, output;
} place;

/* Makes a slice of the rows of an image one of phase i of it. False if that has none of them. */
static bool set_phase(const depthwise *d, slice *at, int64_t i, place *to)
{
    const conv *b = &d->conv;
    const int64_t p0 = at->p0, p1 = at->p1, high = at->by->high, wide = at->by->wide;
    const int64_t shorter = b->q % wide;
    const int64_t a = (i / wide - p0 % high + high) % high; /* rows from p0 to the phase's */
    const int64_t e = i % wide;
    at->row *= high;
    at->pixel *= wide;
    at->output_row *= high;
    at->output_pixel *= wide;
    at->rows = depthwise_phase(b->h, b->p, b->pad_top, high, i / wide);
    at->columns = depthwise_phase(b->w, b->q, b->pad_left, wide, e);
    at->tiles = &at->by->columns[shorter > 0 && e >= shorter];
    at->p0 = (p0 + a) / high;
    at->p1 = divide_up(larger(p1 - i / wide, 0), high);
    to->input = at->rows.first * d->input.row + at->columns.first * d->input.pixel;
    to->output = a * d->output.row + e * d->output.pixel;
    return at->p0 < at->p1 && at->columns.outputs > 0;
}

/* Computes one vector of channels phase by phase. `image` points to the vector's first input
 * channel. */
static void run_phases(const depthwise *d, const tensors *t, const slice *start, const float *image)
{
    place to;
    for (int64_t i = 0; i < start->by->high * start->by->wide; i++) {
        slice at = *start;
        if (!set_phase(d, &at, i, &to))
            continue;
        const tensors phase = tensors_at(t, to.input, d->to[at.v] + to.output);
        at.input = image + to.input;
        at.output = phase.output;
        at.residual = phase.residual;
        run_slice(d, &at);
    }
}

/* Makes the slice one of the only phase of a convolution without dilation. */
static void set_whole(const depthwise *d, slice *at)
{
    const conv *b = &d->conv;
    at->rows.inputs = b->h;
    at->rows.padding = b->pad_top;
    at->columns.inputs = b->w;
    at->columns.outputs = b->q;
    at->columns.padding = b->pad_left;
    at->tiles = at->by->columns;
}

/*
 * The same for a convolution without dilation, which has a single phase. It needs no divisions,
 * which would take as long as a small tile, and it changes the slice in place, because a copy would
 * stall as in tiled_columns().
 */
static void run_whole(const depthwise *d, const tensors *t, slice *at, const float *image)
{
    set_whole(d, at);
    at->input = image;
    at->output = t->output + d->to[at->v];
    at->residual = t->residual != NULL ? t->residual + d->to[at->v] : NULL;
    run_slice(d, at);
}

/* Rows p0..p1-1 of one vector of channels, or of several. */
static slice start_slice(const depthwise *d, int64_t v, int64_t vectors, int64_t p0, int64_t p1)
{
    const int64_t lanes = d->isa->lanes;
    const bool whole = v < d->whole;
    return (slice) {
        .v = v,
        .vectors = vectors,
        .p0 = p0,
        .p1 = p1,
        .by = whole ? &d->whole_by : &d->partial_by,
        .row = d->input.row,
        .pixel = d->input.pixel,
        .output_row = d->output.row,
        .output_pixel = d->output.pixel,
        .lanes = (int)(whole ? lanes : smaller(lanes, d->conv.k - v * lanes)),
    };
}

static void run_vectors(const depthwise *d, const tensors *t, int64_t v, int64_t vectors,
                        int64_t p0, int64_t p1)
{
    slice at = start_slice(d, v, vectors, p0, p1);
    const float *image = t->input + (depthwise_is_spread(d, v) ? 0 : d->lane[v * d->isa->lanes]);
    if (at.by->way == DW_BY_PIXELS)
        by_pixels(d, t, &at);
    else if (at.by->high * at.by->wide == 1)
        run_whole(d, t, &at, image);
    else
        run_phases(d, t, &at, image);
}

/* What the tiles of vectors v0..v1-1, which have all lanes, have in common. */
typedef struct turns {
    int64_t v0, v1;
    int rows; /* of the present tiles */
    slice at;
    dw_job job;
} turns;

/* How many vectors from `v` on one call can compute, of those before `v1`. */
static int64_t vectors_at_once(const depthwise *d, int64_t v, int64_t v1)
{
    return v < d->even ? smaller(d->even, v1) - v : 1;
}

/* finish() for a tile of the slice's vectors that begins at `output`. `residual` begins with the
 * tile, at the first vector of all; NULL: none. */
static void finish_tile(const depthwise *d, slice *at, const float *residual, float *output,
                        int64_t rows, int64_t cols)
{
    at->output = output;
    at->residual = residual != NULL ? residual + d->to[at->v] : NULL;
    finish(d, at, output, rows, cols);
}

/* The vectors compute the tile of `cols` columns at column q, one after the other. */
static void run_turn(const depthwise *d, const tensors *t, turns *own, int64_t q, int cols)
{
    slice *at = &own->at;
    dw_job *job = &own->job;
    dw_function *kernel = d->kernels[own->rows - 1][cols - 1];
    const int64_t x = q * d->conv.stride_w;
    const tensors tile = tensors_at(t, x * job->pixel, q * job->output_pixel);
    job->column = x - at->columns.padding;
    for (at->v = own->v0; at->v < own->v1; at->v += at->vectors) {
        at->vectors = job->vectors = vectors_at_once(d, at->v, own->v1);
        job->input = tile.input + d->lane[at->v * d->isa->lanes];
        job->output = tile.output + d->to[at->v];
        job->weights = weights_of(d, at);
        job->bias = bias_of(d, at);
        kernel(job);
        finish_tile(d, at, tile.residual, job->output, own->rows, cols);
    }
}

/* Rows that tiles of all widths can compute together, of those left. */
static int turn_rows(const depthwise *d, const slice *at, int64_t left)
{
    const depthwise_columns *by = at->tiles;
    int rows = (int)smaller(left, at->by->rows);
    if (by->narrow > 0)
        rows = depthwise_highest(d->kernels, by->cols, rows);
    return by->wide > 0 ? depthwise_highest(d->kernels, by->cols + 1, rows) : rows;
}

/* Computes a slice of vectors with all lanes, tile by tile. `t` begins with its first pixels. */
static void run_tile_turns(const depthwise *d, const tensors *t, int64_t v0, int64_t v1,
                           const slice *at)
{
    const depthwise_columns *by = at->tiles;
    turns own = { .v0 = v0, .v1 = v1, .at = *at };
    own.job = start_tiles(d, at);
    own.job.tiles = 1;
    for (int64_t p = at->p0; p < at->p1; p += own.rows) {
        const tensors strip = tensors_at(t, 0, (p - at->p0) * at->output_row);
        own.rows = turn_rows(d, at, at->p1 - p);
        move_to(d, &own.at, &own.job, p, own.rows);
        for (int64_t i = 0, q = 0; i < by->wide + by->narrow; i++) {
            const int cols = by->cols + (i < by->wide);
            run_turn(d, &strip, &own, q, cols);
            q += cols;
        }
    }
}

/* The vectors compute the outputs from column q on, as many as the job has, one after the other. */
static void run_row_turn(const depthwise *d, const tensors *t, slice *at, dw_row_job *job,
                         int64_t v1, int64_t q)
{
    const int64_t v0 = at->v;
    dw_row_function *kernel = row_kernel(d, at, at->tiles->cols);
    const tensors tile = tensors_at(t, 0, q * at->output_pixel);
    job->x = q * d->conv.stride_w - at->columns.padding;
    for (; at->v < v1; at->v += at->vectors) {
        at->vectors = job->vectors = vectors_at_once(d, at->v, v1);
        job->input = tile.input + d->lane[at->v * d->isa->lanes];
        job->output = tile.output + d->to[at->v];
        job->weights = weights_of(d, at);
        job->bias = bias_of(d, at);
        kernel(job);
        finish_tile(d, at, tile.residual, job->output, 1, job->outputs);
    }
    at->v = v0;
}

/* The same by rows of outputs. */
static void run_row_turns(const depthwise *d, const tensors *t, int64_t v1, slice *at)
{
    const conv *b = &d->conv;
    dw_row_job job = start_by_rows(d, at);
    job.rows = job.tiles = 1;
    job.outputs = at->tiles->cols;
    for (int64_t p = at->p0; p < at->p1; p++) {
        const tensors row = tensors_at(t, 0, (p - at->p0) * at->output_row);
        job.y = p * b->stride_h - b->pad_top;
        for (int64_t i = 0; i < at->tiles->narrow; i++) /* the last tile may overlap */
            run_row_turn(d, &row, at, &job, v1,
                         smaller(i * job.outputs, at->columns.outputs - job.outputs));
    }
}

/* Rows p0..p1-1 of vectors with all lanes. */
static void run_turns(const depthwise *d, const tensors *t, int64_t v0, int64_t v1, int64_t p0,
                      int64_t p1)
{
    place to;
    for (int64_t i = 0; i < d->whole_by.high * d->whole_by.wide; i++) {
        slice at = start_slice(d, v0, 1, p0, p1);
        if (!set_phase(d, &at, i, &to))
            continue;
        const tensors phase = tensors_at(t, to.input, to.output);
        if (at.by->way == DW_BY_TILES)
            run_tile_turns(d, &phase, v0, v1, &at);
        else
            run_row_turns(d, &phase, v1, &at);
    }
}

void depthwise_rows(const depthwise *d, const tensors *t, int64_t v0, int64_t v1, int64_t p0,
                    int64_t p1)
{
    const int64_t whole = smaller(v1, d->whole);
    if (d->in_turn && whole > v0 + 1) {
        run_turns(d, t, v0, whole, p0, p1);
        v0 = whole;
    }
    for (int64_t v = v0, together; v < v1; v += together) {
        together = smaller(vectors_at_once(d, v, v1), d->at_once);
        run_vectors(d, t, v, together, p0, p1);
    }
}
