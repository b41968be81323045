/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a dot chart from results of layers: one for each layer, or, if there are too many, one
 * for each group of them, with the median and the quartiles of each technique. */
#ifndef SB_REPORT_LAYER_ROWS_H
#define SB_REPORT_LAYER_ROWS_H

#include "report/dots.h"

/* A part of the chart. */
typedef struct sb_layer_part {
    const char *head; /* NULL: none */
    sb_grid grid;     /* its layers and techniques; owned */
    sb_interval (*value)(const void *cell);
    double (*reference)(const void *cell, size_t i); /* NULL: no part has a heading */
    /* A few characters at the right of a layer's row; NULL: none. */
    void (*aside)(const sb_grid *grid, size_t layer, sb_text *to);
} sb_layer_part;

/* Fills the chart's rows, draws it with all its notes, and frees the parts' grids. */
void sb_layer_rows_draw(const sb_figure_job *job, sb_canvas *canvas, sb_dots *dots,
                        sb_layer_part *parts, size_t count);

#endif
