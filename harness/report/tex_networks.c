/* SPDX-License-Identifier: Apache-2.0 */
/* Networks, the techniques used for them, classes of layers, and recommendations. */
#include "core/text.h"
#include "report/answer_totals.h"
#include "report/axis.h"
#include "report/gnuplot.h"
#include "report/groups.h"
#include "report/tex_parts.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_COLUMN ">{\\raggedright\\arraybackslash}p{32mm}"

/* A layer's network: the part of its name before the first '/'; otherwise the run's name. */
static char *network_of(const sb_tex_run *run, const char *layer)
{
    const char *slash = strchr(layer, '/');
    sb_text text = { 0 };
    if (slash && slash > layer)
        return strndup(layer, (size_t)(slash - layer));
    sb_text_add_visible(&text, run->model->caption.name);
    return text.data;
}

void sb_tex_add_cell(sb_tex_run *run, sb_text *to, const char *kind, const char *const *parts,
                     sb_interval value)
{
    sb_text text = { 0 }, range = { 0 }, kind_of_range = { 0 };
    sb_tex_add_number(&text, value);
    sb_tex_define(&run->macros, kind, parts, text.data);
    sb_text_add(to, " & %s", text.data);
    if (isfinite(value.low) && isfinite(value.high)) {
        sb_tex_add_range(&range, value);
        sb_text_add(&kind_of_range, "%sInterval", kind);
        sb_tex_define(&run->macros, kind_of_range.data, parts, range.data);
        if (sb_determined(value.low, value.high))
            sb_text_add(to, " {\\scriptsize %s}", range.data);
        else
            sb_text_add(to, "?");
    }
    sb_text_free(&text);
    sb_text_free(&range);
    sb_text_free(&kind_of_range);
}

static sb_interval exactly(double value)
{
    return (sb_interval) { value, NAN, NAN };
}

static sb_interval scaled(sb_interval value, double by)
{
    return (sb_interval) { value.value * by, value.low * by, value.high * by };
}

/* ------------------------------------------------------------------------------------- networks */

typedef struct network {
    char *name;
    sb_answer_block block; /* its parts; their texts are borrowed */
} network;

typedef struct networks {
    network *list;
    size_t count;
} networks;

static networks split_block(const sb_tex_run *run, const sb_answer_block *block)
{
    networks to = { 0 };
    for (size_t i = 0; i < block->part_count; i++) {
        char *name = network_of(run, block->parts[i].layer);
        size_t at = 0;
        while (at < to.count && strcmp(to.list[at].name, name) != 0)
            at++;
        if (at == to.count) {
            to.list = sb_grow(to.list, to.count + 1, sizeof *to.list);
            to.list[to.count++] =
                (network) { .name = sb_copy_text(name),
                            .block.parts = sb_new(block->part_count, sizeof(sb_answer_part)) };
        }
        sb_answer_block *one = &to.list[at].block;
        one->parts[one->part_count++] = block->parts[i];
        free(name);
    }
    return to;
}

static void free_networks(networks *of)
{
    for (size_t i = 0; i < of->count; i++) {
        free(of->list[i].name);
        free(of->list[i].block.parts);
    }
    free(of->list);
}

static void add_network(sb_tex_run *run, sb_tex_table *table, const network *one, int64_t threads)
{
    char number[24];
    size_t pairs;
    sb_answer_gain gain;
    snprintf(number, sizeof number, "%" PRId64, threads);
    const char *const parts[] = { one->name, number, NULL };
    sb_tex_begin_row(table);
    sb_tex_add(table->to, one->name);
    sb_text_add(table->to, " & %s & %zu", number, one->block.part_count);
    sb_tex_add_cell(run, table->to, "NetworkTime", parts,
                    scaled(sb_answer_total(&one->block), 1e-6));
    double twins = sb_answer_twins_ns(&one->block, &pairs);
    if (pairs && sb_answer_find_gain(&one->block, &gain)) {
        sb_tex_add_cell(run, table->to, "TwinTime", parts, exactly(twins / 1e6));
        sb_tex_add_cell(run, table->to, "NetworkTheory", parts, exactly(gain.work));
        sb_tex_add_cell(run, table->to, "NetworkGain", parts, gain.time);
    } else
        sb_text_add(table->to, " & -- & -- & --");
    sb_tex_end_row(table);
}

