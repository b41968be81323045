/* SPDX-License-Identifier: Apache-2.0 */
#include "common/tile_stage.h"

#include "common/epilogue.h"
#include "common/panels.h"
#include "common/patch.h"

typedef struct tile_stage {
    stage base;
    conv conv; /* flattened */
    tile_cut cut;
    const simd *simd;
    const simd_tiles *tiles;
    panels panels;
    bool plain;  /* pointwise: whole vectors of pixels are read where they are */
    patch patch; /* then only for the pixels past the last whole vector of a tile */
    float *bias; /* [k]; NULL: none */
} tile_stage;

/* What a task works on. */
typedef struct tile_task {
    pixel_tile pixels;
    int64_t group;
    int64_t panel, last_panel;
    const float *input;    /* the group's first channel */
    float *output;         /* the group's first channel, at the tile's first pixel */
    const float *residual; /* likewise; NULL: none */
    float *patches;        /* of the channels of one block */
} tile_task;

static tile_task decode(const tile_stage *own, int64_t index, float *scratch, const tensors *t)
{
    const conv *b = &own->conv;
    const tile_cut *cut = &own->cut;
    tile_task task = { .patches = scratch };

    int64_t part = 0;
    if (cut->order == TILE_OUTPUTS_PIXELS_INPUTS) { /* neighbours share weights, not pixels */
        int64_t tiles = own->base.tasks / cut->parts;
        part = index / tiles;
        index %= tiles;
    } else {
        part = index % cut->parts;
        index /= cut->parts;
    }
    int64_t column = index % cut->column_tiles;
    int64_t row = index / cut->column_tiles % cut->row_tiles;
    int64_t image_group = index / cut->column_tiles / cut->row_tiles;
    task.group = image_group % b->groups;
    int64_t image = image_group / b->groups;

    task.pixels.p = row * cut->rows;
    task.pixels.rows = smaller(cut->rows, b->p - task.pixels.p);
    task.pixels.q = column * cut->columns;
    task.pixels.columns = smaller(cut->columns, b->q - task.pixels.q);
    task.panel = own->panels.count * part / cut->parts;
    task.last_panel = own->panels.count * (part + 1) / cut->parts;
    task.input = t->input + (image * b->c + task.group * (b->c / b->groups)) * b->h * b->w;
    int64_t to = (image * b->k + task.group * (b->k / b->groups)) * b->p * b->q +
                 task.pixels.p * b->q + task.pixels.q;
    task.output = t->output + to;
    task.residual = t->residual != NULL ? t->residual + to : NULL;
    return task;
}

/* The columns of a tile that are not copied. */
static int64_t columns_in_place(const tile_stage *own, const pixel_tile *pixels)
{
    return own->plain ? pixels->columns / own->simd->lanes * own->simd->lanes : 0;
}

/* Copies what of channels [c, last) of the group is not read in place. */
static void fill(const tile_stage *own, const tile_task *task, int64_t c, int64_t last)
{
    const conv *b = &own->conv;
    const int64_t in_place = columns_in_place(own, &task->pixels);
    const int64_t left = task->pixels.columns - in_place;
    const float *plane = task->input + c * b->h * b->w;
    float *to = task->patches;
    for (; c < last && left > 0; c++, plane += b->h * b->w, to += own->patch.plane)
        if (own->plain)
            own->simd->gather(to, plane + task->pixels.q + in_place, 1, left);
        else
            patch_fill(&own->patch, own->simd, task->pixels, plane, to);
}

/* One panel of output channels over columns [from, to) of the tile. `tile` holds the sum's part,
 * and its input begins with column `from`. */
static void sweep_pixels(const tile_stage *own, const tile_task *task, int64_t panel, int64_t from,
                         int64_t to, simd_tile *tile)
{
    const conv *b = &own->conv;
    const int64_t lanes = own->simd->lanes;
    const int64_t height = panel_height(&own->panels, panel);
    const pixel_tile *pixels = &task->pixels;

    int64_t vectors = 0;
    for (int64_t p = 0; p < pixels->rows; p++)
        for (int64_t q = from; q < to; q += lanes) {
            tile->x_at[vectors] = p * own->patch.row + q - from;
            tile->out_at[vectors] = p * b->q + q;
            tile->count[vectors] = smaller(lanes, to - q);
            if (++vectors == own->cut.vectors) {
                own->tiles->taps[vectors][height](tile);
                vectors = 0;
            }
        }
    if (vectors > 0)
        own->tiles->taps[vectors][height](tile);
}

