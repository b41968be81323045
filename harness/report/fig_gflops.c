/* SPDX-License-Identifier: Apache-2.0 */
/* GFLOP/s for each layer and technique, operation by operation. */
#include "report/layer_rows.h"

#include <math.h>

static size_t variants(const sb_model *model, int64_t threads)
{
    return sb_have_timings(model, threads);
}

/* A rate is operations over time: its interval is the inverse of the time's. */
static sb_interval value(const void *cell)
{
    const sb_timing *t = cell;
    double operations = t->gflops * t->time.value;
    return (sb_interval) { t->gflops, operations / t->time.high, operations / t->time.low };
}

static double reference(const void *cell, size_t i)
{
    return i == 0 ? ((const sb_timing *)cell)->roof : NAN;
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    sb_layer_part parts[SB_OPERATIONS];
    size_t count = 0;
    sb_dots dots = {
        .what = "Arithmetic rate, layer by layer",
        .x_title = "GFLOP/s",
        .references = { "roofline" },
        .line = NAN,
        .base = 10,
    };
    for (int operation = 0; operation < SB_OPERATIONS; operation++) {
        sb_layer_part part = {
            .head = sb_operation_name((sb_operation)operation),
            .grid = sb_grid_timings(job->model, job->threads, (sb_operation)operation),
            .value = value,
            .reference = reference,
        };
        if (part.grid.layer_count)
            parts[count++] = part;
        else
            sb_grid_free(&part.grid);
    }
    sb_layer_rows_draw(job, canvas, &dots, parts, count);
    sb_canvas_say(canvas, "Operations a second, two a multiplication of the layer's formula, with "
                          "each technique's fastest kernel. Roofline: what the machine's peak "
                          "arithmetic and the bytes that must move allow.");
}

const sb_figure_kind sb_figure_gflops = {
    .name = "gflops",
    .variants = variants,
    .draw = draw,
};
