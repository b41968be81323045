/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/share.h"
#include "winograd/wino.h"

#include <omp.h>
#include <string.h>

/* A block of tiles, and which part of the work of each phase this thread does. */
typedef struct task {
    const tensors *all;
    float *transformed, *product;
    share tiles;   /* numbered row by row through all images */
    int64_t pitch; /* floats from one channel block of the scratch to the next */
    int part, parts;
} task;

/* Where a tile lies in the output, and how much of it lies inside. */
typedef struct spot {
    int64_t image, p, q;
    int64_t rows, cols;
    int channels; /* of the channel block; set by finish_tile() */
} spot;

static spot spot_of(const wino *own, int64_t tile)
{
    const int64_t out = own->transform->out;
    const int64_t row = tile / own->tile_cols;
    spot s = {
        .image = row / own->tile_rows,
        .p = row % own->tile_rows * out,
        .q = tile % own->tile_cols * out,
    };
    s.rows = smaller(out, own->conv.p - s.p);
    s.cols = smaller(out, own->conv.q - s.q);
    return s;
}

static int channels_of(int64_t all, int64_t block)
{
    return (int)smaller(WINO_BLOCK, all - block * WINO_BLOCK);
}

/* ------------------------------------------------------------------------------------- input */

/* Copies the input of a tile into a whole square, with zeros for missing pixels and channels. */
static void copy_in(const wino *own, const float *image, int64_t y0, int64_t x0, int channels,
                    float *to)
{
    const conv *b = &own->conv;
    const int in = own->transform->in;
    for (int i = 0; i < in; i++) {
        for (int j = 0; j < in; j++, to += WINO_BLOCK) {
            const int64_t y = y0 + i, x = x0 + j;
            const bool there = y >= 0 && y < b->h && x >= 0 && x < b->w;
            const float *from = image + y * own->input.row + x * own->input.pixel;
            if (there && channels == WINO_BLOCK) {
                memcpy(to, from, WINO_BLOCK * sizeof *to);
                continue;
            }
            memset(to, 0, WINO_BLOCK * sizeof *to);
            if (there)
                memcpy(to, from, (size_t)channels * sizeof *to);
        }
    }
}

static void transform_tile(const wino *own, const task *t, int64_t block, int64_t tile)
{
    const conv *b = &own->conv;
    const wino_transform *f = own->transform;
    const spot s = spot_of(own, t->tiles.from + tile);
    const int64_t y = s.p - b->pad_top, x = s.q - b->pad_left;
    const int channels = own->input.padded ? WINO_BLOCK : channels_of(b->c, block);
    const float *image =
        t->all->input + s.image * own->input.image + view_channel(&own->input, block * WINO_BLOCK);
    float *to = t->transformed + block * t->pitch + tile * WINO_BLOCK;

    if (y >= 0 && x >= 0 && y + f->in <= b->h && x + f->in <= b->w && channels == WINO_BLOCK) {
        f->input(image + y * own->input.row + x * own->input.pixel, own->input.row,
                 own->input.pixel, to, own->input_step);
        return;
    }
    float whole[WINO_MAX_IN * WINO_MAX_IN * WINO_BLOCK];
    copy_in(own, image, y, x, channels, whole);
    f->input(whole, (ptrdiff_t)f->in * WINO_BLOCK, WINO_BLOCK, to, own->input_step);
}

static void transform_input(const wino *own, const task *t)
{
    const int64_t count = t->tiles.to - t->tiles.from;
    const share mine = share_of(own->in_blocks * count, t->part, t->parts);
    for (int64_t i = mine.from; i < mine.to; i++)
        transform_tile(own, t, i / count, i % count);
}

/* ----------------------------------------------------------------------------------- product */

static void multiply_panel(const wino *own, const task *t, int64_t xi, const wino_panel *panel)
{
    const int64_t count = t->tiles.to - t->tiles.from;
    const int64_t parts = divide_up(count, gemm_max_pixels(own->isa, panel->vectors));
    float *product = t->product + xi * own->product_step;
    ptrdiff_t vectors[GEMM_MAX_VECTORS];
    gemm_job job = {
        .input = t->transformed + xi * own->input_step,
        .pixel = WINO_BLOCK,
        .taps = own->taps,
        .tap_count = own->in_blocks,
        .weights = own->weights + xi * own->weight_step + panel->weights,
        .ahead = own->ahead * panel->vectors * own->isa->lanes,
        .output_pixel = WINO_BLOCK,
        .output_vector = vectors,
        .lanes = panel->vectors * own->isa->lanes,
        .bias = own->bias != NULL && xi == WINO_ALL(own->transform->out)
                    ? own->bias + panel->channel
                    : NULL,
    };
    for (int n = 0; n < panel->vectors; n++) {
        const int64_t k = panel->channel + (int64_t)n * own->isa->lanes;
        vectors[n] = k / WINO_BLOCK * t->pitch + k % WINO_BLOCK;
    }
    for (int64_t i = 0; i < parts; i++) {
        const share tiles = share_of(count, i, parts);
        job.at = tiles.from * WINO_BLOCK;
        job.output = product + tiles.from * WINO_BLOCK;
        own->products->of[panel->vectors - 1][tiles.to - tiles.from - 1](&job);
    }
}

