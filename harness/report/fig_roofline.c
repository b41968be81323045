/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roofline (Williams, Waterman and Patterson, CACM 2009): GFLOP/s against operations for each
 * byte that must move, standard convolution above, separable below, under the machine's measured
 * ceilings. A point is a layer with the fastest kernel of a technique.
 */
#include "report/figure.h"
#include "report/gnuplot.h"

#include <math.h>

#define PANEL_MM 46.0
#define GAP_MM   3.0
#define LEFT_MM  12.0
#define RIGHT_MM 2.0

static sb_grid grid_of(const sb_figure_job *job)
{
    return sb_grid_make(job->model, job->model->rates, job->model->rate_count, sizeof(sb_rate),
                        job->threads);
}

static const sb_ceilings *ceilings_of(const sb_model *model, int64_t threads)
{
    for (size_t i = 0; i < model->thread_count; i++)
        if (model->threads[i] == threads)
            return &model->ceilings[i];
    return NULL;
}

/* A roofline without a roof says nothing. */
static size_t variants(const sb_model *model, int64_t threads)
{
    const sb_ceilings *ceilings = ceilings_of(model, threads);
    if (!ceilings || !(ceilings->gflops > 0) || !(ceilings->gbytes[SB_LEVEL_DRAM] > 0))
        return 0;
    for (size_t i = 0; i < model->rate_count; i++)
        if (model->rates[i].at.threads == threads)
            return 1;
    return 0;
}

typedef struct range {
    double left, right, low, high;
} range;

static range extent(const sb_figure_job *job, const sb_ceilings *ceilings)
{
    double fastest = 0;
    for (int level = 0; level < SB_LEVELS; level++)
        fastest = fmax(fastest, ceilings->gbytes[level]);
    double ridge = ceilings->gflops / fastest; /* the leftmost: room for its slope */
    range r = { ridge / 3.5, ceilings->gflops / ceilings->gbytes[SB_LEVEL_DRAM], ceilings->gflops,
                ceilings->gflops };
    for (size_t i = 0; i < job->model->rate_count; i++) {
        const sb_rate *rate = &job->model->rates[i];
        if (rate->at.threads != job->threads)
            continue;
        for (int operation = 0; operation < SB_OPERATIONS; operation++) { /* NAN never wins */
            r.left = fmin(r.left, rate->intensity[operation]);
            r.right = fmax(r.right, rate->intensity[operation]);
            r.low = fmin(r.low, rate->gflops[operation]);
            r.high = fmax(r.high, rate->gflops[operation]);
        }
    }
    return (range) { r.left / 1.3, r.right * 1.6, r.low / 1.6, r.high * 2 };
}

static void add_row(sb_text *to, double x, double y)
{
    sb_gnuplot_add_number(to, x);
    sb_text_add(to, "\t");
    sb_gnuplot_add_number(to, y);
    sb_text_add(to, "\n");
}

/* A block of two points for the peak, then one for each level that the machine has. */
static void add_ceilings(const sb_figure_job *job, sb_text *to)
{
    const sb_ceilings *c = ceilings_of(job->model, job->threads);
    range r = extent(job, c);
    sb_text_add(to, "intensity\tpeak\n");
    add_row(to, r.left, c->gflops);
    add_row(to, r.right, c->gflops);
    for (int level = 0; level < SB_LEVELS; level++) {
        if (!(c->gbytes[level] > 0))
            continue;
        sb_text_add(to, "\n\nintensity\t%s\n", sb_level_name((sb_level)level));
        add_row(to, r.left, r.left * c->gbytes[level]);
        add_row(to, c->gflops / c->gbytes[level], c->gflops);
    }
}

/* The standard blocks of all techniques, then the separable ones, a row a layer. */
static void data(const sb_figure_job *job, sb_text *to)
{
    sb_grid grid = grid_of(job);
    add_ceilings(job, to);
    for (int operation = 0; operation < SB_OPERATIONS; operation++)
        for (size_t t = 0; t < grid.technique_count; t++) {
            sb_text_add(to, "\n\nintensity\t");
            sb_gnuplot_add_field(to, job->model->techniques[grid.techniques[t]].name,
                                 SB_MOST_LABEL);
            sb_text_add(to, "\t%s\n", sb_operation_name((sb_operation)operation));
            for (size_t x = 0; x < grid.layer_count; x++) {
                const sb_rate *rate = sb_grid_cell(&grid, x, t);
                sb_gnuplot_add_number(to, rate ? rate->intensity[operation] : NAN);
                sb_text_add(to, "\t");
                sb_gnuplot_add_number(to, rate ? rate->gflops[operation] : NAN);
                sb_text_add(to, "\t");
                sb_gnuplot_add_field(to, job->model->layers[grid.layers[x]].name, SB_MOST_LABEL);
                sb_text_add(to, "\n");
            }
        }
    sb_grid_free(&grid);
}

