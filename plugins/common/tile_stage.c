/* SPDX-License-Identifier: Apache-2.0 */
#include "common/tile_stage.h"
#include "common/panels.h"
#include "common/patch.h"

typedef struct tile_stage {
    stage base;
    sb_problem problem;   /* flattened */
    tile_options options; /* cut to the problem */
    const simd *simd;
    panels panels;
    patch patch;
    int64_t row_tiles, column_tiles;
    int64_t part_panels; /* panels of weights in a tile of output channels */
} tile_stage;

/* What a task works on. */
typedef struct tile_task {
    pixel_tile pixels;
    int64_t group;
    int64_t panel, last_panel;
    const float *input; /* the group's first channel */
    float *output;      /* the group's first channel, at the tile's first pixel */
    float *patches;     /* of the channels of one block */
} tile_task;

static tile_task decode(const tile_stage *own, int64_t index, float *scratch, const float *input,
                        float *output)
{
    const sb_problem *b = &own->problem;
    const tile_options *o = &own->options;
    tile_task task = { .patches = scratch };

    int64_t part = 0;
    if (o->order == TILE_OUTPUTS_PIXELS_INPUTS) { /* neighbours share weights, not pixels */
        int64_t tiles = own->base.tasks / o->parts;
        part = index / tiles;
        index %= tiles;
    } else {
        part = index % o->parts;
        index /= o->parts;
    }
    int64_t column = index % own->column_tiles;
    int64_t row = index / own->column_tiles % own->row_tiles;
    int64_t image_group = index / own->column_tiles / own->row_tiles;
    task.group = image_group % b->groups;
    int64_t image = image_group / b->groups;

    task.pixels.p = row * o->rows;
    task.pixels.rows = smaller(o->rows, b->p - task.pixels.p);
    task.pixels.q = column * o->columns;
    task.pixels.columns = smaller(o->columns, b->q - task.pixels.q);
    task.panel = own->panels.count * part / o->parts;
    task.last_panel = own->panels.count * (part + 1) / o->parts;
    task.input = input + (image * b->c + task.group * (b->c / b->groups)) * b->h * b->w;
    task.output = output + (image * b->k + task.group * (b->k / b->groups)) * b->p * b->q +
                  task.pixels.p * b->q + task.pixels.q;
    return task;
}

/* Copies channels [c, last) of the group. */
static void fill(const tile_stage *own, const tile_task *task, int64_t c, int64_t last)
{
    const sb_problem *b = &own->problem;
    float *to = task->patches;
    for (; c < last; c++, to += own->patch.plane)
        patch_fill(&own->patch, own->simd, task->pixels, task->input + c * b->h * b->w, to);
}

/* One panel of output channels over all pixels of the tile. `tile` holds the sum's part. */
static void sweep_pixels(const tile_stage *own, const tile_task *task, int64_t panel,
                         simd_tile *tile)
{
    const sb_problem *b = &own->problem;
    const int64_t lanes = own->simd->lanes;
    const int64_t height = panel_height(&own->panels, panel);
    const pixel_tile *pixels = &task->pixels;
    tile->out = task->output + panel_first(&own->panels, panel) * b->p * b->q;

    int64_t vectors = 0;
    for (int64_t p = 0; p < pixels->rows; p++)
        for (int64_t q = 0; q < pixels->columns; q += lanes) {
            tile->x_at[vectors] = p * own->patch.row + q;
            tile->out_at[vectors] = p * b->q + q;
            tile->count[vectors] = smaller(lanes, pixels->columns - q);
            if (++vectors == own->options.vectors) {
                (*own->simd->taps)[vectors][height](tile);
                vectors = 0;
            }
        }
    if (vectors > 0)
        (*own->simd->taps)[vectors][height](tile);
}

/* Panels [panel, last) by input channels [c, c + count), whose patches begin at `patches`. */
static void multiply_block(const tile_stage *own, const tile_task *task, int64_t panel,
                           int64_t last, int64_t c, int64_t count, const float *patches)
{
    const sb_problem *b = &own->problem;
    simd_tile tile = {
        .depth = count,
        .taps = b->r * b->s,
        .tap = own->patch.tap,
        .step = own->patch.plane,
        .x = patches,
        .pitch = b->p * b->q,
        .add = c > 0,
    };
    for (; panel < last; panel++) {
        tile.w = panel_data(&own->panels, task->group, panel) +
                 c * tile.taps * panel_height(&own->panels, panel);
        sweep_pixels(own, task, panel, &tile);
    }
}

static void run_inputs_outer(const tile_stage *own, const tile_task *task)
{
    int64_t channels = own->problem.c / own->problem.groups;
    for (int64_t c = 0; c < channels; c += own->options.inputs) {
        int64_t count = smaller(own->options.inputs, channels - c);
        fill(own, task, c, c + count);
        multiply_block(own, task, task->panel, task->last_panel, c, count, task->patches);
    }
}

