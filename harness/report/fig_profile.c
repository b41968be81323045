/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Performance profiles (Dolan and More, "Benchmarking optimization software with performance
 * profiles", 2002), a panel for each operation: for each technique the share of all layers on which
 * its time is within a factor of the fastest technique's. A curve begins at the share of layers on
 * which the technique is the fastest, and ends at the share on which it works at all.
 */
#include "report/facets.h"
#include "report/stairs.h"

#include <math.h>
#include <stdlib.h>

enum { LEAST_LAYERS = 5, LEAST_TECHNIQUES = 2 };

#define MOST_FACTOR 16.0 /* slower results are treated alike */

static bool is_sure(const sb_timing *t)
{
    return t && sb_determined(t->time.low, t->time.high);
}

/* Layers of the grid with a determined result. */
static size_t count_layers(const sb_grid *grid)
{
    size_t layers = 0;
    for (size_t x = 0; x < grid->layer_count; x++) {
        size_t t = 0;
        while (t < grid->technique_count && !is_sure(sb_grid_cell(grid, x, t)))
            t++;
        layers += t < grid->technique_count;
    }
    return layers;
}

/* The operations with enough results to compare; returns their number. */
static size_t find_operations(const sb_model *model, int64_t threads,
                              sb_operation operations[SB_OPERATIONS])
{
    size_t count = 0;
    for (int op = 0; op < SB_OPERATIONS; op++) {
        sb_grid grid = sb_grid_timings(model, threads, (sb_operation)op);
        if (count_layers(&grid) >= LEAST_LAYERS && grid.technique_count >= LEAST_TECHNIQUES)
            operations[count++] = (sb_operation)op;
        sb_grid_free(&grid);
    }
    return count;
}

static size_t variants(const sb_model *model, int64_t threads)
{
    sb_operation operations[SB_OPERATIONS];
    return find_operations(model, threads, operations) > 0;
}

static double find_fastest(const sb_grid *grid, size_t layer)
{
    double least = INFINITY;
    for (size_t t = 0; t < grid->technique_count; t++) {
        const sb_timing *timing = sb_grid_cell(grid, layer, t);
        least = is_sure(timing) ? fmin(least, timing->time.value) : least;
    }
    return least;
}

/* The technique's curve: its factors over the fastest, for all layers. */
static sb_stairs make_curve(const sb_figure_job *job, const sb_grid *grid, size_t t)
{
    const sb_technique *shown = &job->model->techniques[grid->techniques[t]];
    sb_stairs curve = { .name = shown->shown, .mark = shown->mark };
    for (size_t x = 0; x < grid->layer_count; x++) {
        const sb_timing *timing = sb_grid_cell(grid, x, t);
        if (is_sure(timing))
            sb_stairs_add(&curve, timing->time.value / find_fastest(grid, x));
    }
    curve.total = grid->layer_count;
    return curve;
}

static void plot_operation(const sb_figure_job *job, sb_canvas *canvas, const sb_plot_axis *x,
                           sb_operation operation)
{
    sb_grid grid = sb_grid_timings(job->model, job->threads, operation);
    for (size_t t = 0; t < grid.technique_count; t++) {
        sb_stairs curve = make_curve(job, &grid, t);
        sb_stairs_plot(canvas, &curve, sb_operation_name(operation), x);
        sb_stairs_free(&curve);
    }
    sb_grid_free(&grid);
}

/* For all operations shown: the note on layers left out, and the legend. */
static double place_legend(const sb_figure_job *job, sb_canvas *canvas,
                           const sb_operation *operations, size_t count, double y)
{
    sb_legend legend = { 0 };
    size_t left_out = 0;
    bool *used = sb_new(job->model->technique_count, sizeof *used);
    for (size_t i = 0; i < count; i++) {
        sb_grid grid = sb_grid_timings(job->model, job->threads, operations[i]);
        for (size_t c = 0; c < grid.layer_count * grid.technique_count; c++) {
            const sb_timing *timing = (const sb_timing *)(const void *)grid.cells[c];
            left_out += timing && !is_sure(timing);
            if (is_sure(timing))
                used[timing->at.technique] = true;
        }
        sb_grid_free(&grid);
    }
    for (size_t t = 0; t < job->model->technique_count; t++)
        if (used[t])
            sb_legend_add_technique(&legend, job, t, SB_SWATCH_BOTH);
    free(used);
    sb_note_left_out(canvas, left_out);
    return y + SB_GAP_MM +
           sb_legend_place(canvas, &legend, 2 * SB_EDGE_MM, y, canvas->width - 4 * SB_EDGE_MM);
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    sb_operation operations[SB_OPERATIONS];
    const char *titles[SB_OPERATIONS];
    const sb_extent shares = { 0, 1, INFINITY, -INFINITY };
    sb_facets panels = {
        .count = find_operations(job->model, job->threads, operations),
        .titles = titles,
        .x = { .low = 0.96, .high = MOST_FACTOR, .base = 10 },
        .y = sb_extent_axis(&shares, 0),
        .x_title = "Time over that of the fastest technique",
        .y_title = "Share of layers within that factor",
        .least = 45,
        .height = fmin(48, 0.4 * canvas->style->tallest),
        .x_grid = true,
        .y_grid = true,
    };
    for (size_t i = 0; i < panels.count; i++)
        titles[i] = sb_operation_name(operations[i]);
    double y =
        sb_figure_begin(job, canvas, panels.count > 1 ? canvas->style->page : canvas->style->column,
                        "On how many layers a technique is how near to the fastest");
    y = sb_facets_place(canvas, &panels, place_legend(job, canvas, operations, panels.count, y));
    for (size_t i = 0; i < panels.count; i++) {
        sb_facets_open(canvas, &panels, i);
        plot_operation(job, canvas, &panels.x, operations[i]);
        sb_panel_close(canvas);
    }
    sb_canvas_say(canvas, "A curve begins with the share of layers on which its technique is the "
                          "fastest. A layer that a technique cannot compute is within no factor.");
    sb_canvas_finish(canvas, y);
}

const sb_figure_kind sb_figure_profile = {
    .name = "profile",
    .variants = variants,
    .draw = draw,
};