/* Names along the slopes, ending below the roof; the peak's above it, at the right. */
static void label_ceilings(const sb_ceilings *c, range r, double width, sb_text *to)
{
    const double degrees = 180 / acos(-1);
    double decade_x = (width - LEFT_MM - RIGHT_MM) / log10(r.right / r.left);
    double decade_y = PANEL_MM / log10(r.high / r.low);
    sb_text_add(to, "set label 1 'peak %.0f GFLOP/s' at %g,%g right offset 0,0.5\n", c->gflops,
                r.right / 1.05, c->gflops);
    for (int level = 0; level < SB_LEVELS; level++) {
        double ridge = c->gflops / c->gbytes[level];
        if (c->gbytes[level] > 0 && ridge < r.right)
            sb_text_add(to,
                        "set label %d '%s %.0f GB/s' at %g,%g right rotate by %.1f offset "
                        "-0.7,0.35 textcolor rgb '#404040'\n",
                        level + 2, sb_level_name((sb_level)level), c->gbytes[level], ridge / 1.25,
                        c->gflops / 1.25, degrees * atan(decade_y / decade_x));
    }
}

typedef struct panel {
    sb_operation operation;
    sb_frame frame;
    size_t ceilings; /* blocks of the data */
} panel;

static void add_panel(const sb_figure_job *job, const panel *p, const sb_grid *grid, sb_text *to)
{
    bool upper = p->operation == SB_STANDARD;
    sb_figure_frame(&p->frame, to);
    sb_text_add(to, "set ylabel '%s (GFLOP/s)'\n", upper ? "Standard" : "Separable");
    sb_text_add(to, upper ? "set format x ''\nunset xlabel\n"
                          : "unset key\nunset title\nset format x '%%g'\n"
                            "set xlabel 'Operations for each byte that must move (flop/B)'\n");
    sb_text_add(to,
                "plot for [i = 0:%zu] data index i using 1:2 with lines lw (i ? 0.8 : 1.4) "
                "dt 1 lc rgb (i ? '#808080' : '#000000') notitle",
                p->ceilings - 1);
    for (size_t t = 0; t < grid->technique_count; t++)
        sb_figure_points(job->model, grid->techniques[t],
                         p->ceilings + (upper ? 0 : grid->technique_count) + t, 2,
                         grid->layer_count > 30 ? 0.4 : 0.55, to);
    sb_text_add(to, "\n");
}

static size_t count_ceilings(const sb_ceilings *c)
{
    size_t count = 1;
    for (int level = 0; level < SB_LEVELS; level++)
        count += c->gbytes[level] > 0;
    return count;
}

static void script(const sb_figure_job *job, double *width, double *height, sb_text *to)
{
    sb_grid grid = grid_of(job);
    const sb_ceilings *c = ceilings_of(job->model, job->threads);
    range r = extent(job, c);
    *width = SB_COLUMN_MM;
    sb_figure_title(job, "arithmetic rate under the roofline", to);
    double foot = sb_figure_key(*width, grid.technique_count, to) + SB_X_AXIS_MM;
    *height = SB_TITLE_MM + 2 * PANEL_MM + GAP_MM + foot;
    panel upper = { SB_STANDARD,
                    { *width, *height, LEFT_MM, foot + PANEL_MM + GAP_MM, SB_TITLE_MM },
                    count_ceilings(c) };
    panel lower = { SB_SEPARABLE,
                    { *width, *height, LEFT_MM, foot, SB_TITLE_MM + PANEL_MM + GAP_MM },
                    upper.ceilings };
    sb_text_add(to,
                "set logscale xy 10\nset xrange [%g:%g]\nset yrange [%g:%g]\n"
                "set grid lt 1 lc rgb '#e0e0e0' lw 0.5\nset multiplot\n",
                r.left, r.right, r.low, r.high);
    label_ceilings(c, r, *width, to);
    add_panel(job, &upper, &grid, to);
    add_panel(job, &lower, &grid, to);
    sb_text_add(to, "unset multiplot\n");
    sb_grid_free(&grid);
}

const sb_figure_kind sb_figure_roofline = {
    .name = "roofline",
    .variants = variants,
    .data = data,
    .script = script,
};
