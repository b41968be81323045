/* SPDX-License-Identifier: Apache-2.0 */
/* The fastest technique, over two dimensions of a sweep, for each operation. */
#include "report/map.h"

#include <math.h>
#include <stdlib.h>

/* All panels: every part of the map for every operation with results. */
typedef struct sheet {
    const sb_figure_job *job;
    sb_canvas *canvas;
    sb_map map;
    sb_operation operations[SB_OPERATIONS];
    size_t operation_count, first, end; /* the panels of the present figure */
} sheet;

static bool has_operation(const sb_model *model, int64_t threads, sb_operation operation)
{
    for (size_t i = 0; i < model->timing_count; i++)
        if (model->timings[i].at.threads == threads && model->timings[i].operation == operation)
            return true;
    return false;
}

static bool make_sheet(const sb_model *model, int64_t threads, sheet *s)
{
    size_t *layers = sb_new(model->layer_count, sizeof *layers);
    *s = (sheet) { 0 };
    for (size_t i = 0; i < model->layer_count; i++)
        layers[i] = i;
    bool is_map =
        sb_have_timings(model, threads) && sb_map_make(model, layers, model->layer_count, &s->map);
    free(layers);
    for (int op = 0; op < SB_OPERATIONS && is_map; op++)
        if (has_operation(model, threads, (sb_operation)op))
            s->operations[s->operation_count++] = (sb_operation)op;
    s->end = s->map.parts.count * s->operation_count;
    return is_map;
}

static size_t variants(const sb_model *model, int64_t threads)
{
    sheet s;
    if (!make_sheet(model, threads, &s))
        return 0;
    size_t figures = (s.end + SB_MAP_PANELS - 1) / SB_MAP_PANELS;
    sb_map_free(&s.map);
    return figures;
}

/* -------------------------------------------------------------------------------------- winners */

typedef struct winner {
    size_t technique;
    bool proven; /* no other interval overlaps its own */
    double ns;   /* INFINITY: nothing is determined */
} winner;

static winner find_winner(const sb_grid *grid, size_t row)
{
    const sb_timing *best = NULL;
    double next = INFINITY;
    for (size_t t = 0; t < grid->technique_count; t++) {
        const sb_timing *timing = sb_grid_cell(grid, row, t);
        if (!timing || !sb_determined(timing->time.low, timing->time.high))
            continue;
        if (!best || timing->time.value < best->time.value) {
            next = best ? fmin(next, best->time.low) : next;
            best = timing;
        } else {
            next = fmin(next, timing->time.low);
        }
    }
    return best ? (winner) { best->at.technique, next > best->time.high, best->time.value }
                : (winner) { SIZE_MAX, false, INFINITY };
}

/* The winners of an operation by layer of the model; free() it. */
static winner *find_winners(const sheet *s, sb_operation operation)
{
    winner *winners = sb_new(s->job->model->layer_count, sizeof *winners);
    for (size_t i = 0; i < s->job->model->layer_count; i++)
        winners[i] = (winner) { SIZE_MAX, false, INFINITY };
    sb_grid grid = sb_grid_timings(s->job->model, s->job->threads, operation);
    for (size_t row = 0; row < grid.layer_count; row++)
        winners[grid.layers[row]] = find_winner(&grid, row);
    sb_grid_free(&grid);
    return winners;
}

static const sb_sweep_part *part_of(const sheet *s, size_t panel)
{
    return &s->map.parts.list[panel % s->map.parts.count];
}

/* A block of the cells that a technique wins, either all or only the proven ones. */
static bool add_block(const sheet *s, size_t panel, const winner *winners, size_t technique,
                      bool all)
{
    const sb_sweep_part *part = part_of(s, panel);
    const sb_technique *shown = &s->job->model->techniques[technique];
    size_t count = 0;
    for (size_t i = 0; i < part->count; i++) {
        const winner *w = &winners[part->layers[i]];
        if (w->technique != technique || (!all && !w->proven) || sb_map_repeats(&s->map, part, i))
            continue;
        if (count++ == 0)
            sb_canvas_block(s->canvas, "%s: column, row, ns, layer%s", shown->shown,
                            all ? "" : ", where no other's interval reaches it");
        const double numbers[] = { (double)sb_map_place(&s->map, part->layers[i], 0),
                                   (double)sb_map_place(&s->map, part->layers[i], 1), w->ns };
        sb_canvas_row(s->canvas, numbers, 3, s->job->model->layers[part->layers[i]].shown);
    }
    return count > 0;
}

