/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each parameter of a tuned kernel does: a panel a parameter, with the best and the median
 * time among the evaluations with each of its values, over the best of the search; and in its head
 * the part of the variance that the parameter explains.
 */
#include "report/figure.h"
#include "report/gnuplot.h"
#include "report/influence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_MM  4.5
#define PANEL_MM 28.0
#define LABEL_MM 12.0 /* values below a panel, on their side */
#define LEFT_MM  11.0
#define GAP_MM   3.0

enum {
    COLUMNS = 4,     /* panels beside each other */
    MOST_LABELS = 10 /* values that are named in a panel */
};

/* Is this the first search of its kernel with these threads? */
static bool first_of(const sb_evaluations *all, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (all->list[i].threads == all->list[at].threads &&
            strcmp(all->list[i].kernel, all->list[at].kernel) == 0)
            return false;
    return true;
}

/* The `wanted`-th kernel that has influences, and how many there are up to there. */
static const char *kernel_at(const sb_model *model, int64_t threads, size_t wanted, size_t *number)
{
    *number = 0;
    for (size_t i = 0; i < model->tuning.count; i++) {
        const sb_seeking *s = &model->tuning.list[i];
        size_t count;
        if (s->threads != threads || !first_of(&model->tuning, i))
            continue;
        sb_influence *list = sb_influences_make(&model->tuning, s->kernel, threads, &count);
        sb_influences_free(list, count);
        if (count > 0 && (*number)++ == wanted)
            return s->kernel;
    }
    return NULL;
}

static size_t variants(const sb_model *model, int64_t threads)
{
    size_t count;
    kernel_at(model, threads, SIZE_MAX, &count);
    return count;
}

static sb_influence *influences_of(const sb_figure_job *job, const char **kernel, size_t *count)
{
    size_t number;
    *kernel = kernel_at(job->model, job->threads, job->variant, &number);
    return sb_influences_make(&job->model->tuning, *kernel, job->threads, count);
}

static void add_level(const sb_influence *influence, size_t l, sb_text *to)
{
    const sb_influence_level *level = &influence->levels[l];
    sb_text_add(to, "%zu\t", l);
    sb_gnuplot_add_field(to, level->value, SB_MOST_LABEL);
    sb_text_add(to, "\t");
    sb_gnuplot_add_number(to, level->best);
    sb_text_add(to, "\t");
    sb_gnuplot_add_number(to, level->median);
    sb_text_add(to, "\t%zu\n", level->count);
}

static void data(const sb_figure_job *job, sb_text *to)
{
    const char *kernel;
    size_t count;
    sb_influence *list = influences_of(job, &kernel, &count);
    for (size_t i = 0; i < count; i++) {
        sb_text_add(to, "%splace\t", i ? "\n\n" : "");
        sb_gnuplot_add_field(to, list[i].parameter, SB_MOST_LABEL);
        sb_text_add(to, "\tbest\tmedian\tevaluations\n");
        for (size_t l = 0; l < list[i].count; l++)
            add_level(&list[i], l, to);
    }
    sb_influences_free(list, count);
}

static double top_of(const sb_influence *list, size_t count)
{
    double top = 1.1;
    for (size_t i = 0; i < count; i++)
        for (size_t l = 0; l < list[i].count; l++)
            top = fmax(top, list[i].levels[l].median);
    return top;
}

/* The panels' places: all in millimetres, from the figure's upper left corner. */
typedef struct sheet {
    double width, height;
    size_t columns;
} sheet;

static void panel_frame(const sheet *s, size_t i, sb_text *to)
{
    double each = (s->width - LEFT_MM - 2) / (double)s->columns;
    double left = LEFT_MM + (double)(i % s->columns) * each;
    double top = SB_TITLE_MM + HEAD_MM + (double)(i / s->columns) * (HEAD_MM + PANEL_MM + LABEL_MM);
    sb_text_add(to,
                "set lmargin at screen %.4f\nset rmargin at screen %.4f\n"
                "set bmargin at screen %.4f\nset tmargin at screen %.4f\n",
                left / s->width, (left + each - GAP_MM) / s->width,
                1 - (top + PANEL_MM) / s->height, 1 - top / s->height);
}

