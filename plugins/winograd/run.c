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
    const int64_t row = tile / own->tile_cols;
    spot s = {
        .image = row / own->tile_rows,
        .p = row % own->tile_rows * own->cut.y.out,
        .q = tile % own->tile_cols * own->cut.x.out,
    };
    s.rows = smaller(own->cut.y.out, own->conv.p - s.p);
    s.cols = smaller(own->cut.x.out, own->conv.q - s.q);
    return s;
}

static int channels_of(int64_t all, int64_t block)
{
    return (int)smaller(WINO_BLOCK, all - block * WINO_BLOCK);
}

/* ------------------------------------------------------------------------------------- input */

/* Distances of pixels, in floats. */
typedef struct grid {
    ptrdiff_t row, pixel;
} grid;

/* As the transform has them: its line may be a column. */
static grid turned(const wino *own, grid apart)
{
    return own->cut.turned ? (grid) { apart.pixel, apart.row } : apart;
}

/* Copies the input of a tile without gaps, with zeros for missing pixels and channels. */
static void copy_in(const wino *own, const float *image, int64_t y0, int64_t x0, int channels,
                    float *to)
{
    const conv *b = &own->conv;
    for (int i = 0; i < own->cut.y.in; i++) {
        for (int j = 0; j < own->cut.x.in; j++, to += WINO_BLOCK) {
            const int64_t y = y0 + i * b->stride_h, x = x0 + j * b->stride_w;
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

/* Transforms a block of channels for a piece of the filter; (y, x): its first input. */
static void transform_piece(const wino *own, const float *image, int64_t y, int64_t x, int channels,
                            float *to)
{
    const conv *b = &own->conv;
    const wino_axis *ay = &own->cut.y, *ax = &own->cut.x;
    const int64_t bottom = y + (ay->in - 1) * b->stride_h, right = x + (ax->in - 1) * b->stride_w;
    grid apart = { b->stride_h * own->input.row, b->stride_w * own->input.pixel };
    float whole[WINO_MAX_IN * WINO_MAX_IN * WINO_BLOCK];
    const float *from = image + y * own->input.row + x * own->input.pixel;
    if (y < 0 || x < 0 || bottom >= b->h || right >= b->w || channels != WINO_BLOCK) {
        copy_in(own, image, y, x, channels, whole);
        from = whole;
        apart = (grid) { (ptrdiff_t)ax->in * WINO_BLOCK, WINO_BLOCK };
    }
    apart = turned(own, apart);
    own->transform->input(from, apart.row, apart.pixel, to, own->input_step);
}

static void transform_tile(const wino *own, const task *t, int64_t block, int64_t tile)
{
    const conv *b = &own->conv;
    const wino_axis *ay = &own->cut.y, *ax = &own->cut.x;
    const spot s = spot_of(own, t->tiles.from + tile);
    const int64_t y = s.p * b->stride_h - b->pad_top, x = s.q * b->stride_w - b->pad_left;
    const int channels = own->input.padded ? WINO_BLOCK : channels_of(b->c, block);
    const float *image =
        t->all->input + s.image * own->input.image + view_channel(&own->input, block * WINO_BLOCK);
    for (int i = 0; i < wino_pieces(&own->cut); i++)
        transform_piece(
            own, image, y + i / ax->pieces * ay->apart, x + i % ax->pieces * ax->apart, channels,
            t->transformed + (i * own->piece_blocks + block) * t->pitch + tile * WINO_BLOCK);
}

static void transform_input(const wino *own, const task *t)
{
    const int64_t count = t->tiles.to - t->tiles.from;
    const share mine = share_of(own->piece_blocks * count, t->part, t->parts);
    for (int64_t i = mine.from; i < mine.to; i++)
        transform_tile(own, t, i / count, i % count);
}

/* ----------------------------------------------------------------------------------- product */

/* The pieces of the filter that have element xi. */
static const wino_list *list_of(const wino *own, int64_t xi)
{
    const int in_y = own->cut.y.in, in_x = own->cut.x.in;
    const bool y = in_y > 1 && xi / in_x == in_y - 1, x = in_x > 1 && xi % in_x == in_x - 1;
    return &own->lists[y][x];
}

static void multiply_panel(const wino *own, const task *t, int64_t xi, const wino_panel *panel)
{
    const wino_list *list = list_of(own, xi);
    const int64_t count = t->tiles.to - t->tiles.from;
    const int64_t parts = divide_up(count, gemm_max_pixels(own->isa, panel->vectors));
    float *product = t->product + xi * own->product_step;
    ptrdiff_t vectors[GEMM_MAX_VECTORS];
    gemm_job job = {
        .input = t->transformed + xi * own->input_step,
        .pixel = WINO_BLOCK,
        .taps = list->taps,
        .tap_count = list->count,
        .weights = own->weights + xi * own->weight_step + panel->weights,
        .ahead = own->ahead * panel->vectors * own->isa->lanes,
        .output_pixel = WINO_BLOCK,
        .output_vector = vectors,
        .lanes = panel->vectors * own->isa->lanes,
        .bias = own->bias != NULL && xi == own->transform->one ? own->bias + panel->channel : NULL,
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
    const int64_t elements = wino_elements(&own->cut);
    const share mine = share_of(elements * own->panel_count, t->part, t->parts);
    for (int64_t i = mine.from; i < mine.to; i++)
        multiply_panel(own, t, i / own->panel_count, &own->panels[i % own->panel_count]);
}

/* ------------------------------------------------------------------------------------ output */

/* Copies the pixels of a tile that lie inside the output. */
static void copy_pixels(const spot *s, const float *from, grid apart, float *to, grid to_apart)
{
    for (int64_t i = 0; i < s->rows; i++)
        for (int64_t j = 0; j < s->cols; j++)
            memcpy(to + i * to_apart.row + j * to_apart.pixel,
                   from + i * apart.row + j * apart.pixel, (size_t)s->channels * sizeof *to);
}

/* Transforms a tile whose pixels are so far apart. */
static void finish_whole(const wino *own, wino_square square, grid apart)
{
    apart = turned(own, apart);
    square.row = apart.row;
    square.pixel = apart.pixel;
    own->transform->output(&square);
}

/* Transforms a tile that lies only partly inside the output: into a buffer, from which the pixels
 * inside are then copied. */
static void finish_part(const wino *own, const spot *s, wino_square square, grid outside)
{
    const grid inside = { (ptrdiff_t)own->cut.x.out * WINO_BLOCK, WINO_BLOCK };
    float made[WINO_MAX_OUT * WINO_MAX_OUT * WINO_BLOCK], added[sizeof made / sizeof *made];
    float *const to = square.to;
    if (square.residual != NULL) {
        memset(added, 0, sizeof added);
        copy_pixels(s, square.residual, outside, added, inside);
        square.residual = added;
    }
    square.to = made;
    finish_whole(own, square, inside);
    copy_pixels(s, made, inside, to, outside);
}

static void finish_tile(const wino *own, const task *t, int64_t block, int64_t tile)
{
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
        .activation = own->conv.activation,
    };
    const grid apart = { own->output.row, own->output.pixel };
    if (s.rows == own->cut.y.out && s.cols == own->cut.x.out && s.channels == WINO_BLOCK)
        finish_whole(own, square, apart);
    else
        finish_part(own, &s, square, apart);
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
    const int64_t elements = wino_elements(&own->cut);
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