static void multiply(const wino *own, const task *t)
{
    const int64_t elements = (int64_t)own->transform->in * own->transform->in;
    const share mine = share_of(elements * own->panel_count, t->part, t->parts);
    for (int64_t i = mine.from; i < mine.to; i++)
        multiply_panel(own, t, i / own->panel_count, &own->panels[i % own->panel_count]);
}

/* ------------------------------------------------------------------------------------ output */

/* Distances of pixels, in floats. */
typedef struct grid {
    ptrdiff_t row, pixel;
} grid;

/* Copies the pixels of a tile that lie inside the output. */
static void copy_pixels(const spot *s, const float *from, grid apart, float *to, grid to_apart)
{
    for (int64_t i = 0; i < s->rows; i++)
        for (int64_t j = 0; j < s->cols; j++)
            memcpy(to + i * to_apart.row + j * to_apart.pixel,
                   from + i * apart.row + j * apart.pixel, (size_t)s->channels * sizeof *to);
}

/* Transforms a tile that lies only partly inside the output: into a buffer, from which the pixels
 * inside are then copied. */
static void finish_part(const wino *own, const spot *s, wino_square square)
{
    const grid outside = { square.row, square.pixel };
    const grid inside = { (ptrdiff_t)own->transform->out * WINO_BLOCK, WINO_BLOCK };
    float made[WINO_MAX_OUT * WINO_MAX_OUT * WINO_BLOCK], added[sizeof made / sizeof *made];
    float *const to = square.to;
    if (square.residual != NULL) {
        memset(added, 0, sizeof added);
        copy_pixels(s, square.residual, outside, added, inside);
        square.residual = added;
    }
    square.to = made;
    square.row = inside.row;
    square.pixel = inside.pixel;
    own->transform->output(&square);
    copy_pixels(s, made, inside, to, outside);
}

static void finish_tile(const wino *own, const task *t, int64_t block, int64_t tile)
{
    const wino_transform *f = own->transform;
    spot s = spot_of(own, t->tiles.from + tile);
    s.channels = own->output.padded ? WINO_BLOCK : channels_of(own->conv.k, block);
    const tensors at =
        tensors_at(t->all, 0,
                   s.image * own->output.image + view_channel(&own->output, block * WINO_BLOCK) +
                       s.p * own->output.row + s.q * own->output.pixel);
    const wino_square square = {
        .from = t->product + block * t->pitch + tile * WINO_BLOCK,
        .step = own->product_step,
        .to = at.output,
        .residual = at.residual,
        .row = own->output.row,
        .pixel = own->output.pixel,
        .activation = own->conv.activation,
    };
    if (s.rows == f->out && s.cols == f->out && s.channels == WINO_BLOCK)
        f->output(&square);
    else
        finish_part(own, &s, square);
}

static void transform_output(const wino *own, const task *t)
{
    const int64_t count = t->tiles.to - t->tiles.from;
    const share mine = share_of(own->out_blocks * count, t->part, t->parts);
    for (int64_t i = mine.from; i < mine.to; i++)
        finish_tile(own, t, i / count, i % count);
}

/* --------------------------------------------------------------------------------------- run */

/* Threads that share a block wait here until all have finished the current phase. The barrier binds
 * to the innermost enclosing parallel region, which is in the caller of wino_run(). */
static void meet(const task *t)
{
    if (t->parts > 1) {
#pragma omp barrier
    }
}

static void run_block(const wino *own, task *t, int64_t block)
{
    t->tiles = share_of(own->tiles, block, own->block_count);
    transform_input(own, t);
    meet(t);
    multiply(own, t);
    meet(t);
    transform_output(own, t);
}

void wino_run(const wino *own, const tensors *all)
{
    const int64_t elements = (int64_t)own->transform->in * own->transform->in;
    const int thread = omp_get_thread_num(), threads = omp_get_num_threads();
    share blocks = { 0, own->block_count };
    task t = {
        .all = all,
        .transformed = own->scratch,
        .pitch = divide_up(own->tiles, own->block_count) * WINO_BLOCK,
        .part = thread,
        .parts = threads,
    };
    if (!own->together) {
        blocks = share_of(own->block_count, thread, threads);
        t.transformed += thread * scratch_pitch(own->scratch_floats);
        t.part = 0;
        t.parts = 1;
    }
    t.product = t.transformed + elements * own->input_step;
    for (int64_t i = blocks.from; i < blocks.to; i++) {
        run_block(own, &t, i);
        meet(&t);
    }
}
