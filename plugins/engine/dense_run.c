/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/dense.h"

/* A block of tiles of one image and group, times a run of panels. There are many small ones: the
 * plan computes in advance whatever it can, because a division costs as much as 20
 * multiply-adds. */
typedef struct task {
    tensors at;           /* the image, at the group's first channel */
    const float *weights; /* of the group */
    const float *bias;    /* likewise; NULL: none */
    share tiles;          /* numbered along the rows, row after row */
    share panels;
} task;

/* The prefetch distance of a panel's weights. */
static ptrdiff_t weights_ahead(const dense *d, const dense_panel *panel)
{
    return d->ahead * panel->vectors * d->isa->lanes;
}

/* That of a panel; `bias` is a group's, or NULL. */
static const float *bias_of(const float *bias, const dense_panel *panel)
{
    return bias != NULL ? bias + panel->channel : NULL;
}

/* The offsets of a panel's vectors from its pixel, and the prefetch distance of its weights. */
static void aim(const dense *d, gemm_job *job, const dense_panel *panel)
{
    job->ahead = weights_ahead(d, panel);
    job->output_vector = panel->output;
    job->lanes = panel->stored;
}

/* Advances to the tile this many floats further in the output. */
static void move_by(gemm_job *job, int64_t floats)
{
    job->output += floats;
    for (int i = 0; i < job->addend_count; i++)
        job->addends[i].at += floats;
}

/* A row of output, for one panel and block of channels. */
typedef struct row {
    int64_t p;
    int64_t at; /* where it begins in the input */
    const dense_panel *panel;
    const float *addend; /* initial values of the sums, laid out as the output; NULL: none */
    bool last_block;
    bool fetches; /* the input of the next tile */
} row;

/* Tiles first..last-1 of a row, all of one span. */
static void run_span(const dense *d, const task *t, gemm_job *job, const row *r,
                     const dense_span *span, int64_t first, int64_t last)
{
    const conv *b = &d->conv;
    const dense_list *list = &d->lists[2 * span->list + r->last_block];
    const share rows = d->rows[r->p];
    const int64_t column = span->column + (first - span->tile) * span->pixels;
    gemm_function *kernel = r->panel->kernels[span->pixels - 1];
    job->taps = list->taps + list->start[rows.from];
    job->tap_count = list->start[rows.to] - list->start[rows.from];
    job->uneven = list->uneven;
    job->at = r->at + (column * b->stride_w - b->pad_left) * d->input.pixel;
    job->output = t->at.output;
    job->addends[0] = (gemm_addend) { r->addend, r->panel->output };
    move_by(job, r->p * d->output.row + column * d->output.pixel);
    for (int64_t i = first; i < last; i++) {
        if (r->fetches)
            job->ahead = job->input + job->at + span->pixels * job->pixel - job->weights;
        kernel(job);
        job->at += span->pixels * job->pixel;
        move_by(job, span->pixels * d->output.pixel);
    }
}

/* Tiles first..last-1 of a row. */
static void run_row(const dense *d, const task *t, gemm_job *job, const row *r, int64_t first,
                    int64_t last)
{
    const dense_span *span = d->spans;
    for (int64_t i = first; i < last; span++) {
        const int64_t end = smaller(last, span[1].tile);
        if (end <= i)
            continue;
        run_span(d, t, job, r, span, i, end);
        i = end;
    }
}

/* `shift`: from the input's first channel to the block's. */
static void run_tiles(const dense *d, const task *t, gemm_job *job, row r, int64_t shift)
{
    const conv *b = &d->conv;
    r.p = b->p > 1 ? t->tiles.from / d->tile_count : 0;
    for (int64_t i = t->tiles.from; i < t->tiles.to; r.p++) {
        const int64_t begin = r.p * d->tile_count;
        const int64_t end = smaller(t->tiles.to, begin + d->tile_count);
        r.at = shift + (r.p * b->stride_h - b->pad_top) * d->input.row;
        run_row(d, t, job, &r, i - begin, end - begin);
        i = end;
    }
}

