/* SPDX-License-Identifier: Apache-2.0 */
#include "report/figure.h"

#include "report/gnuplot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* Numbers what is marked: `list` gets the marked places, `place[i]` becomes i's number. */
static size_t number(size_t *place, size_t count, size_t *list)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (place[i]) {
            list[used] = i;
            place[i] = used++;
        }
    return used;
}

sb_grid sb_grid_make(const sb_model *model, const void *entries, size_t count, size_t size,
                     int64_t threads)
{
    sb_grid grid = {
        .layers = sb_new(model->layer_count, sizeof(size_t)),
        .techniques = sb_new(model->technique_count, sizeof(size_t)),
    };
    size_t *row = sb_new(model->layer_count, sizeof *row);
    size_t *column = sb_new(model->technique_count, sizeof *column);
    for (size_t i = 0; i < count; i++) {
        const sb_place *at = (const sb_place *)((const char *)entries + i * size);
        if (at->threads == threads)
            row[at->layer] = column[at->technique] = 1;
    }
    grid.layer_count = number(row, model->layer_count, grid.layers);
    grid.technique_count = number(column, model->technique_count, grid.techniques);
    grid.cells = sb_new(grid.layer_count * grid.technique_count, sizeof *grid.cells);
    for (size_t i = 0; i < count; i++) {
        const sb_place *at = (const sb_place *)((const char *)entries + i * size);
        if (at->threads == threads)
            grid.cells[row[at->layer] * grid.technique_count + column[at->technique]] = at;
    }
    free(row);
    free(column);
    return grid;
}

const void *sb_grid_cell(const sb_grid *grid, size_t layer, size_t technique)
{
    return grid->cells[layer * grid->technique_count + technique];
}

const void *sb_grid_any(const sb_grid *grid, size_t layer)
{
    for (size_t t = 0; t < grid->technique_count; t++)
        if (sb_grid_cell(grid, layer, t))
            return sb_grid_cell(grid, layer, t);
    return NULL;
}

void sb_grid_free(sb_grid *grid)
{
    free(grid->layers);
    free(grid->techniques);
    free(grid->cells);
    *grid = (sb_grid) { 0 };
}

/* A processor's name without the words that every one has: a column is narrow. */
static void add_machine(sb_text *to, const char *name)
{
    static const char *const noise[] = { "(R)", "(TM)", "(r)", "(tm)", " CPU", " Processor" };
    while (*name) {
        size_t skipped = 0;
        for (size_t i = 0; i < COUNT(noise) && !skipped; i++)
            if (strncmp(name, noise[i], strlen(noise[i])) == 0)
                skipped = strlen(noise[i]);
        if (!skipped)
            sb_text_add_bytes(to, name, 1);
        name += skipped ? skipped : 1;
    }
}

void sb_figure_title_text(const sb_figure_job *job, const char *what, sb_text *script)
{
    const sb_caption *caption = &job->model->caption;
    sb_text second = { 0 };
    add_machine(&second, caption->machine);
    if (job->threads)
        sb_text_add(&second, "%s%lld thread%s", *caption->machine ? ", " : "",
                    (long long)job->threads, job->threads == 1 ? "" : "s");
    if (*caption->name) {
        sb_gnuplot_add_string(script, caption->name, 40);
        sb_text_add(script, ".': '.");
    }
    sb_gnuplot_add_string(script, what, 80);
    if (second.length) {
        sb_text_add(script, ".\"\\n\".");
        sb_gnuplot_add_string(script, second.data, 70);
    }
    sb_text_free(&second);
}

void sb_figure_title(const sb_figure_job *job, const char *what, sb_text *script)
{
    sb_text_add(script, "set title ");
    sb_figure_title_text(job, what, script);
    sb_text_add(script, " offset 0,-0.5\n");
}

/*
 * Okabe and Ito's colours, which the colour-blind tell apart, in an order whose neighbours also
 * differ in lightness; the markers tell them apart in grey. Filled ones are our own, open ones are
 * peers.
 */
static const char *const colours[] = { "#e69f00", "#0072b2", "#56b4e9", "#d55e00",
                                       "#009e73", "#cc79a7", "#7f7f7f", "#b8a900" };
static const int filled[] = { 5, 9, 11, 13, 15, 7 };
static const int open[] = { 4, 8, 10, 12, 14, 6 };
static const char *const dashes[] = {
    "1", "(9,4)", "(3,3)", "(9,3,2,3)", "(14,4)", "(5,2,2,2,2,2)"
};

typedef struct marker {
    int point;
    const char *colour;
} marker;

