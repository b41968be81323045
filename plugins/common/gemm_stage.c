/* SPDX-License-Identifier: Apache-2.0 */
#include "common/gemm_stage.h"

#include "common/epilogue.h"
#include "common/lower.h"
#include "common/panels.h"

#include <string.h>

typedef struct gemm_stage {
    stage base;
    conv conv; /* flattened */
    gemm_cut cut;
    const simd *simd;
    const simd_tiles *tiles;
    panels panels;
    float *bias;    /* [k]; NULL: none */
    int64_t width;  /* pixels of a register tile */
    int64_t packed; /* floats of a packed block; the row in hand and the matrix follow */
    int64_t row;
} gemm_stage;

/* What a task works on. */
typedef struct gemm_task {
    int64_t group;
    int64_t first, columns;    /* pixels */
    int64_t panel, last_panel; /* of weights */
    const float *image;        /* the group's first channel */
    float *output;             /* the group's first channel, at the first pixel */
    const float *residual;     /* likewise; NULL: none */
    float *packed, *row, *matrix;
} gemm_task;

static gemm_task decode(const gemm_stage *own, int64_t index, float *scratch, const tensors *t)
{
    const conv *b = &own->conv;
    const gemm_cut *cut = &own->cut;
    int64_t pixels = b->p * b->q;
    int64_t part = index % cut->parts;
    int64_t block = index / cut->parts % cut->blocks;
    int64_t image_group = index / cut->parts / cut->blocks;
    int64_t image = image_group / b->groups;
    int64_t group = image_group % b->groups;
    int64_t first = block * cut->columns;
    int64_t to = (image * b->k + group * (b->k / b->groups)) * pixels + first;
    return (gemm_task) {
        .group = group,
        .first = first,
        .columns = smaller(cut->columns, pixels - first),
        .panel = own->panels.count * part / cut->parts,
        .last_panel = own->panels.count * (part + 1) / cut->parts,
        .image = t->input + (image * b->c + group * (b->c / b->groups)) * b->h * b->w,
        .output = t->output + to,
        .residual = t->residual != NULL ? t->residual + to : NULL,
        .packed = scratch,
        .row = scratch + own->packed,
        .matrix = scratch + own->packed + own->row,
    };
}

/* Row `d` of the task's columns: where it lies, or made in the task's row. */
static const float *columns_row(const gemm_stage *own, const gemm_task *task, int64_t d)
{
    if (own->cut.plain)
        return task->image + d * own->conv.w + task->first;
    if (own->cut.lowers_first)
        return task->matrix + d * own->cut.columns;
    lower_row(&own->conv, own->simd, task->image, d, task->first, task->columns, task->row);
    return task->row;
}

static void lower_all(const gemm_stage *own, const gemm_task *task)
{
    for (int64_t d = 0; d < own->panels.depth; d++)
        lower_row(&own->conv, own->simd, task->image, d, task->first, task->columns,
                  task->matrix + d * own->cut.columns);
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
    const int64_t pitch = own->conv.p * own->conv.q;
    const bool first_block = d == 0, last_block = d + depth == own->panels.depth;
    simd_tile tile = {
        .depth = depth,
        .step = own->width,
        .x = task->packed + column * depth,
        .pitch = pitch,
        .add = !first_block,
        .activation = last_block ? own->conv.activation : SB_ACTIVATION_NONE,
    };
    int64_t left = smaller(own->width, task->columns - column);
    int vectors = 0;
    for (; vectors * lanes < left; vectors++) {
        tile.x_at[vectors] = tile.out_at[vectors] = vectors * lanes;
        tile.count[vectors] = smaller(lanes, left - vectors * lanes);
    }
    for (; panel < last; panel++) {
        int64_t height = panel_height(&own->panels, panel), k = panel_first(&own->panels, panel);
        tile.w = panel_data(&own->panels, task->group, panel) + d * height;
        tile.out = task->output + k * pitch + column;
        if (first_block && own->bias != NULL)
            tile.bias = own->bias + task->group * own->panels.channels + k;
        if (last_block && task->residual != NULL)
            tile.residual = task->residual + k * pitch + column;
        own->tiles->product[vectors][height](&tile);
    }
}

static void run_task(const stage *base, int64_t index, float *scratch, const tensors *t)
{
    const gemm_stage *own = (const gemm_stage *)base;
    gemm_task task = decode(own, index, scratch, t);
    if (own->cut.lowers_first)
        lower_all(own, &task);
    for (int64_t d = 0; d < own->panels.depth; d += own->cut.depth) {
        int64_t depth = smaller(own->cut.depth, own->panels.depth - d);
        pack(own, &task, d, depth);
        for (int64_t panel = task.panel; panel < task.last_panel; panel += own->cut.row_panels) {
            int64_t last = smaller(panel + own->cut.row_panels, task.last_panel);
            for (int64_t column = 0; column < task.columns; column += own->width)
                multiply_panel(own, &task, panel, last, d, depth, column);
        }
    }
}