/* The sums of the first block of channels start with bias and residual, those of the others with
 * the present output; the last block applies the activation. */
static void begin_block(const dense *d, const task *t, gemm_job *job, row *r, int64_t block)
{
    r->last_block = block == d->channel_blocks - 1;
    r->addend = block == 0 ? t->at.residual : t->at.output;
    job->addend_count = r->addend != NULL;
    job->activation = r->last_block ? d->conv.activation : SB_ACTIVATION_NONE;
}

static void run_task(const dense *d, const task *t)
{
    gemm_job job = {
        .input = t->at.input,
        .pixel = d->input.pixel * d->conv.stride_w,
        .output_pixel = d->output.pixel,
    };
    const int64_t depth = d->blocking.channels * d->conv.r * d->conv.s;
    int64_t shift = 0;
    row r = { 0 };
    for (int64_t block = 0; block < d->channel_blocks; block++) {
        begin_block(d, t, &job, &r, block);
        for (int64_t i = t->panels.from; i < t->panels.to; i++) {
            const dense_panel *panel = r.panel = &d->panels[i];
            aim(d, &job, panel);
            job.prefetch = d->streams_input && i == t->panels.from;
            r.fetches = d->fetches && i == t->panels.from;
            job.bias = block == 0 ? bias_of(t->bias, panel) : NULL;
            job.weights =
                t->weights + panel->weights + block * depth * panel->vectors * d->isa->lanes;
            run_tiles(d, t, &job, r, shift);
        }
        if (!r.last_block)
            shift = view_channel(&d->input, (block + 1) * d->blocking.channels);
    }
}

/* All blocks of `tiles` of one image and group times `panels`. */
static void run_blocks(const dense *d, task *t, share tiles, share panels)
{
    const dense_blocking *by = &d->blocking;
    for (int64_t i = tiles.from; i < tiles.to; i += by->tiles) {
        t->tiles = (share) { .from = i, .to = smaller(i + by->tiles, tiles.to) };
        for (int64_t j = panels.from; j < panels.to; j += by->panels) {
            t->panels = (share) { .from = j, .to = smaller(j + by->panels, panels.to) };
            run_task(d, t);
        }
    }
}

/* A task for one image and group, without tiles and panels. */
static task task_of(const dense *d, const tensors *all, int64_t image, int64_t group)
{
    const int64_t from = view_channel(&d->input, group * d->group_channels);
    const int64_t to = view_channel(&d->output, group * d->group_outputs);
    return (task) {
        .at = tensors_at(all, image * d->input.image + from, image * d->output.image + to),
        .weights = d->weights + group * d->group_weights,
        .bias = d->bias != NULL ? d->bias + group * d->group_bias : NULL,
    };
}

/* Tiles of one image, block by block, each for all groups. */
static void run_joined(const dense *d, const tensors *all, int64_t image, share tiles, share panels)
{
    for (int64_t i = tiles.from; i < tiles.to; i += d->blocking.tiles) {
        const share block = { .from = i, .to = smaller(i + d->blocking.tiles, tiles.to) };
        task t = task_of(d, all, image, 0);
        for (int64_t group = 0; group < d->conv.groups; group++) {
            run_blocks(d, &t, block, panels);
            t.at = tensors_at(&t.at, d->group_channels, d->group_outputs);
            t.weights += d->group_weights;
            if (t.bias != NULL)
                t.bias += d->group_bias;
        }
    }
}

/* Tiles as dense_tiles() counts them, numbered consecutively, times panels. */
static void run_part(const dense *d, const tensors *all, share tiles, share panels)
{
    const conv *b = &d->conv;
    const int64_t each = b->p * d->tile_count;
    for (int64_t i = tiles.from; i < tiles.to;) {
        const int64_t plane = i / each, start = plane * each;
        const int64_t end = smaller(tiles.to, start + each);
        const share mine = { .from = i - start, .to = end - start };
        if (d->joins_groups) {
            run_joined(d, all, plane, mine, panels);
        } else {
            task t = task_of(d, all, plane / b->groups, plane % b->groups);
            run_blocks(d, &t, mine, panels);
        }
        i = end;
    }
}

