/* SPDX-License-Identifier: Apache-2.0 */
/* The fraction of the theoretical speedup that is reached, by classes of layers with the same
 * kernel, stride and dilation. */
#include "report/bag.h"
#include "report/groups.h"
#include "report/swept.h"

#include <math.h>
#include <stdlib.h>

enum { LEAST_POINTS = 3 };

/* The members that do not distinguish classes. */
static const bool swept[SB_DIMS] = {
    [SB_DIM_BATCH] = true,           [SB_DIM_INPUT_CHANNELS] = true, [SB_DIM_INPUT_SIZE] = true,
    [SB_DIM_OUTPUT_CHANNELS] = true, [SB_DIM_EXPAND] = true,         [SB_DIM_GROUPS] = true,
    [SB_DIM_MULTIPLIER] = true,
};

static size_t variants(const sb_model *model, int64_t threads)
{
    size_t count = 0;
    for (size_t i = 0; i < model->point_count; i++) {
        const sb_point *p = &model->points[i];
        count += p->at.threads == threads && sb_determined(p->measured.low, p->measured.high);
    }
    return count >= LEAST_POINTS;
}

/* "3 x 3, stride 2, bottleneck" */
static char *label_of(const sb_dims *dims, sb_operation operation)
{
    sb_text label = { 0 };
    sb_dims_add(&label, dims, SB_DIM_KERNEL, false);
    for (int d = SB_DIM_STRIDE; d <= SB_DIM_DILATION; d++)
        if (dims->of[d][0] != 1 || dims->of[d][1] != 1) {
            sb_text_add(&label, ", %s ", sb_dim_name((sb_dim)d));
            sb_dims_add(&label, dims, (sb_dim)d, true);
        }
    sb_text_add(&label, ", %s", sb_operation_name(operation));
    return label.data;
}

/* The points of a class with one chain; returns how many are not determined. */
static size_t fill_bag(sb_bag *bag, const sb_figure_job *job, const bool *wanted,
                       sb_operation operation)
{
    size_t left_out = 0;
    for (size_t i = 0; i < job->model->point_count; i++) {
        const sb_point *p = &job->model->points[i];
        if (!wanted[p->at.layer] || p->at.threads != job->threads || p->operation != operation)
            continue;
        if (sb_determined(p->measured.low, p->measured.high))
            sb_bag_add(bag, p->at.technique, p->measured.value / p->theoretical);
        else
            left_out++;
    }
    return left_out;
}

/* Adds a row for each chain of a class. */
static size_t add_class(const sb_figure_job *job, sb_dots *dots, const sb_sweep_part *part)
{
    const sb_model *model = job->model;
    bool *wanted = sb_new(model->layer_count, sizeof *wanted);
    sb_bag bag = sb_bag_begin(model);
    size_t left_out = 0;
    for (size_t i = 0; i < part->count; i++)
        wanted[part->layers[i]] = true;
    for (int op = 0; op < SB_OPERATIONS; op++) {
        char *label = label_of(&model->layers[part->layers[0]].dims, (sb_operation)op);
        left_out += fill_bag(&bag, job, wanted, (sb_operation)op);
        sb_bag_empty_into(&bag, model, dots, NULL, label, sb_quartiles);
        free(label);
    }
    sb_bag_end(&bag);
    free(wanted);
    return left_out;
}

static size_t add_rows(const sb_figure_job *job, sb_dots *dots)
{
    size_t left_out = 0;
    sb_grid grid = sb_grid_points(job->model, job->threads);
    sb_sweep_parts parts = sb_sweep_parts_make(job->model, grid.layers, grid.layer_count, swept, 1);
    for (size_t p = 0; p < parts.count; p++)
        left_out += add_class(job, dots, &parts.list[p]);
    sb_sweep_parts_free(&parts);
    sb_grid_free(&grid);
    return left_out;
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    sb_dots dots = {
        .what = "Measured over theoretical speedup, by kernel and stride",
        .x_title = "Measured over theoretical speedup",
        .line = 1,
        .base = 10,
        .spreads = true,
    };
    size_t left_out = add_rows(job, &dots);
    double y = sb_dots_draw(job, canvas, &dots);
    sb_canvas_say(canvas, "Medians, with lines from quartile to quartile; the number of results is "
                          "in brackets.");
    sb_note_left_out(canvas, left_out);
    sb_canvas_finish(canvas, y);
}

const sb_figure_kind sb_figure_efficiency = {
    .name = "efficiency",
    .variants = variants,
    .draw = draw,
};
