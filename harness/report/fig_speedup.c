/* SPDX-License-Identifier: Apache-2.0 */
/* Speedup of the chain (separable, bottleneck) over the standard convolution for each layer and
 * technique, beside the theoretical speedup and that of the machine's roofline. */
#include "report/layer_rows.h"

#include <math.h>

static size_t variants(const sb_model *model, int64_t threads)
{
    return sb_have_points(model, threads);
}

static sb_interval value(const void *cell)
{
    return ((const sb_point *)cell)->measured;
}

static double reference(const void *cell, size_t i)
{
    const sb_point *point = cell;
    return i == 0 ? point->theoretical : point->roofline;
}

/* The time of the fastest standard convolution. */
static void add_aside(const sb_grid *grid, size_t layer, sb_text *to)
{
    double least = INFINITY;
    for (size_t t = 0; t < grid->technique_count; t++) {
        const sb_point *point = sb_grid_cell(grid, layer, t);
        least = point ? fmin(least, point->base_ns) : least;
    }
    if (isfinite(least))
        sb_add_time(to, least);
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    sb_layer_part part = {
        .grid = sb_grid_points(job->model, job->threads),
        .value = value,
        .reference = reference,
        .aside = add_aside,
    };
    sb_dots dots = {
        .what = "Speedup over the standard convolution, layer by layer",
        .x_title = "Speedup (times)",
        .aside_title = "standard",
        .references = { "theory", "roofline" },
        .line = 1,
        .base = 10,
    };
    sb_layer_rows_draw(job, canvas, &dots, &part, 1);
    sb_canvas_say(canvas,
                  "Time of the standard convolution over time of the separable one (or the "
                  "bottleneck), each with the technique's fastest kernel; lines are confidence "
                  "intervals. Theory: the quotient of multiplications; roofline: the quotient of "
                  "the least times that the machine's peaks allow. At the right, the time of the "
                  "fastest standard convolution.");
}

const sb_figure_kind sb_figure_speedup = {
    .name = "speedup",
    .variants = variants,
    .draw = draw,
};