void sb_tex_networks(sb_tex_run *run, sb_text *to)
{
    sb_tex_table table = {
        .to = to,
        .label = "networks",
        .caption =
            "Networks, every layer as often as it is repeated: time in ms with the fastest "
            "kernels, the same with standard convolution, how much less arithmetic separable "
            "layers have and how much less time they take; ?: not determined",
        .columns = NAME_COLUMN "rrrrrr",
        .head = "Network & Threads & Layers & Time & Twins & Arithmetic & Time saved",
        .wide = true,
    };
    for (size_t i = 0; i < run->answer->block_count; i++) {
        const sb_answer_block *block = &run->answer->blocks[i];
        networks of = split_block(run, block);
        for (size_t j = 0; j < of.count; j++)
            add_network(run, &table, &of.list[j], block->threads);
        free_networks(&of);
    }
    sb_tex_end_table(&table);
}

/* ----------------------------------------------------------------------- techniques on networks */

typedef struct pool {
    char *network;
    size_t technique, layers;
    int64_t threads;
    double base, chain, below, above; /* ns; half widths of the chain's time, squared */
} pool;

typedef struct pools {
    pool *list;
    size_t count;
} pools;

static pool *find_pool(pools *of, const char *name, const sb_place *at)
{
    for (size_t i = 0; i < of->count; i++)
        if (of->list[i].technique == at->technique && of->list[i].threads == at->threads &&
            strcmp(of->list[i].network, name) == 0)
            return &of->list[i];
    of->list = sb_grow(of->list, of->count + 1, sizeof *of->list);
    of->list[of->count] = (pool) { .network = sb_copy_text(name),
                                   .technique = at->technique,
                                   .threads = at->threads };
    return &of->list[of->count++];
}

/* A layer's ratio is taken to have the relative interval of the chain's time. */
static void add_to_pool(pool *to, const sb_point *point, int64_t repeat)
{
    const sb_interval *m = &point->measured;
    double base = (double)repeat * point->base_ns;
    to->layers++;
    to->base += base;
    to->chain += base / m->value;
    to->below += pow(base / m->value - base / m->high, 2);
    to->above += pow(base / m->low - base / m->value, 2);
}

static void add_pool(sb_tex_run *run, sb_tex_table *table, const pool *one)
{
    char number[24];
    snprintf(number, sizeof number, "%" PRId64, one->threads);
    const char *technique = run->model->techniques[one->technique].shown;
    const sb_interval speedup = {
        one->base / one->chain,
        one->base / (one->chain + sqrt(one->above)),
        one->base / fmax(0, one->chain - sqrt(one->below)),
    };
    sb_tex_begin_row(table);
    sb_tex_add(table->to, one->network);
    sb_text_add(table->to, " & ");
    sb_tex_add(table->to, technique);
    sb_text_add(table->to, " & %s & %zu", number, one->layers);
    sb_tex_add_cell(run, table->to, "Speedup",
                    (const char *const[]) { one->network, technique, number, NULL }, speedup);
    sb_tex_end_row(table);
}

void sb_tex_techniques(sb_tex_run *run, sb_text *to)
{
    const sb_model *model = run->model;
    pools of = { 0 };
    sb_tex_table table = {
        .to = to,
        .label = "techniques",
        .caption = "Speedup of separable over standard by technique: the quotient of the times of "
                   "all layers that it computes both ways; ?: not determined",
        .columns = ">{\\raggedright\\arraybackslash}p{20mm}lrrr",
        .head = "Network & Technique & Thr. & Layers & Speedup",
    };
    for (size_t i = 0; i < model->point_count; i++) {
        const sb_model_layer *layer = &model->layers[model->points[i].at.layer];
        char *name = network_of(run, layer->shown);
        add_to_pool(find_pool(&of, name, &model->points[i].at), &model->points[i], layer->repeat);
        free(name);
    }
    for (size_t i = 0; i < of.count; i++) {
        add_pool(run, &table, &of.list[i]);
        free(of.list[i].network);
    }
    free(of.list);
    sb_tex_end_table(&table);
}

/* -------------------------------------------------------------------------------------- classes */

