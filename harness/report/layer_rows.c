/* SPDX-License-Identifier: Apache-2.0 */
#include "report/layer_rows.h"

#include "report/groups.h"

#include <math.h>
#include <stdlib.h>

typedef struct builder {
    const sb_figure_job *job;
    sb_dots *dots;
    bool grouped;
    size_t left_out; /* values of groups that are not determined */
} builder;

/* For a group, the median and quartiles of its determined values; for a single layer, its own. */
static sb_interval summarise_group(builder *b, const sb_layer_part *part,
                                   const sb_layer_group *group, size_t technique)
{
    const sb_interval none = { NAN, NAN, NAN };
    double *values = sb_new(group->count, sizeof *values);
    size_t count = 0;
    sb_interval v = none;
    for (size_t i = 0; i < group->count; i++) {
        const void *cell = sb_grid_cell(&part->grid, group->places[i], technique);
        v = cell ? part->value(cell) : none;
        if (!isfinite(v.value))
            continue;
        if (sb_determined(v.low, v.high))
            values[count++] = v.value;
        else
            b->left_out++;
    }
    sb_interval result = b->grouped ? sb_quartiles(values, count) : v;
    free(values);
    return result;
}

/* A reference is the same for all techniques, but only a measured one has it. */
static double reference_of(const sb_layer_part *part, const sb_layer_group *group, size_t which)
{
    double *values = sb_new(group->count, sizeof *values);
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++)
        for (size_t t = 0; t < part->grid.technique_count; t++) {
            const void *cell = sb_grid_cell(&part->grid, group->places[i], t);
            double value = cell ? part->reference(cell, which) : NAN;
            if (isfinite(value)) {
                values[count++] = value;
                break;
            }
        }
    double median = sb_quartiles(values, count).value;
    free(values);
    return median;
}

static void add_row(builder *b, const sb_layer_part *part, const sb_layer_group *group)
{
    sb_text label = { 0 }, aside = { 0 };
    sb_text_add(&label, "%s", group->label);
    if (b->grouped)
        sb_text_add(&label, " (%zu)", group->count);
    if (part->aside && !b->grouped)
        part->aside(&part->grid, group->places[0], &aside);
    sb_dots_row *row = sb_dots_add_row(b->dots, b->job->model, part->head, label.data);
    if (aside.data) {
        free(row->aside);
        row->aside = aside.data;
    }
    for (size_t t = 0; t < part->grid.technique_count; t++)
        row->dots[part->grid.techniques[t]] = summarise_group(b, part, group, t);
    for (size_t i = 0; i < SB_MOST_REFERENCES && part->reference; i++)
        row->references[i] = reference_of(part, group, i);
    sb_text_free(&label);
}

static void add_part(builder *b, const sb_layer_part *part)
{
    size_t count = part->grid.layer_count;
    sb_layer_groups groups =
        sb_layer_groups_make(b->job->model, part->grid.layers, count, b->grouped ? 1 : count);
    for (size_t g = 0; g < groups.count; g++)
        add_row(b, part, &groups.list[g]);
    sb_layer_groups_free(&groups);
}

void sb_layer_rows_draw(const sb_figure_job *job, sb_canvas *canvas, sb_dots *dots,
                        sb_layer_part *parts, size_t count)
{
    builder b = { .job = job, .dots = dots };
    size_t layers = 0;
    for (size_t p = 0; p < count; p++)
        layers += parts[p].grid.layer_count;
    b.grouped = dots->spreads = layers > sb_dots_most_rows(canvas);
    for (size_t p = 0; p < count; p++) {
        add_part(&b, &parts[p]);
        sb_grid_free(&parts[p].grid);
    }
    double y = sb_dots_draw(job, canvas, dots);
    if (b.grouped)
        sb_canvas_note(canvas, "A mark is the median of a group's layers (their number is in "
                               "brackets), its line spans the quartiles.");
    if (b.grouped)
        sb_note_left_out(canvas, b.left_out);
    sb_canvas_finish(canvas, y);
}