/* "vectors: 43 %" */
static void panel_title(const sb_influence *influence, sb_text *to)
{
    sb_text_add(to, "set title ");
    sb_gnuplot_add_string(to, influence->parameter, 20);
    if (isfinite(influence->share))
        sb_text_add(to, ".': %.0f %%'", 100 * influence->share);
    sb_text_add(to, " offset 0,-0.8\n");
}

/* Names some of the values. */
static void panel_labels(const sb_influence *influence, sb_text *to)
{
    size_t every = (influence->count + MOST_LABELS - 1) / MOST_LABELS;
    sb_text_add(to, "set xtics (");
    for (size_t l = 0; l < influence->count; l += every) {
        sb_text_add(to, l ? ", " : "");
        sb_gnuplot_add_string(to, influence->levels[l].value, 9);
        sb_text_add(to, " %zu", l);
    }
    sb_text_add(to, ")\n");
}

static void panel(const sheet *s, const sb_influence *influence, size_t i, sb_text *to)
{
    panel_frame(s, i, to);
    panel_title(influence, to);
    panel_labels(influence, to);
    sb_text_add(to, "set xrange [-0.6:%g]\n", (double)influence->count - 0.4);
    sb_text_add(to, i % s->columns == 0 ? "set format y '%%g'\nset ylabel 'Time / best'\n"
                                        : "set format y ''\nunset ylabel\n");
    sb_text_add(to,
                "plot 1 with lines lt 1 lw 0.7 lc rgb '#808080' notitle, \\\n"
                "     data index %zu using 1:4 with points pt 6 ps 0.35 lc rgb '#d55e00' notitle, "
                "\\\n"
                "     data index %zu using 1:3 with linespoints lw 0.9 pt 7 ps 0.25 "
                "lc rgb '#000000' notitle",
                i, i);
    if (i == 0)
        sb_text_add(to, ", \\\n     keyentry with linespoints lw 0.9 pt 7 ps 0.25 lc rgb '#000000' "
                        "title 'best', \\\n     keyentry with points pt 6 ps 0.35 lc rgb '#d55e00' "
                        "title 'median'");
    sb_text_add(to, "\nunset key\nunset label 1\n");
}

static void script(const sb_figure_job *job, double *width, double *height, sb_text *to)
{
    const char *kernel;
    size_t count;
    sb_influence *list = influences_of(job, &kernel, &count);
    sheet s = { .columns = count < COLUMNS ? count : COLUMNS };
    sb_text what = { 0 };
    *width = s.width = s.columns < 3 ? SB_COLUMN_MM : SB_PAGE_MM;
    double foot = sb_figure_key(s.width, 2, to);
    *height = s.height =
        SB_TITLE_MM + foot +
        (double)((count + s.columns - 1) / s.columns) * (HEAD_MM + PANEL_MM + LABEL_MM);
    double top = top_of(list, count);
    sb_text_add(&what, "%s, what parameters explain", kernel);
    sb_text_add(to, "set label 1 ");
    sb_figure_title_text(job, what.data, to);
    sb_text_add(to,
                " at screen 0.5, screen %.4f center\n"
                "set xtics rotate by 90 right scale 0\n"
                "set logscale y\nset yrange [0.97:%g]\n"
                "set ytics (1, %s1.5, 2, 3, 5, 10, 20, 50, 100)\n"
                "set grid ytics lt 1 lc rgb '#e0e0e0' lw 0.5\nset multiplot\n",
                1 - 3.0 / s.height, top * 1.08, top < 3 ? "1.1, 1.2, " : "");
    for (size_t i = 0; i < count; i++)
        panel(&s, &list[i], i, to);
    sb_text_add(to, "unset multiplot\n");
    sb_text_free(&what);
    sb_influences_free(list, count);
}

const sb_figure_kind sb_figure_influence = {
    .name = "influence",
    .variants = variants,
    .data = data,
    .script = script,
};