/* The same over all pixels of the tile, for input channels from c on. */
static void sweep_tile(const tile_stage *own, const tile_task *task, int64_t panel, int64_t c,
                       const float *patches, simd_tile *tile)
{
    const int64_t in_place = columns_in_place(own, &task->pixels);
    if (in_place > 0) {
        tile->step = own->conv.h * own->conv.w;
        tile->x = task->input + c * tile->step + task->pixels.q;
        sweep_pixels(own, task, panel, 0, in_place, tile);
    }
    tile->step = own->patch.plane;
    tile->x = patches;
    sweep_pixels(own, task, panel, in_place, task->pixels.columns, tile);
}

/* Panels [panel, last) by input channels [c, c + count), whose patches begin at `patches`. */
static void multiply_block(const tile_stage *own, const tile_task *task, int64_t panel,
                           int64_t last, int64_t c, int64_t count, const float *patches)
{
    const conv *b = &own->conv;
    const bool first_block = c == 0, last_block = c + count == b->c / b->groups;
    simd_tile tile = {
        .depth = count,
        .taps = b->r * b->s,
        .tap = own->patch.tap,
        .pitch = b->p * b->q,
        .add = !first_block,
        .activation = last_block ? b->activation : SB_ACTIVATION_NONE,
    };
    for (; panel < last; panel++) {
        int64_t k = panel_first(&own->panels, panel);
        tile.w = panel_data(&own->panels, task->group, panel) +
                 c * tile.taps * panel_height(&own->panels, panel);
        tile.out = task->output + k * tile.pitch;
        if (first_block && own->bias != NULL)
            tile.bias = own->bias + task->group * own->panels.channels + k;
        if (last_block && task->residual != NULL)
            tile.residual = task->residual + k * tile.pitch;
        sweep_tile(own, task, panel, c, patches, &tile);
    }
}

static void run_inputs_outer(const tile_stage *own, const tile_task *task)
{
    int64_t channels = own->conv.c / own->conv.groups;
    for (int64_t c = 0; c < channels; c += own->cut.inputs) {
        int64_t count = smaller(own->cut.inputs, channels - c);
        fill(own, task, c, c + count);
        multiply_block(own, task, task->panel, task->last_panel, c, count, task->patches);
    }
}

static void run_outputs_outer(const tile_stage *own, const tile_task *task)
{
    int64_t channels = own->conv.c / own->conv.groups;
    fill(own, task, 0, channels);
    for (int64_t panel = task->panel; panel < task->last_panel; panel += own->cut.part_panels)
        for (int64_t c = 0; c < channels; c += own->cut.inputs)
            multiply_block(
                own, task, panel, smaller(panel + own->cut.part_panels, task->last_panel), c,
                smaller(own->cut.inputs, channels - c), task->patches + c * own->patch.plane);
}

static void run_task(const stage *base, int64_t index, float *scratch, const tensors *t)
{
    const tile_stage *own = (const tile_stage *)base;
    tile_task task = decode(own, index, scratch, t);
    if (own->cut.order == TILE_PIXELS_INPUTS_OUTPUTS)
        run_inputs_outer(own, &task);
    else
        run_outputs_outer(own, &task);
}

static void destroy(stage *base, const sb_host *host)
{
    tile_stage *own = (tile_stage *)base;
    panels_free(&own->panels, host);
    patch_free(&own->patch, host);
    host->free(host, own->bias);
    host->free(host, own);
}

/* With one tile of outputs, or with one block of inputs, some loop orders are equal. */
static tile_order first_order(const tile_cut *cut, int64_t channels)
{
    tile_order order = cut->order;
    if (order == TILE_OUTPUTS_PIXELS_INPUTS && cut->parts == 1)
        order = TILE_PIXELS_OUTPUTS_INPUTS;
    if (order == TILE_PIXELS_OUTPUTS_INPUTS && cut->inputs == channels)
        order = TILE_PIXELS_INPUTS_OUTPUTS;
    return order;
}