static void add_class(sb_tex_run *run, sb_tex_table *table, const sb_answer_block *block,
                      const sb_answer_share *share)
{
    char number[24];
    size_t layers = 0;
    double ns = 0;
    snprintf(number, sizeof number, "%" PRId64, block->threads);
    for (size_t i = 0; i < block->part_count; i++)
        if (strcmp(sb_answer_class_of(&block->parts[i]), share->name) == 0) {
            layers++;
            ns += sb_answer_cost_ns(&block->parts[i]);
        }
    const char *const parts[] = { share->name, number, NULL };
    sb_tex_begin_row(table);
    sb_tex_add(table->to, share->name);
    sb_text_add(table->to, " & %s & %zu", number, layers);
    sb_tex_add_cell(run, table->to, "ClassTime", parts, exactly(ns / 1e6));
    sb_tex_add_cell(run, table->to, "ClassShare", parts, exactly(100 * share->part));
    sb_tex_end_row(table);
}

void sb_tex_classes(sb_tex_run *run, sb_text *to)
{
    sb_tex_table table = {
        .to = to,
        .label = "classes",
        .caption = "Share of the time: classes of layers, time in ms and share in \\%",
        .columns = "lrrrr",
        .head = "Class & Thr. & Layers & Time & Share",
    };
    for (size_t i = 0; i < run->answer->block_count; i++) {
        const sb_answer_block *block = &run->answer->blocks[i];
        sb_answer_share shares[SB_ANSWER_SHARES];
        size_t count = block->part_count ? sb_answer_shares(block, sb_answer_class_of, shares) : 0;
        for (size_t j = 0; j < count; j++)
            add_class(run, &table, block, &shares[j]);
    }
    sb_tex_end_table(&table);
}

/* -------------------------------------------------------------------------------- what to use */

static void add_choice(sb_tex_run *run, sb_tex_table *table, const sb_answer_part *part,
                       int64_t threads)
{
    char number[24];
    snprintf(number, sizeof number, "%" PRId64, threads);
    const char *const parts[] = { part->layer, number, NULL };
    sb_text kernel = { 0 };
    sb_tex_begin_row(table);
    sb_tex_add(table->to, part->layer);
    sb_text_add(table->to, " & %" PRId64, part->repeat);
    sb_tex_add_cell(run, table->to, "Time", parts, scaled(part->time, 1e-3));
    sb_tex_add(&kernel, part->kernel);
    sb_tex_define(&run->macros, "Kernel", parts, kernel.data);
    sb_text_add(table->to, " & %s", kernel.data);
    if (!part->next)
        sb_text_add(table->to, " & --");
    else if (sb_answer_is_wide(part->margin))
        sb_text_add(table->to, " & not determined");
    else if (part->tie)
        sb_text_add(table->to, " & tie");
    else
        sb_tex_add_cell(run, table->to, "Margin", parts, part->margin);
    if (part->bound_ns > 0)
        sb_tex_add_cell(run, table->to, "Reach", parts,
                        exactly(100 * part->bound_ns / part->time.value));
    else
        sb_text_add(table->to, " & --");
    sb_tex_end_row(table);
    sb_text_free(&kernel);
}

static void recommend_for(sb_tex_run *run, sb_text *to, const sb_answer_block *block)
{
    sb_text label = { 0 }, caption = { 0 };
    sb_text_add(&label, "recommendation-t%" PRId64, block->threads);
    sb_text_add(&caption,
                "What to use, %" PRId64 " thread%s, the layers that cost most first: time of a "
                "call in $\\mu$s, the fastest kernel, how many times as long the next one "
                "takes, and how much of the roofline it reaches in \\%%; ?: not determined",
                block->threads, sb_plural(block->threads));
    sb_tex_table table = {
        .to = to,
        .label = label.data,
        .caption = caption.data,
        .columns = NAME_COLUMN "rr>{\\raggedright\\arraybackslash}p{38mm}rr",
        .head = "Layer & Repeat & Time & Kernel & Next & Bound",
        .wide = true,
    };
    const sb_answer_part **order = sb_answer_order(block);
    for (size_t i = 0; i < block->part_count && i < SB_TEX_LAYERS; i++)
        add_choice(run, &table, order[i], block->threads);
    sb_tex_end_table(&table);
    free(order);
    sb_text_free(&label);
    sb_text_free(&caption);
}

void sb_tex_recommendation(sb_tex_run *run, sb_text *to)
{
    for (size_t i = 0; i < run->answer->block_count; i++)
        recommend_for(run, to, &run->answer->blocks[i]);
}
