/* SPDX-License-Identifier: Apache-2.0 */
#include "common/gemm_stage.h"
#include "common/lower.h"
#include "common/panels.h"

#include <string.h>

typedef struct gemm_stage {
    stage base;
    sb_problem problem;   /* flattened */
    gemm_options options; /* cut to the problem */
    const simd *simd;
    panels panels;
    bool plain;         /* a 1 x 1 kernel whose columns are the input itself */
    int64_t width;      /* pixels of a register tile */
    int64_t blocks;     /* of columns */
    int64_t row_panels; /* panels of weights in a block of outputs */
    int64_t packed;     /* floats of a packed block; the row in hand and the matrix follow */
    int64_t row;
} gemm_stage;

/* What a task works on. */
typedef struct gemm_task {
    int64_t group;
    int64_t first, columns;    /* pixels */
    int64_t panel, last_panel; /* of weights */
    const float *image;        /* the group's first channel */
    float *output;             /* the group's first channel, at the first pixel */
    float *packed, *row, *matrix;
} gemm_task;

static gemm_task decode(const gemm_stage *own, int64_t index, float *scratch, const float *input,
                        float *output)
{
    const sb_problem *b = &own->problem;
    const gemm_options *o = &own->options;
    int64_t pixels = b->p * b->q;
    int64_t part = index % o->parts;
    int64_t block = index / o->parts % own->blocks;
    int64_t image_group = index / o->parts / own->blocks;
    int64_t image = image_group / b->groups;
    int64_t group = image_group % b->groups;
    int64_t first = block * o->columns;
    return (gemm_task) {
        .group = group,
        .first = first,
        .columns = smaller(o->columns, pixels - first),
        .panel = own->panels.count * part / o->parts,
        .last_panel = own->panels.count * (part + 1) / o->parts,
        .image = input + (image * b->c + group * (b->c / b->groups)) * b->h * b->w,
        .output = output + (image * b->k + group * (b->k / b->groups)) * pixels + first,
        .packed = scratch,
        .row = scratch + own->packed,
        .matrix = scratch + own->packed + own->row,
    };
}

/* Row `d` of the task's columns: where it lies, or made in the task's row. */
static const float *columns_row(const gemm_stage *own, const gemm_task *task, int64_t d)
{
    if (own->plain)
        return task->image + d * own->problem.w + task->first;
    if (own->options.lowering == GEMM_EXPLICIT)
        return task->matrix + d * own->options.columns;
    lower_row(&own->problem, own->simd, task->image, d, task->first, task->columns, task->row);
    return task->row;
}

static void lower_all(const gemm_stage *own, const gemm_task *task)
{
    for (int64_t d = 0; d < own->panels.depth; d++)
        lower_row(&own->problem, own->simd, task->image, d, task->first, task->columns,
                  task->matrix + d * own->options.columns);
}

/* Packs rows [d, d + depth): panels of `width` pixels, each [depth][width]. The lanes past the last
 * pixel hold what was there before: their sums are not stored. */
static void pack(const gemm_stage *own, const gemm_task *task, int64_t d, int64_t depth)
{
    const int64_t width = own->width;
    for (int64_t i = 0; i < depth; i++) {
        const float *row = columns_row(own, task, d + i);
        float *to = task->packed + i * width;
        own->simd->spread(to, width, depth * width, row, task->columns);
    }
}

/* Panels [panel, last) of weights by one packed panel of pixels, which begins at `column`. */
static void multiply_panel(const gemm_stage *own, const gemm_task *task, int64_t panel,
                           int64_t last, int64_t d, int64_t depth, int64_t column)
{
    const int64_t lanes = own->simd->lanes;
    const int64_t pitch = own->problem.p * own->problem.q;
    simd_tile tile = {
        .depth = depth,
        .step = own->width,
        .x = task->packed + column * depth,
        .pitch = pitch,
        .add = d > 0,
    };
    int64_t left = smaller(own->width, task->columns - column);
    int vectors = 0;
    for (; vectors * lanes < left; vectors++) {
        tile.x_at[vectors] = tile.out_at[vectors] = vectors * lanes;
        tile.count[vectors] = smaller(lanes, left - vectors * lanes);
    }
    for (; panel < last; panel++) {
        int64_t height = panel_height(&own->panels, panel);
        tile.w = panel_data(&own->panels, task->group, panel) + d * height;
        tile.out = task->output + panel_first(&own->panels, panel) * pitch + column;
        (*own->simd->product)[vectors][height](&tile);
    }
}