tile_cut tile_cut_options(const conv *b, const simd *isa, const tile_options *o)
{
    const int64_t outputs = b->k / b->groups, channels = b->c / b->groups;
    tile_cut cut = { .order = o->order };
    cut.rows = clamp(o->rows, 1, b->p);
    cut.columns = clamp(o->columns, 1, b->q);
    cut.row_tiles = divide_up(b->p, cut.rows);
    cut.column_tiles = divide_up(b->q, cut.columns);
    cut.inputs = clamp(o->inputs, 1, channels);
    const int64_t most = cut.rows * divide_up(cut.columns, isa->lanes);
    cut.vectors = clamp(o->vectors, 1, smaller(most, SIMD_MAX_VECTORS));
    cut.height = smaller(simd_tiles_of(isa)->rows[cut.vectors], outputs);
    cut.panels = divide_up(outputs, cut.height);
    cut.part_panels = clamp(o->outputs / simd_tiles_of(isa)->rows[cut.vectors], 1, cut.panels);
    cut.parts = o->order == TILE_OUTPUTS_PIXELS_INPUTS ? divide_up(cut.panels, cut.part_panels)
                                                       : clamp(o->parts, 1, cut.panels);
    if (cut.order != TILE_PIXELS_OUTPUTS_INPUTS) /* only there a task goes through tiles of them */
        cut.part_panels = cut.panels;
    cut.part_panels = smaller(cut.part_panels, divide_up(cut.panels, cut.parts));
    cut.order = first_order(&cut, channels);
    if (cut.order == TILE_PIXELS_INPUTS_OUTPUTS)
        cut.part_panels = divide_up(cut.panels, cut.parts);
    return cut;
}

bool tile_cut_alike(const tile_cut *a, const tile_cut *b)
{
    return a->rows == b->rows && a->columns == b->columns && a->inputs == b->inputs &&
           a->vectors == b->vectors && a->part_panels == b->part_panels && a->parts == b->parts &&
           a->order == b->order;
}

int64_t tile_tasks(const conv *b, const tile_cut *cut)
{
    return b->n * b->groups * cut->row_tiles * cut->column_tiles * cut->parts;
}

static void describe(tile_stage *own)
{
    static const char *const nests[] = {
        [TILE_PIXELS_INPUTS_OUTPUTS] = "pixels > inputs > outputs",
        [TILE_PIXELS_OUTPUTS_INPUTS] = "pixels > outputs > inputs",
        [TILE_OUTPUTS_PIXELS_INPUTS] = "outputs > pixels > inputs",
    };
    const tile_cut *cut = &own->cut;
    snprintf(own->base.text, sizeof own->base.text,
             "conv_f32_%lldx%lld__%s, tiles of %lldx%lld pixels, %lld inputs, %lld outputs, %s, "
             "%lld %s",
             (long long)cut->height, (long long)(cut->vectors * own->simd->lanes), own->simd->name,
             (long long)cut->rows, (long long)cut->columns, (long long)cut->inputs,
             (long long)(cut->part_panels * cut->height), nests[cut->order], (long long)cut->parts,
             cut->parts == 1 ? "part" : "parts");
}

stage *tile_stage_new(const stage_order *order, const tile_options *options)
{
    const sb_host *host = order->host;
    tile_stage *own = host->alloc(host, sizeof *own);
    if (own == NULL)
        return NULL;
    own->conv = flatten(&order->conv);
    const conv *b = &own->conv;
    own->simd = simd_select(host->cpu);
    own->tiles = simd_tiles_of(own->simd);
    own->cut = tile_cut_options(b, own->simd, options);
    const tile_cut *cut = &own->cut;
    own->plain = is_plain_pointwise(b);
    const int64_t copied = own->plain ? own->simd->lanes : cut->columns;
    if (panels_init(&own->panels, host, b, order->weights, cut->height) < 0 ||
        patch_init(&own->patch, host, b, cut->rows, copied, own->simd->lanes) < 0 ||
        copy_bias(host, b, order->bias, &own->bias) < 0) {
        destroy(&own->base, host);
        return NULL;
    }

    int64_t held = cut->order == TILE_PIXELS_INPUTS_OUTPUTS ? cut->inputs : b->c / b->groups;
    own->base = (stage) {
        .tasks = tile_tasks(b, cut),
        .scratch = round_up(held * own->patch.plane, 16),
        .task = run_task,
        .destroy = destroy,
    };
    describe(own);
    return &own->base;
}

/* Of a register tile that holds all outputs of a group, or of two vectors. */
static int64_t most_vectors(const simd_tiles *tiles, int64_t outputs)
{
    int64_t vectors = SIMD_MAX_VECTORS;
    while (vectors > 2 && tiles->rows[vectors] < outputs)
        vectors--;
    return vectors;
}

/*
 * A simple model. All output channels of a tile use the same patches, so the patches of one block
 * of inputs should fill half of L2, and a block of inputs is as deep as that allows. Rows are
 * divided only as far as needed to give each thread tasks.
 */
tile_options tile_defaults(const conv *unflattened, const sb_cpu *cpu, int64_t threads)
{
    const conv flat = flatten(unflattened), *b = &flat;
    int64_t budget = l2_floats(cpu) / 2;
    int64_t depth = b->c / b->groups;

    tile_options o = {
        .outputs = 64,
        .columns = smaller(b->q, 512),
        .vectors = most_vectors(simd_tiles_of(simd_select(cpu)), b->k / b->groups),
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
