/* SPDX-License-Identifier: Apache-2.0 */
#include "direct/dense.h"
#include "direct/share.h"

/* A block of tiles of one image and group, times a run of panels. */
typedef struct task {
    const float *input; /* of the image, at the group's first channel */
    float *output;
    const float *weights; /* of the group */
    int64_t channel;      /* of the output: the group's first */
    share tiles;          /* numbered along the rows, row after row */
    share panels;
} task;

/* Where a panel's vectors go, seen from its pixel. */
static void aim(const dense *d, gemm_job *job, int64_t channel, const dense_panel *panel)
{
    for (int n = 0; n < panel->vectors; n++) {
        int64_t k = channel + panel->channel + (int64_t)n * d->isa->lanes;
        job->output_vector[n] = view_channel(&d->output, k);
    }
    job->lanes = d->output.padded ? panel->vectors * d->isa->lanes : panel->lanes;
}

/* The filter rows that lie in the image for output row p. */
static share filter_rows(const sb_problem *b, int64_t p)
{
    const int64_t y = p * b->stride_h - b->pad_top;
    return (share) {
        .from = smaller(divide_up(larger(-y, 0), b->dilation_h), b->r),
        .to = smaller(divide_up(larger(b->h - y, 0), b->dilation_h), b->r),
    };
}

/* Tiles first..last-1 of output row p. `at` is where row p begins in the input. */
static void run_row(const dense *d, const task *t, gemm_job *job, int vectors, bool last_block,
                    int64_t at, int64_t p, int64_t first, int64_t last)
{
    gemm_function *const *kernels = d->kernels[vectors - 1];
    const share rows = filter_rows(&d->problem, p);
    float *output = t->output + p * d->output.row;
    for (int64_t i = first; i < last; i++) {
        const dense_tile *tile = &d->tiles[i];
        const dense_list *list = &d->lists[2 * tile->list + last_block];
        job->at = at + tile->input;
        job->taps = list->taps + list->start[rows.from];
        job->tap_count = list->start[larger(rows.from, rows.to)] - list->start[rows.from];
        job->output = output + tile->output;
        kernels[tile->pixels - 1](job);
    }
}

static void run_tiles(const dense *d, const task *t, gemm_job *job, int vectors, bool last,
                      int64_t shift)
{
    const sb_problem *b = &d->problem;
    int64_t p = t->tiles.from / d->tile_count;
    for (int64_t i = t->tiles.from; i < t->tiles.to; p++) {
        const int64_t row = p * d->tile_count;
        const int64_t end = smaller(t->tiles.to, row + d->tile_count);
        const int64_t at = shift + (p * b->stride_h - b->pad_top) * d->input.row;
        run_row(d, t, job, vectors, last, at, p, i - row, end - row);
        i = end;
    }
}

static void run_task(const dense *d, const task *t)
{
    gemm_job job = {
        .input = t->input,
        .pixel = d->input.pixel * d->problem.stride_w,
        .output_pixel = d->output.pixel,
    };
    const int64_t depth = d->blocking.channels * d->problem.r * d->problem.s;
    for (int64_t block = 0; block < d->channel_blocks; block++) {
        const int64_t shift = view_channel(&d->input, block * d->blocking.channels);
        const bool last = block == d->channel_blocks - 1;
        job.accumulate = block > 0;
        for (int64_t i = t->panels.from; i < t->panels.to; i++) {
            const dense_panel *panel = &d->panels[i];
            aim(d, &job, t->channel, panel);
            job.prefetch = d->streams_input && i == t->panels.from;
            job.weights =
                t->weights + panel->weights + block * depth * panel->vectors * d->isa->lanes;
            run_tiles(d, t, &job, panel->vectors, last, shift);
        }
    }
}

static int64_t parts_of(int64_t total, int64_t block)
{
    return divide_up(total, clamp(block, 1, total));
}

void dense_run(const dense *d, const float *input, float *output)
{
    const sb_problem *b = &d->problem;
    const int64_t tiles = b->p * d->tile_count;
    const int64_t panel_parts = parts_of(d->panel_count, d->blocking.panels);
    const int64_t outer = b->n * b->groups * panel_parts;
    int64_t tile_parts = parts_of(tiles, d->blocking.tiles);
    if (b->threads > 1 && outer * tile_parts < 4 * b->threads)
        tile_parts = smaller(tiles, divide_up(4 * b->threads, outer));

    share mine = my_share(outer * tile_parts);
    for (int64_t i = mine.from; i < mine.to; i++) {
        const int64_t group = i / panel_parts / tile_parts % b->groups;
        const int64_t image = i / panel_parts / tile_parts / b->groups;
        const task t = {
            .input =
                input + image * d->input.image + view_channel(&d->input, group * d->group_channels),
            .output = output + image * d->output.image,
            .weights = d->weights + group * d->group_weights,
            .channel = group * d->group_outputs,
            .tiles = share_of(tiles, i / panel_parts % tile_parts, tile_parts),
            .panels = share_of(d->panel_count, i % panel_parts, panel_parts),
        };
        run_task(d, &t);
    }
}

void dense_pixels(const dense *d, const float *input, float *output, int64_t pixels, int64_t panel0,
                  int64_t panel1)
{
    const int64_t count = divide_up(pixels, d->blocking.pixels);
    gemm_job job = {
        .input = input,
        .pixel = d->input.pixel,
        .taps = d->lists[1].taps,
        .tap_count = d->lists[1].start[1],
        .output_pixel = d->output.pixel,
    };
    for (int64_t i = panel0; i < panel1; i++) {
        const dense_panel *panel = &d->panels[i];
        aim(d, &job, 0, panel);
        job.weights = d->weights + panel->weights;
        for (int64_t t = 0; t < count; t++) {
            const share part = share_of(pixels, t, count);
            job.at = part.from * d->input.pixel;
            job.output = output + part.from * d->output.pixel;
            d->kernels[panel->vectors - 1][part.to - part.from - 1](&job);
        }
    }
}
