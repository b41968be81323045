/* SPDX-License-Identifier: Apache-2.0 */
/* Maps over two swept dimensions: a cell for each pair of values, a panel for each combination of
 * all others. */
#ifndef SB_REPORT_MAP_H
#define SB_REPORT_MAP_H

#include "report/facets.h"
#include "report/figure.h"
#include "report/swept.h"

typedef struct sb_map {
    const sb_model *model;
    sb_dim dims[2];    /* horizontal and vertical: the one with more values is horizontal */
    size_t *values[2]; /* owned; layers with these values, ascending */
    size_t counts[2];
    sb_sweep_parts parts; /* one panel for each */
    bool swept[SB_DIMS];
} sb_map;

enum { SB_MAP_PANELS = 12 /* panels in a figure */ };

/* Of the layers (places in the model's list); false if they do not sweep two dimensions
 * together. */
bool sb_map_make(const sb_model *model, const size_t *layers, size_t count, sb_map *map);
void sb_map_free(sb_map *map);

/* The column (0) or row (1) of a layer. */
size_t sb_map_place(const sb_map *map, size_t layer, int across_or_up);

/* Has the part's i-th layer the same shape as the one before? A cell shows the first. */
bool sb_map_repeats(const sb_map *map, const sb_sweep_part *part, size_t i);

/* A panel for each part, or for some of them, without titles and positions. The facets own the
 * texts of the axes: sb_map_facets_free() them. */
sb_facets sb_map_facets(const sb_map *map, const sb_canvas *canvas, size_t panels);
void sb_map_facets_free(sb_facets *facets);

/* Plots a block of cells, whose first two columns are a cell's column and row. */
void sb_map_plot_cells(sb_canvas *canvas, size_t block, const char *colour);

#endif