static marker marker_of(const sb_model *model, size_t technique)
{
    const sb_technique *chosen = &model->techniques[technique];
    if (strcmp(chosen->name, "best") == 0)
        return (marker) { 7, "#000000" };
    size_t place = 0; /* among those of its sort */
    for (size_t i = 0; i < technique; i++)
        place += model->techniques[i].peer == chosen->peer &&
                 strcmp(model->techniques[i].name, "best") != 0;
    size_t colour = (place + (chosen->peer ? 3 : 0)) % COUNT(colours);
    return (marker) { chosen->peer ? open[place % COUNT(open)] : filled[place % COUNT(filled)],
                      colours[colour] };
}

void sb_figure_points(const sb_model *model, size_t technique, size_t index, int column,
                      double size, sb_text *script)
{
    marker m = marker_of(model, technique);
    sb_text_add(script,
                ", \\\n     data index %zu using 1:%d with points pt %d ps %g lc rgb '%s' title "
                "columnheader(2)",
                index, column, m.point, size, m.colour);
}

/* Vectors: gnuplot's error bars blank a disc around each marker, and with it the neighbours. */
void sb_figure_intervals(const sb_model *model, size_t technique, size_t index, sb_text *script)
{
    sb_text_add(script,
                ", \\\n     data index %zu using 1:3:(0):($4 - $3) with vectors nohead lw 1 dt 1 "
                "lc rgb '%s' notitle",
                index, marker_of(model, technique).colour);
}

void sb_figure_joined(const sb_model *model, size_t technique, size_t index, int column,
                      bool dashed, sb_text *script)
{
    marker m = marker_of(model, technique);
    sb_text_add(script,
                ", \\\n     data index %zu using 1:%d with linespoints lw 1.2 dt %s pt %d ps 0.5 "
                "lc rgb '%s' notitle",
                index, column, dashed ? "(6,3)" : "1", m.point, m.colour);
}

void sb_figure_marker_key(const sb_model *model, size_t technique, sb_text *script)
{
    marker m = marker_of(model, technique);
    sb_text_add(script, ", \\\n     keyentry with points pt %d ps 0.6 lc rgb '%s' title ", m.point,
                m.colour);
    sb_gnuplot_add_string(script, model->techniques[technique].name, SB_MOST_LABEL);
}

void sb_figure_line(size_t i, sb_text *script)
{
    static const char *const strong[] = { "#000000", "#d55e00", "#0072b2", "#009e73",
                                          "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f" };
    sb_text_add(script, " dt %s pt %d lc rgb '%s'", dashes[i % COUNT(dashes)],
                filled[i % COUNT(filled)], strong[i % COUNT(strong)]);
}

void sb_figure_layer_axis(size_t count, sb_text *script)
{
    sb_text_add(script, "set xrange [-0.6:%g]\n", (double)count - 0.4);
    if (count <= SB_MOST_NAMED_LAYERS)
        sb_text_add(script, "set xtics rotate by 90 right scale 0 noenhanced\n"
                            "name(column) = strcol(column)\n");
    else
        sb_text_add(script, "set xtics autofreq\n"
                            "set xlabel 'Layer, in the order of the run'\n");
}

double sb_figure_layer_width(size_t count)
{
    double wanted = 20 + 4.2 * (double)count;
    return wanted < SB_COLUMN_MM ? SB_COLUMN_MM : wanted > SB_PAGE_MM ? SB_PAGE_MM : wanted;
}

double sb_figure_label_mm(const sb_model *model, const sb_grid *grid)
{
    if (grid->layer_count > SB_MOST_NAMED_LAYERS)
        return 8;
    size_t longest = 0;
    for (size_t i = 0; i < grid->layer_count; i++) {
        size_t length = strlen(model->layers[grid->layers[i]].name);
        longest = length > longest ? length : longest;
    }
    return 3 + 1.35 * (double)(longest < SB_MOST_LABEL ? longest : SB_MOST_LABEL);
}

double sb_figure_key(double width_mm, size_t entries, sb_text *script)
{
    size_t columns = (size_t)(width_mm / 27);
    size_t rows = (entries + columns - 1) / columns;
    sb_text_add(
        script,
        "set key at screen 0.5, screen 0.01 center bottom horizontal maxcols %zu Left reverse "
        "samplen 1.6 noenhanced\n",
        columns);
    return 3.2 * (double)rows + 1.5;
}

void sb_figure_frame(const sb_frame *f, sb_text *script)
{
    sb_text_add(script,
                "set lmargin at screen %.4f\nset rmargin at screen %.4f\n"
                "set bmargin at screen %.4f\nset tmargin at screen %.4f\n",
                f->left / f->width, 1 - 2 / f->width, f->bottom / f->height,
                1 - f->top / f->height);
}

double sb_figure_dodge(size_t i, size_t n)
{
    return n < 2 ? 0 : ((double)i / (double)(n - 1) - 0.5) * 0.7;
}

void sb_figure_ratio_axes(const char *axes, sb_text *script)
{
    sb_text_add(script, "set logscale %s\n", axes);
    for (; *axes; axes++)
        sb_text_add(
            script,
            "set %ctics (.125, .25, .5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64, 128)\n",
            *axes);
}