void dense_rows(const dense *d, const tensors *t, int64_t plane, int64_t p0, int64_t p1)
{
    const int64_t from = plane * d->conv.p + p0, to = plane * d->conv.p + p1;
    const share tiles = { .from = from * d->tile_count, .to = to * d->tile_count };
    run_part(d, t, tiles, (share) { .from = 0, .to = d->panel_count });
}

/* The position of the next `floats` of a stream. After the end of a plane the next one follows;
 * prefetching past its end does no harm. */
static const float *take(dense_stream *stream, int64_t floats)
{
    const float *at = stream->plane + stream->taken;
    stream->taken += floats;
    if (stream->taken >= stream->length) {
        stream->plane += stream->pitch;
        stream->taken = 0;
        stream->planes--;
    }
    return at;
}

/* The initial values of a panel's sums. */
static void list_addends(gemm_job *job, const dense_from *from, const dense_panel *panel)
{
    job->addend_count = 0;
    for (int i = 0; i < 2; i++)
        if (from->sums[i].at != NULL)
            job->addends[job->addend_count++] = from->sums[i];
    if (from->residual != NULL)
        job->addends[job->addend_count++] = (gemm_addend) { from->residual, panel->output };
}

void dense_pixels(const dense *d, const float *input, float *output, int64_t pixels, int64_t panel0,
                  int64_t panel1, const dense_from *from, dense_stream *next)
{
    const int64_t count = divide_up(pixels, d->blocking.pixels);
    const int64_t low = pixels / count, more = pixels % count; /* pixels of `more` tiles: low + 1 */
    gemm_job job = {
        .input = input,
        .pixel = d->input.pixel,
        .taps = d->lists[1].taps,
        .tap_count = d->lists[1].start[1],
        .output_pixel = d->output.pixel,
        .activation = d->conv.activation,
    };
    for (int64_t i = panel0; i < panel1; i++) {
        const dense_panel *panel = &d->panels[i];
        const int64_t step = d->conv.c * panel->vectors * d->isa->lanes; /* of all weights */
        aim(d, &job, panel);
        list_addends(&job, from, panel);
        job.weights = d->weights + panel->weights;
        job.bias = bias_of(d->bias, panel);
        job.output = output;
        job.at = 0;
        for (int64_t t = 0; t < count; t++) {
            const int64_t now = low + (t < more);
            job.ahead = next != NULL && next->planes > 0 ? take(next, step) - job.weights
                                                         : weights_ahead(d, panel);
            panel->kernels[now - 1](&job);
            job.at += now * d->input.pixel;
            move_by(&job, now * d->output.pixel);
        }
    }
}

static void run_images(const dense *d, const tensors *t)
{
    const conv *b = &d->conv;
    for (int64_t i = 0; i < b->n; i++) {
        const tensors at = tensors_at(t, i * d->input.image, i * d->output.image);
        const dense_from from = { .residual = at.residual };
        dense_pixels(d, at.input, at.output, b->q, 0, d->panel_count, &from, NULL);
    }
}

void dense_run(const dense *d, const tensors *t, int64_t part, int64_t parts)
{
    if (d->by_images && parts == 1) {
        run_images(d, t);
        return;
    }
    const int64_t tiles = dense_tiles(d);
    const share mine = share_of(d->tile_parts * d->panel_parts, part, parts);
    for (int64_t i = mine.from; i < mine.to; i++)
        run_part(d, t, share_of(tiles, i / d->panel_parts, d->tile_parts),
                 share_of(d->panel_count, i % d->panel_parts, d->panel_parts));
}