static void run_task(const stage *base, int64_t index, float *scratch, const float *input,
                     float *output)
{
    const gemm_stage *own = (const gemm_stage *)base;
    gemm_task task = decode(own, index, scratch, input, output);
    if (!own->plain && own->options.lowering == GEMM_EXPLICIT)
        lower_all(own, &task);
    for (int64_t d = 0; d < own->panels.depth; d += own->options.depth) {
        int64_t depth = smaller(own->options.depth, own->panels.depth - d);
        pack(own, &task, d, depth);
        for (int64_t panel = task.panel; panel < task.last_panel; panel += own->row_panels) {
            int64_t last = smaller(panel + own->row_panels, task.last_panel);
            for (int64_t column = 0; column < task.columns; column += own->width)
                multiply_panel(own, &task, panel, last, d, depth, column);
        }
    }
}

static void destroy(stage *base, const sb_host *host)
{
    gemm_stage *own = (gemm_stage *)base;
    panels_free(&own->panels, host);
    host->free(host, own);
}

static gemm_options cut(const gemm_options *options, const sb_problem *b, int64_t width)
{
    gemm_options o = *options;
    o.depth = clamp(o.depth, 1, b->c / b->groups * b->r * b->s);
    o.columns = round_up(clamp(o.columns, 1, b->p * b->q), width);
    o.parts = larger(o.parts, 1);
    return o;
}

stage *gemm_stage_new(const sb_host *host, const sb_problem *problem, const float *weights,
                      const gemm_options *options)
{
    gemm_stage *own = host->alloc(host, sizeof *own);
    if (own == NULL)
        return NULL;
    own->problem = flatten(problem);
    const sb_problem *b = &own->problem;
    own->simd = simd_select(host->cpu);
    own->width = options->vectors * own->simd->lanes;
    own->options = cut(options, b, own->width);
    gemm_options *o = &own->options;
    int64_t rows = own->simd->rows[o->vectors];
    if (panels_init(&own->panels, host, b, weights, rows) < 0) {
        destroy(&own->base, host);
        return NULL;
    }

    own->plain = is_plain_pointwise(b);
    o->parts = smaller(o->parts, own->panels.count);
    own->blocks = divide_up(b->p * b->q, o->columns);
    own->row_panels = clamp(o->outputs / rows, 1, own->panels.count);
    own->packed = round_up(o->depth * o->columns, 16);
    own->row = round_up(o->columns, 16);
    bool matrix = !own->plain && o->lowering == GEMM_EXPLICIT;
    own->base = (stage) {
        .tasks = b->n * b->groups * own->blocks * o->parts,
        .scratch = own->packed + own->row + (matrix ? own->panels.depth * o->columns : 0),
        .task = run_task,
        .destroy = destroy,
    };
    return &own->base;
}

/*
 * The model of Low et al., "Analytical modeling is enough for high-performance BLIS" (ACM TOMS
 * 43(2), 2016), in small: a packed panel of pixels and one of weights share L1, a block of weights
 * takes half of L2, a packed block of columns a quarter of it, so that it need not come from L3.
 */
gemm_options gemm_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t threads)
{
    sb_problem flat = flatten(problem);
    const sb_problem *b = &flat;
    int64_t l1 = l1_floats(cpu), l2 = l2_floats(cpu);
    const simd *isa = simd_select(cpu);
    int64_t depth = b->c / b->groups * b->r * b->s;
    int64_t pixels = b->p * b->q;

    gemm_options o = { .vectors = 2, .parts = 1 };
    int64_t tile = o.vectors * isa->lanes + isa->rows[o.vectors];
    int64_t most = clamp(l1 * 3 / 4 / tile, 64, 512);
    o.depth = divide_up(depth, divide_up(depth, most));
    o.outputs = larger(l2 / 2 / o.depth, 64);
    o.columns = clamp(l2 / 4 / o.depth, 64, pixels);
    int64_t tasks = b->n * b->groups * divide_up(pixels, o.columns);
    if (threads > 1 && tasks < 4 * threads) {
        o.columns = larger(divide_up(pixels, 4 * threads), 4 * o.vectors * isa->lanes);
        tasks = b->n * b->groups * divide_up(pixels, o.columns);
        o.parts = divide_up(2 * threads, tasks);
    }
    return o;
}
