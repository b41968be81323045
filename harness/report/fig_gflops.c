/* SPDX-License-Identifier: Apache-2.0 */
/* GFLOP/s for each layer and technique: standard convolution above, separable below. */
#include "report/figure.h"
#include "report/gnuplot.h"

#include <math.h>

static sb_grid grid_of(const sb_figure_job *job)
{
    return sb_grid_make(job->model, job->model->rates, job->model->rate_count, sizeof(sb_rate),
                        job->threads);
}

static size_t variants(const sb_model *model, int64_t threads)
{
    for (size_t i = 0; i < model->rate_count; i++)
        if (model->rates[i].at.threads == threads)
            return 1;
    return 0;
}

/* A layer's bound is the same for all techniques, but only a measured result has it. */
static double roofline_of(const sb_grid *grid, size_t layer, int operation)
{
    for (size_t t = 0; t < grid->technique_count; t++) {
        const sb_rate *rate = sb_grid_cell(grid, layer, t);
        if (rate && isfinite(rate->roofline[operation]))
            return rate->roofline[operation];
    }
    return NAN;
}

static void data(const sb_figure_job *job, sb_text *to)
{
    sb_grid grid = grid_of(job);
    sb_text_add(to, "# place\tlayer\tstandard_roofline\tseparable_roofline\n");
    for (size_t x = 0; x < grid.layer_count; x++) {
        sb_text_add(to, "%zu\t", x);
        sb_gnuplot_add_field(to, job->model->layers[grid.layers[x]].name, SB_MOST_LABEL);
        for (int operation = 0; operation < SB_OPERATIONS; operation++) {
            sb_text_add(to, "\t");
            sb_gnuplot_add_number(to, roofline_of(&grid, x, operation));
        }
        sb_text_add(to, "\n");
    }
    for (size_t t = 0; t < grid.technique_count; t++) {
        sb_text_add(to, "\n\nplace\t");
        sb_gnuplot_add_field(to, job->model->techniques[grid.techniques[t]].name, SB_MOST_LABEL);
        sb_text_add(to, "\tseparable\n");
        for (size_t x = 0; x < grid.layer_count; x++) {
            const sb_rate *rate = sb_grid_cell(&grid, x, t);
            sb_text_add(to, "%.4f", (double)x + sb_figure_dodge(t, grid.technique_count));
            for (int operation = 0; operation < SB_OPERATIONS; operation++) {
                sb_text_add(to, "\t");
                sb_gnuplot_add_number(to, rate ? rate->gflops[operation] : NAN);
            }
            sb_text_add(to, "\n");
        }
    }
    sb_grid_free(&grid);
}

typedef struct panel {
    sb_operation operation;
    sb_frame frame;
    bool key, names;
} panel;

static void add_panel(const sb_figure_job *job, const panel *p, const sb_grid *grid, sb_text *to)
{
    int column = p->operation == SB_STANDARD ? 0 : 1;
    bool named = p->names && grid->layer_count <= SB_MOST_NAMED_LAYERS;
    sb_figure_frame(&p->frame, to);
    sb_text_add(to, "set ylabel '%s (GFLOP/s)'\n",
                p->operation == SB_STANDARD ? "Standard" : "Separable");
    if (!p->key)
        sb_text_add(to, "unset key\nunset title\n");
    sb_text_add(to, "set format x '%s'\n", p->names ? "%g" : "");
    sb_text_add(to,
                "plot data index 0 every 2 using 1:(1e9) with boxes fs solid 1 noborder "
                "lc rgb '#f2f2f2' notitle, \\\n"
                "     data index 0 using 1:%d:(0.42) with xerrorbars pt 0 lw 1.5 dt (3,2) "
                "lc rgb '#606060' title 'roofline'",
                column + 3);
    if (named) /* a layer may lack a roofline, so its name hangs on an invisible point */
        sb_text_add(to, ", \\\n     data index 0 using 1:(1e-9):xtic(name(2)) with points pt 0 "
                        "notitle");
    for (size_t t = 0; t < grid->technique_count; t++)
        sb_figure_points(job->model, grid->techniques[t], t + 1, column + 2,
                         grid->layer_count > 30 ? 0.4 : 0.55, to);
    sb_text_add(to, "\n");
}

static void y_axis(const sb_figure_job *job, sb_text *to)
{
    double low = INFINITY, high = 0;
    for (size_t i = 0; i < job->model->rate_count; i++) {
        const sb_rate *rate = &job->model->rates[i];
        if (rate->at.threads != job->threads)
            continue;
        for (int operation = 0; operation < SB_OPERATIONS; operation++) { /* NAN never wins */
            low = fmin(low, rate->gflops[operation]);
            high = fmax(high, fmax(rate->gflops[operation], rate->roofline[operation]));
        }
    }
    sb_text_add(to, "set logscale y 10\nset yrange [%g:%g]\n", low / 1.4, high * 1.4);
}

static void script(const sb_figure_job *job, double *width, double *height, sb_text *to)
{
    sb_grid grid = grid_of(job);
    *width = sb_figure_layer_width(grid.layer_count);
    sb_figure_title(job, "arithmetic rate", to);
    const double panel_mm = 36, gap = 3;
    double foot =
        sb_figure_key(*width, grid.technique_count + 1, to) + sb_figure_label_mm(job->model, &grid);
    *height = SB_TITLE_MM + 2 * panel_mm + gap + foot;
    sb_frame above = { *width, *height, 12, foot + panel_mm + gap, SB_TITLE_MM };
    sb_frame below = { *width, *height, 12, foot, SB_TITLE_MM + panel_mm + gap };
    panel upper = { SB_STANDARD, above, true, false };
    panel lower = { SB_SEPARABLE, below, false, true };
    sb_figure_layer_axis(grid.layer_count, to);
    y_axis(job, to);
    sb_text_add(to, "set grid ytics lt 1 lc rgb '#d0d0d0' lw 0.5\n"
                    "set multiplot\n");
    add_panel(job, &upper, &grid, to);
    add_panel(job, &lower, &grid, to);
    sb_text_add(to, "unset multiplot\n");
    sb_grid_free(&grid);
}

const sb_figure_kind sb_figure_gflops = {
    .name = "gflops",
    .variants = variants,
    .data = data,
    .script = script,
};
