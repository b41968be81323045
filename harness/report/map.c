/* SPDX-License-Identifier: Apache-2.0 */
#include "report/map.h"

#include <math.h>
#include <stdlib.h>

bool sb_map_make(const sb_model *model, const size_t *layers, size_t count, sb_map *map)
{
    *map = (sb_map) { .model = model };
    if (!sb_sweep_pair(model, layers, count, map->dims))
        return false;
    map->swept[map->dims[0]] = map->swept[map->dims[1]] = true;
    map->parts = sb_sweep_planes(model, layers, count, map->dims);
    size_t held = sb_sweep_parts_layers(&map->parts), used = 0;
    size_t *all = sb_new(held, sizeof *all);
    for (size_t p = 0; p < map->parts.count; p++)
        for (size_t i = 0; i < map->parts.list[p].count; i++)
            all[used++] = map->parts.list[p].layers[i];
    for (int i = 0; i < 2; i++)
        map->values[i] = sb_sweep_values(model, all, held, map->dims[i], &map->counts[i]);
    free(all);
    if (map->counts[0] < map->counts[1]) {
        sb_dim dim = map->dims[0];
        size_t *values = map->values[0], number = map->counts[0];
        map->dims[0] = map->dims[1];
        map->values[0] = map->values[1];
        map->counts[0] = map->counts[1];
        map->dims[1] = dim;
        map->values[1] = values;
        map->counts[1] = number;
    }
    return true;
}

void sb_map_free(sb_map *map)
{
    free(map->values[0]);
    free(map->values[1]);
    sb_sweep_parts_free(&map->parts);
    *map = (sb_map) { 0 };
}

size_t sb_map_place(const sb_map *map, size_t layer, int i)
{
    size_t place = 0;
    while (place + 1 < map->counts[i] &&
           sb_dims_compare(&map->model->layers[map->values[i][place]].dims,
                           &map->model->layers[layer].dims, map->dims[i]) != 0)
        place++;
    return place;
}

bool sb_map_repeats(const sb_map *map, const sb_sweep_part *part, size_t i)
{
    const bool none[SB_DIMS] = { false };
    return i > 0 && sb_dims_same_but(&map->model->layers[part->layers[i]].dims,
                                     &map->model->layers[part->layers[i - 1]].dims, none);
}

static char **make_texts(const sb_map *map, int i)
{
    char **texts = sb_new(map->counts[i], sizeof *texts);
    for (size_t v = 0; v < map->counts[i]; v++) {
        sb_text text = { 0 };
        sb_dims_add(&text, &map->model->layers[map->values[i][v]].dims, map->dims[i], true);
        texts[v] = text.data;
    }
    return texts;
}

sb_facets sb_map_facets(const sb_map *map, const sb_canvas *canvas, size_t panels)
{
    double cell = 1.7 * sb_canvas_line_mm(canvas), rows = (double)map->counts[1];
    return (sb_facets) {
        .count = panels,
        .x = { .low = -0.5, .high = (double)map->counts[0] - 0.5 },
        .y = { .low = -0.5, .high = rows - 0.5 },
        .x_texts = make_texts(map, 0),
        .x_count = map->counts[0],
        .y_texts = make_texts(map, 1),
        .y_count = map->counts[1],
        .x_title = sb_dim_title(map->dims[0]),
        .y_title = sb_dim_title(map->dims[1]),
        .least = fmin(fmax(38, 1.3 * cell * (double)map->counts[0]), canvas->width - 30),
        .height = fmin(fmax(cell * rows, 16), 0.4 * canvas->style->tallest),
    };
}

void sb_map_facets_free(sb_facets *f)
{
    for (size_t i = 0; i < f->x_count; i++)
        free(f->x_texts[i]);
    for (size_t i = 0; i < f->y_count; i++)
        free(f->y_texts[i]);
    free(f->x_texts);
    free(f->y_texts);
}

void sb_map_plot_cells(sb_canvas *canvas, size_t block, const char *colour)
{
    sb_panel_plot(canvas,
                  "data index %zu using 1:2:($1 - 0.48):($1 + 0.48):($2 - 0.47):($2 + 0.47) with "
                  "boxxyerror fs solid 1 noborder fc rgb '%s'",
                  block, colour);
}