static void plot_panel(const sheet *s, size_t panel, const winner *winners)
{
    for (size_t t = 0; t < s->job->model->technique_count; t++) {
        const sb_mark *mark = &s->job->model->techniques[t].mark;
        const sb_mark on = { sb_contrast(mark->colour), mark->point, "1" };
        if (!add_block(s, panel, winners, t, true))
            continue;
        sb_map_plot_cells(s->canvas, s->canvas->blocks - 1, mark->colour);
        if (!add_block(s, panel, winners, t, false))
            continue;
        sb_panel_plot(s->canvas, "data index %zu using 1:2 with points", s->canvas->blocks - 1);
        sb_canvas_add_mark(s->canvas, &on, 0.8);
    }
}

static double place_legend(const sheet *s, winner *const *winners, double y)
{
    sb_legend legend = { 0 };
    const sb_model *model = s->job->model;
    bool *used = sb_new(model->technique_count, sizeof *used);
    for (size_t op = 0; op < s->operation_count; op++)
        for (size_t i = 0; i < model->layer_count; i++)
            if (winners[op][i].technique != SIZE_MAX)
                used[winners[op][i].technique] = true;
    for (size_t t = 0; t < model->technique_count; t++)
        if (used[t])
            sb_legend_add_technique(&legend, s->job, t, SB_SWATCH_CELL);
    free(used);
    return y + SB_GAP_MM +
           sb_legend_place(s->canvas, &legend, 2 * SB_EDGE_MM, y,
                           s->canvas->width - 4 * SB_EDGE_MM);
}

static char **make_titles(const sheet *s)
{
    char **titles = sb_new(s->end - s->first, sizeof *titles);
    for (size_t panel = s->first; panel < s->end; panel++) {
        sb_text title = { 0 };
        sb_text_add(&title, "%s: ", sb_operation_name(s->operations[panel / s->map.parts.count]));
        sb_sweep_part_title(s->job->model, &s->map.parts, panel % s->map.parts.count, s->map.swept,
                            &title);
        titles[panel - s->first] = title.data;
    }
    return titles;
}

static void draw_panels(const sheet *s, double y)
{
    winner *winners[SB_OPERATIONS];
    char **titles = make_titles(s);
    for (size_t op = 0; op < s->operation_count; op++)
        winners[op] = find_winners(s, s->operations[op]);
    sb_facets panels = sb_map_facets(&s->map, s->canvas, s->end - s->first);
    panels.titles = (const char *const *)titles;
    y = sb_facets_place(s->canvas, &panels, place_legend(s, winners, y));
    for (size_t panel = s->first; panel < s->end; panel++) {
        sb_facets_open(s->canvas, &panels, panel - s->first);
        plot_panel(s, panel, winners[panel / s->map.parts.count]);
        sb_panel_close(s->canvas);
        free(titles[panel - s->first]);
    }
    sb_canvas_finish(s->canvas, y);
    for (size_t op = 0; op < s->operation_count; op++)
        free(winners[op]);
    free(titles);
    sb_map_facets_free(&panels);
}

static void draw(const sb_figure_job *job, sb_canvas *canvas)
{
    sheet s;
    make_sheet(job->model, job->threads, &s);
    s.job = job;
    s.canvas = canvas;
    s.first = job->variant * SB_MAP_PANELS;
    s.end = s.end < s.first + SB_MAP_PANELS ? s.end : s.first + SB_MAP_PANELS;
    double y = sb_figure_begin(job, canvas,
                               s.end - s.first > 1 ? canvas->style->page : canvas->style->column,
                               "The fastest technique, over %s and %s", sb_dim_name(s.map.dims[0]),
                               sb_dim_name(s.map.dims[1]));
    sb_canvas_say(canvas, "A cell without a mark: another technique's interval reaches into the "
                          "fastest one's; an empty cell: nothing is determined.");
    draw_panels(&s, y);
    sb_map_free(&s.map);
}

const sb_figure_kind sb_figure_winner = {
    .name = "winner",
    .variants = variants,
    .draw = draw,
};
