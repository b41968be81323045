/* SPDX-License-Identifier: Apache-2.0 */
#include "report/figure.h"

#include "core/text.h"
#include "report/gnuplot.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* ---------------------------------------------------------------------------------------- begin */

/* A processor's name without common words: a column is narrow. */
static void add_machine(sb_text *to, const char *name)
{
    static const char *const noise[] = { "(R)", "(TM)", "(r)", "(tm)", " CPU", " Processor" };
    sb_text plain = { 0 };
    while (*name) {
        size_t skipped = 0;
        for (size_t i = 0; i < COUNT(noise) && !skipped; i++)
            if (strncmp(name, noise[i], strlen(noise[i])) == 0)
                skipped = strlen(noise[i]);
        if (!skipped)
            sb_text_add_bytes(&plain, name, 1);
        name += skipped ? skipped : 1;
    }
    sb_text_add_visible(to, plain.length ? plain.data : "an unknown machine");
    sb_text_free(&plain);
}

/* "mobilenet_v2 on Intel Xeon, 2 threads" */
static void add_subject(const sb_figure_job *job, sb_text *to)
{
    const sb_caption *caption = &job->model->caption;
    if (*caption->name) {
        sb_text_add_visible(to, caption->name);
        sb_text_add(to, " on ");
    }
    add_machine(to, caption->machine);
    if (job->threads)
        sb_text_add(to, ", %lld thread%s", (long long)job->threads, sb_plural(job->threads));
}

double sb_figure_begin(const sb_figure_job *job, sb_canvas *canvas, double width, const char *what,
                       ...)
{
    sb_text subject = { 0 }, title = { 0 };
    double y = SB_EDGE_MM, line = sb_canvas_line_mm(canvas);
    va_list arguments;
    va_start(arguments, what);
    sb_text_add_list(&title, what, arguments);
    va_end(arguments);
    add_subject(job, &subject);
    canvas->width = width;
    sb_canvas_say(canvas, "%s: %s.", title.data, subject.data);
    if (job->titled) {
        sb_text_add(&title, ": %s", subject.data);
        y += line * (double)sb_canvas_wrapped(canvas, SB_EDGE_MM, y + line / 2,
                                              width - 2 * SB_EDGE_MM, SB_LEFT, NULL, title.data);
        y += 2 * SB_GAP_MM;
    }
    sb_text_free(&subject);
    sb_text_free(&title);
    return y;
}

/* ----------------------------------------------------------------------------------------- grid */

/* The entries that a grid is made from. */
typedef struct entries {
    const sb_place **list;
    size_t count;
} entries;

static void keep_place(entries *e, const sb_place *place)
{
    e->list[e->count++] = place;
}

/* Numbers the marked places: `list` gets them, `place[i]` becomes the number of i. */
static size_t number_places(size_t *place, size_t count, size_t *list)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (place[i]) {
            list[used] = i;
            place[i] = used++;
        }
    return used;
}

static sb_grid make_grid(const sb_model *model, entries *e)
{
    sb_grid grid = {
        .layers = sb_new(model->layer_count, sizeof(size_t)),
        .techniques = sb_new(model->technique_count, sizeof(size_t)),
    };
    size_t *row = sb_new(model->layer_count, sizeof *row);
    size_t *column = sb_new(model->technique_count, sizeof *column);
    for (size_t i = 0; i < e->count; i++)
        row[e->list[i]->layer] = column[e->list[i]->technique] = 1;
    grid.layer_count = number_places(row, model->layer_count, grid.layers);
    grid.technique_count = number_places(column, model->technique_count, grid.techniques);
    grid.cells = sb_new(grid.layer_count * grid.technique_count, sizeof *grid.cells);
    for (size_t i = 0; i < e->count; i++)
        grid.cells[row[e->list[i]->layer] * grid.technique_count + column[e->list[i]->technique]] =
            e->list[i];
    free(row);
    free(column);
    free(e->list);
    return grid;
}

sb_grid sb_grid_points(const sb_model *model, int64_t threads)
{
    entries e = { sb_new(model->point_count, sizeof *e.list), 0 };
    for (size_t i = 0; i < model->point_count; i++)
        if (model->points[i].at.threads == threads)
            keep_place(&e, &model->points[i].at);
    return make_grid(model, &e);
}

