/* SPDX-License-Identifier: Apache-2.0 */
/* How many layers reach which speedup: the empirical distribution of each technique's speedups, for
 * any number of layers. */
#include "core/text.h"
#include "report/facets.h"
#include "report/stairs.h"

#include <math.h>
#include <stdlib.h>

enum { LEAST_LAYERS = 5 };

static const sb_mark theory_look = { "#000000", 0, "(3,3)" };

static bool is_sure(const sb_point *p)
{
    return p && sb_determined(p->measured.low, p->measured.high);
}

/* Some technique must have this many determined layers. */
static size_t variants(const sb_model *model, int64_t threads)
{
    size_t most = 0;
    sb_grid grid = sb_grid_points(model, threads);
    for (size_t t = 0; t < grid.technique_count; t++) {
        size_t layers = 0;
        for (size_t x = 0; x < grid.layer_count; x++)
            layers += is_sure(sb_grid_cell(&grid, x, t)) ? 1 : 0;
        most = layers > most ? layers : most;
    }
    sb_grid_free(&grid);
    return most >= LEAST_LAYERS;
}

/* The theoretical curve first, then one for each technique of the grid; free() the list. */
static sb_stairs *make_curves(const sb_figure_job *job, const sb_grid *grid, size_t *undetermined)
{
    sb_stairs *curves = sb_new(grid->technique_count + 1, sizeof *curves);
    curves[0] = (sb_stairs) { .name = "theory", .mark = theory_look };
    for (size_t t = 0; t < grid->technique_count; t++) {
        const sb_technique *shown = &job->model->techniques[grid->techniques[t]];
        curves[t + 1] = (sb_stairs) { .name = shown->shown, .mark = shown->mark };
    }
    for (size_t x = 0; x < grid->layer_count; x++) {
        const sb_point *any = NULL;
        for (size_t t = 0; t < grid->technique_count; t++) {
            const sb_point *p = sb_grid_cell(grid, x, t);
            if (is_sure(p))
                sb_stairs_add(&curves[t + 1], p->measured.value);
            else
                *undetermined += p != NULL;
            any = p ? p : any;
        }
        if (any)
            sb_stairs_add(&curves[0], any->theoretical);
    }
    return curves;
}

static double place_legend(const sb_stairs *curves, size_t count, sb_canvas *canvas, double y)
{
    sb_legend legend = { 0 };
    for (size_t i = 0; i < count; i++)
        if (curves[i].count)
            sb_legend_add(&legend, curves[i].name, i ? SB_SWATCH_BOTH : SB_SWATCH_LINE,
                          curves[i].mark, 1.1);
    return y + SB_GAP_MM +
           sb_legend_place(canvas, &legend, 2 * SB_EDGE_MM, y, canvas->width - 4 * SB_EDGE_MM);
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    size_t undetermined = 0;
    sb_grid grid = sb_grid_points(job->model, job->threads);
    sb_stairs *curves = make_curves(job, &grid, &undetermined);
    size_t count = grid.technique_count + 1;
    sb_extent extent = sb_extent_none(), shares = { 0, 1, INFINITY, -INFINITY };
    for (size_t i = 0; i < count; i++)
        for (size_t v = 0; v < curves[i].count; v++)
            sb_extent_add(&extent, curves[i].values[v]);
    double y = sb_figure_begin(job, canvas, canvas->style->column,
                               "How many layers reach which speedup over the standard convolution");
    sb_facets one = {
        .count = 1,
        .x = sb_extent_axis(&extent, 10),
        .y = sb_extent_axis(&shares, 0),
        .x_title = "Speedup (times)",
        .y_title = "Share of layers that reach no more",
        .least = 20,
        .height = fmin(50, 0.4 * canvas->style->tallest),
        .x_grid = true,
        .y_grid = true,
    };
    y = sb_facets_place(canvas, &one, place_legend(curves, count, canvas, y));
    sb_facets_open(canvas, &one, 0);
    for (size_t i = 0; i < count; i++) {
        sb_stairs_plot(canvas, &curves[i], "speedup", &one.x);
        sb_stairs_free(&curves[i]);
    }
    sb_panel_close(canvas);
    sb_canvas_say(canvas, "%zu layer%s.", grid.layer_count, sb_plural(grid.layer_count));
    sb_note_left_out(canvas, undetermined);
    sb_canvas_finish(canvas, y);
    free(curves);
    sb_grid_free(&grid);
}

const sb_figure_kind sb_figure_ecdf = {
    .name = "ecdf",
    .variants = variants,
    .draw = draw,
};