static void run_outputs_outer(const tile_stage *own, const tile_task *task)
{
    int64_t channels = own->problem.c / own->problem.groups;
    fill(own, task, 0, channels);
    for (int64_t panel = task->panel; panel < task->last_panel; panel += own->part_panels)
        for (int64_t c = 0; c < channels; c += own->options.inputs)
            multiply_block(own, task, panel, smaller(panel + own->part_panels, task->last_panel), c,
                           smaller(own->options.inputs, channels - c),
                           task->patches + c * own->patch.plane);
}

static void run_task(const stage *base, int64_t index, float *scratch, const float *input,
                     float *output)
{
    const tile_stage *own = (const tile_stage *)base;
    tile_task task = decode(own, index, scratch, input, output);
    if (own->options.order == TILE_PIXELS_INPUTS_OUTPUTS)
        run_inputs_outer(own, &task);
    else
        run_outputs_outer(own, &task);
}

static void destroy(stage *base, const sb_host *host)
{
    tile_stage *own = (tile_stage *)base;
    panels_free(&own->panels, host);
    patch_free(&own->patch, host);
    host->free(host, own);
}

static tile_options cut(const tile_options *options, const sb_problem *b)
{
    tile_options o = *options;
    o.outputs = clamp(o.outputs, 1, b->k / b->groups);
    o.inputs = clamp(o.inputs, 1, b->c / b->groups);
    o.rows = clamp(o.rows, 1, b->p);
    o.columns = clamp(o.columns, 1, b->q);
    o.vectors = clamp(o.vectors, 1, SIMD_MAX_VECTORS);
    return o;
}

stage *tile_stage_new(const sb_host *host, const sb_problem *problem, const float *weights,
                      const tile_options *options)
{
    tile_stage *own = host->alloc(host, sizeof *own);
    if (own == NULL)
        return NULL;
    own->problem = flatten(problem);
    const sb_problem *b = &own->problem;
    own->options = cut(options, b);
    tile_options *o = &own->options;
    own->simd = simd_select(host->cpu);
    int64_t rows = own->simd->rows[o->vectors];
    if (panels_init(&own->panels, host, b, weights, rows) < 0 ||
        patch_init(&own->patch, host, b, o->rows, o->columns, own->simd->lanes) < 0) {
        destroy(&own->base, host);
        return NULL;
    }

    own->row_tiles = divide_up(b->p, o->rows);
    own->column_tiles = divide_up(b->q, o->columns);
    own->part_panels = clamp(o->outputs / rows, 1, own->panels.count);
    o->parts = o->order == TILE_OUTPUTS_PIXELS_INPUTS
                   ? divide_up(own->panels.count, own->part_panels)
                   : clamp(o->parts, 1, own->panels.count);
    int64_t held = o->order == TILE_PIXELS_INPUTS_OUTPUTS ? o->inputs : b->c / b->groups;
    own->base = (stage) {
        .tasks = b->n * b->groups * own->row_tiles * own->column_tiles * o->parts,
        .scratch = round_up(held * own->patch.plane, 16),
        .task = run_task,
        .destroy = destroy,
    };
    return &own->base;
}

/*
 * A small model. All output channels of a tile reuse its patches, so the patches of one block of
 * inputs should fill half of L2, and a block of inputs is as deep as that allows. Rows are cut only
 * so far that each thread has tasks.
 */
tile_options tile_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t threads)
{
    sb_problem flat = flatten(problem);
    const sb_problem *b = &flat;
    int64_t budget = l2_floats(cpu) / 2;
    int64_t depth = b->c / b->groups;

    tile_options o = {
        .outputs = 64,
        .columns = smaller(b->q, 512),
        .vectors = b->k / b->groups == 1 ? 4 : 2,
        .order = TILE_PIXELS_INPUTS_OUTPUTS,
        .parts = 1,
    };
    o.inputs = smaller(depth, clamp(2304 / (b->r * b->s), 16, 256));
    int64_t line = (o.columns + 16) * smaller(b->stride_w, b->s) * o.inputs;
    int64_t lines = budget / line;
    o.rows = clamp((lines - (b->r - 1) * b->dilation_h) / smaller(b->stride_h, b->r), 1, b->p);
    int64_t others = b->n * b->groups * divide_up(b->q, o.columns);
    if (threads > 1) {
        o.rows = smaller(o.rows, divide_up(b->p, divide_up(4 * threads, others)));
        o.parts = divide_up(2 * threads, others * divide_up(b->p, o.rows));
    }
    return o;
}