sb_grid sb_grid_timings(const sb_model *model, int64_t threads, sb_operation operation)
{
    entries e = { sb_new(model->timing_count, sizeof *e.list), 0 };
    for (size_t i = 0; i < model->timing_count; i++) {
        const sb_timing *t = &model->timings[i];
        if (t->at.threads == threads && t->operation == operation && t->leads)
            keep_place(&e, &t->at);
    }
    return make_grid(model, &e);
}

const void *sb_grid_cell(const sb_grid *grid, size_t layer, size_t technique)
{
    return grid->cells[layer * grid->technique_count + technique];
}

void sb_grid_free(sb_grid *grid)
{
    free(grid->layers);
    free(grid->techniques);
    free(grid->cells);
    *grid = (sb_grid) { 0 };
}

bool sb_have_points(const sb_model *model, int64_t threads)
{
    for (size_t i = 0; i < model->point_count; i++)
        if (model->points[i].at.threads == threads)
            return true;
    return false;
}

bool sb_have_timings(const sb_model *model, int64_t threads)
{
    for (size_t i = 0; i < model->timing_count; i++)
        if (model->timings[i].at.threads == threads)
            return true;
    return false;
}

/* The technique has kernels, and none of them uses more than one of the job's threads. */
static bool uses_one_thread(const sb_figure_job *job, size_t technique)
{
    size_t count = 0;
    if (job->threads < 2)
        return false;
    for (size_t i = 0; i < job->model->timing_count; i++) {
        const sb_timing *t = &job->model->timings[i];
        if (t->at.technique != technique || t->at.threads != job->threads)
            continue;
        if (t->threaded)
            return false;
        count++;
    }
    return count > 0;
}

void sb_legend_add_technique(sb_legend *legend, const sb_figure_job *job, size_t technique,
                             sb_swatch swatch)
{
    const sb_technique *t = &job->model->techniques[technique];
    sb_text name = { 0 };
    sb_text_add(&name, "%s%s", t->shown, uses_one_thread(job, technique) ? " (1 thread)" : "");
    sb_legend_add(legend, name.data, swatch, t->mark, 1);
    sb_text_free(&name);
}

void sb_legend_add_undetermined(sb_legend *legend)
{
    sb_legend_add(legend, "not determined", SB_SWATCH_MARK,
                  (sb_mark) { SB_GREY_LINE, SB_POINT_UNDETERMINED, "1" }, 1);
}

void sb_note_undetermined(sb_canvas *canvas, size_t count)
{
    if (count)
        sb_canvas_note(canvas, "%zu not determined: the interval is wider than a factor of 1.5.",
                       count);
}

void sb_note_left_out(sb_canvas *canvas, size_t count)
{
    if (count)
        sb_canvas_note(canvas, "%zu left out: their intervals are wider than a factor of 1.5.",
                       count);
}

size_t sb_legend_add_timed(sb_legend *legend, const sb_figure_job *job)
{
    const sb_model *model = job->model;
    bool *used = sb_new(model->technique_count, sizeof *used);
    size_t undetermined = 0;
    for (size_t i = 0; i < model->timing_count; i++) {
        const sb_timing *t = &model->timings[i];
        if (t->at.threads != job->threads || !t->leads)
            continue;
        used[t->at.technique] = true;
        undetermined += !sb_determined(t->time.low, t->time.high);
    }
    for (size_t t = 0; t < model->technique_count; t++)
        if (used[t])
            sb_legend_add_technique(legend, job, t, SB_SWATCH_MARK);
    if (undetermined)
        sb_legend_add_undetermined(legend);
    free(used);
    return undetermined;
}

void sb_add_time(sb_text *to, double ns)
{
    static const struct {
        double ns;
        const char *name;
    } units[] = { { 1e9, "s" }, { 1e6, "ms" }, { 1e3, "\xc2\xb5s" }, { 1, "ns" } };
    size_t i = 0;
    while (i + 1 < COUNT(units) && ns < units[i].ns)
        i++;
    double value = ns / units[i].ns;
    if (value < 0.1)
        sb_text_add(to, "%.2g %s", value, units[i].name);
    else
        sb_text_add(to, "%.*f %s", value < 10 ? 2 : value < 100 ? 1 : 0, value, units[i].name);
}