static void destroy(stage *base, const sb_host *host)
{
    gemm_stage *own = (gemm_stage *)base;
    panels_free(&own->panels, host);
    host->free(host, own->bias);
    host->free(host, own);
}

gemm_cut gemm_cut_options(const conv *b, const simd *isa, const gemm_options *o)
{
    const int64_t pixels = b->p * b->q, outputs = b->k / b->groups;
    gemm_cut cut = { .plain = is_plain_pointwise(b) };
    cut.depth = clamp(o->depth, 1, b->c / b->groups * b->r * b->s);
    cut.vectors = clamp(o->vectors, 1, divide_up(pixels, isa->lanes));
    cut.columns = round_up(clamp(o->columns, 1, pixels), cut.vectors * isa->lanes);
    cut.blocks = divide_up(pixels, cut.columns);
    cut.rows = smaller(simd_tiles_of(isa)->rows[cut.vectors], outputs);
    cut.panels = divide_up(outputs, cut.rows);
    cut.parts = clamp(o->parts, 1, cut.panels);
    cut.row_panels = clamp(o->outputs / simd_tiles_of(isa)->rows[cut.vectors], 1,
                           divide_up(cut.panels, cut.parts));
    cut.lowers_first = !cut.plain && o->lowering == GEMM_EXPLICIT;
    return cut;
}

bool gemm_cut_alike(const gemm_cut *a, const gemm_cut *b)
{
    return a->depth == b->depth && a->columns == b->columns && a->vectors == b->vectors &&
           a->row_panels == b->row_panels && a->parts == b->parts &&
           a->lowers_first == b->lowers_first;
}

int64_t gemm_tasks(const conv *b, const gemm_cut *cut)
{
    return b->n * b->groups * cut->blocks * cut->parts;
}

static void describe(gemm_stage *own)
{
    const gemm_cut *cut = &own->cut;
    snprintf(own->base.text, sizeof own->base.text,
             "gemm_f32_%lldx%lld__%s, blocks of %lld deep x %lld channels x %lld pixels%s, %lld %s",
             (long long)cut->rows, (long long)own->width, own->simd->name, (long long)cut->depth,
             (long long)(cut->row_panels * cut->rows), (long long)cut->columns,
             cut->plain          ? ""
             : cut->lowers_first ? " lowered before"
                                 : " lowered while packed",
             (long long)cut->parts, cut->parts == 1 ? "part" : "parts");
}

stage *gemm_stage_new(const stage_order *order, const gemm_options *options)
{
    const sb_host *host = order->host;
    gemm_stage *own = host->alloc(host, sizeof *own);
    if (own == NULL)
        return NULL;
    own->conv = flatten(&order->conv);
    const conv *b = &own->conv;
    own->simd = simd_select(host->cpu);
    own->tiles = simd_tiles_of(own->simd);
    own->cut = gemm_cut_options(b, own->simd, options);
    const gemm_cut *cut = &own->cut;
    if (panels_init(&own->panels, host, b, order->weights, cut->rows) < 0 ||
        copy_bias(host, b, order->bias, &own->bias) < 0) {
        destroy(&own->base, host);
        return NULL;
    }

    own->width = cut->vectors * own->simd->lanes;
    own->packed = round_up(cut->depth * cut->columns, 16);
    own->row = round_up(cut->columns, 16);
    const int64_t matrix = cut->lowers_first ? own->panels.depth * cut->columns : 0;
    own->base = (stage) {
        .tasks = gemm_tasks(b, cut),
        .scratch = own->packed + own->row + matrix,
        .task = run_task,
        .destroy = destroy,
    };
    describe(own);
    return &own->base;
}

/*
 * The model of Low et al., "Analytical modeling is enough for high-performance BLIS" (ACM TOMS
 * 43(2), 2016), in small: a packed panel of pixels and one of weights share L1, a block of weights
 * takes half of L2, a packed block of columns a quarter of it, so that it need not come from L3.
 */
gemm_options gemm_defaults(const conv *unflattened, const sb_cpu *cpu, int64_t threads)
{
    const conv flat = flatten(unflattened), *b = &flat;
    int64_t l1 = l1_floats(cpu), l2 = l2_floats(cpu);
    const simd *isa = simd_select(cpu);
    int64_t depth = b->c / b->groups * b->r * b->s;
    int64_t pixels = b->p * b->q;

    gemm_options o = { .vectors = 2, .parts = 1 };
    int64_t tile = o.vectors * isa->lanes + simd_tiles_of(isa)->rows[o.vectors];
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
