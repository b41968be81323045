/* SPDX-License-Identifier: Apache-2.0 */
/* Speedup of separable over standard for each layer and technique, beside what theory and the
 * machine's roofline allow. */
#include "report/figure.h"
#include "report/gnuplot.h"

#include <math.h>

static sb_grid grid_of(const sb_figure_job *job)
{
    return sb_grid_make(job->model, job->model->points, job->model->point_count, sizeof(sb_point),
                        job->threads);
}

static size_t variants(const sb_model *model, int64_t threads)
{
    for (size_t i = 0; i < model->point_count; i++)
        if (model->points[i].at.threads == threads)
            return 1;
    return 0;
}

static void data(const sb_figure_job *job, sb_text *to)
{
    sb_grid grid = grid_of(job);
    sb_text_add(to, "# place\tlayer\ttheoretical\troofline\n");
    for (size_t x = 0; x < grid.layer_count; x++) {
        const sb_point *any = sb_grid_any(&grid, x);
        sb_text_add(to, "%zu\t", x);
        sb_gnuplot_add_field(to, job->model->layers[grid.layers[x]].name, SB_MOST_LABEL);
        sb_text_add(to, "\t");
        sb_gnuplot_add_number(to, any->theoretical);
        sb_text_add(to, "\t");
        sb_gnuplot_add_number(to, any->roofline);
        sb_text_add(to, "\n");
    }
    for (size_t t = 0; t < grid.technique_count; t++) {
        sb_text_add(to, "\n\nplace\t");
        sb_gnuplot_add_field(to, job->model->techniques[grid.techniques[t]].name, SB_MOST_LABEL);
        sb_text_add(to, "\tci_low\tci_high\n");
        for (size_t x = 0; x < grid.layer_count; x++) {
            const sb_point *point = sb_grid_cell(&grid, x, t);
            if (!point)
                continue;
            sb_text_add(to, "%.4f\t", (double)x + sb_figure_dodge(t, grid.technique_count));
            sb_gnuplot_add_number(to, point->measured.value);
            sb_text_add(to, "\t");
            sb_gnuplot_add_number(to, point->measured.low);
            sb_text_add(to, "\t");
            sb_gnuplot_add_number(to, point->measured.high);
            sb_text_add(to, "\n");
        }
    }
    sb_grid_free(&grid);
}

typedef struct range {
    double low, high;
    bool roofline;
} range;

static range extent(const sb_figure_job *job)
{
    range r = { 1, 1, false };
    for (size_t i = 0; i < job->model->point_count; i++) {
        const sb_point *p = &job->model->points[i];
        if (p->at.threads != job->threads)
            continue;
        r.low = fmin(r.low, fmin(p->measured.low, p->theoretical));
        r.high = fmax(r.high, fmax(p->measured.high, p->theoretical));
        if (isfinite(p->roofline)) {
            r.high = fmax(r.high, p->roofline);
            r.roofline = true;
        }
    }
    return r;
}

/* From zero while that leaves room to see differences, else by powers of two. */
static void y_axis(range r, sb_text *script)
{
    if (r.high > 16) {
        sb_figure_ratio_axes("y", script);
        sb_text_add(script, "set yrange [%g:%g]\n", r.low / 1.2, r.high * 1.2);
    } else {
        sb_text_add(script, "set yrange [0:%g]\n", r.high * 1.06);
    }
}

static void script(const sb_figure_job *job, double *width, double *height, sb_text *to)
{
    sb_grid grid = grid_of(job);
    range r = extent(job);
    *width = sb_figure_layer_width(grid.layer_count);
    sb_figure_title(job, "separable over standard convolution", to);
    double foot = sb_figure_key(*width, grid.technique_count + 1 + r.roofline, to) +
                  sb_figure_label_mm(job->model, &grid);
    *height = foot + 45 + SB_TITLE_MM;
    sb_figure_frame(&(sb_frame) { *width, *height, 11, foot, SB_TITLE_MM }, to);
    sb_figure_layer_axis(grid.layer_count, to);
    y_axis(r, to);
    sb_text_add(to,
                "set ylabel 'Speedup (times)'\n"
                "set grid ytics lt 1 lc rgb '#d0d0d0' lw 0.5\n"
                "plot data index 0 every 2 using 1:(1e6) with boxes fs solid 1 noborder "
                "lc rgb '#f2f2f2' notitle, \\\n"
                "     1 with lines lt 1 lw 0.7 lc rgb '#808080' notitle, \\\n"
                "     data index 0 using 1:3:(0.36)%s with xerrorbars pt 0 lw 2.4 lt 1 "
                "lc rgb '#000000' title 'theory'",
                grid.layer_count <= SB_MOST_NAMED_LAYERS ? ":xtic(name(2))" : "");
    if (r.roofline)
        /* Longer and thinner than theory's, so that both show where they agree. */
        sb_text_add(to, ", \\\n     data index 0 using 1:4:(0.48) with xerrorbars pt 0 lw 0.9 "
                        "dt 1 lc rgb '#606060' title 'roofline'");
    for (size_t t = 0; t < grid.technique_count; t++) {
        sb_figure_intervals(job->model, grid.techniques[t], t + 1, to);
        sb_figure_points(job->model, grid.techniques[t], t + 1, 2,
                         grid.layer_count > 30 ? 0.35 : 0.5, to);
    }
    sb_text_add(to, "\n");
    sb_grid_free(&grid);
}

const sb_figure_kind sb_figure_speedup = {
    .name = "speedup",
    .variants = variants,
    .data = data,
    .script = script,
};
