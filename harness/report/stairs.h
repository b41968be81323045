/* SPDX-License-Identifier: Apache-2.0 */
/* Step curves: the share of layers up to each value, a curve for each technique. */
#ifndef SB_REPORT_STAIRS_H
#define SB_REPORT_STAIRS_H

#include "report/figure.h"

/* Start with {.name, .mark}. */
typedef struct sb_stairs {
    const char *name;
    sb_mark mark;
    double *values; /* owned */
    size_t count;   /* number of values */
    size_t total;   /* the number that a share refers to, at least count */
} sb_stairs;

void sb_stairs_add(sb_stairs *stairs, double value); /* also increments total */

/* Draws it into the open panel: a block of the data with at most some hundred steps, and a curve
 * with a few marks on it. Sorts the values. */
void sb_stairs_plot(sb_canvas *canvas, sb_stairs *stairs, const char *what, const sb_plot_axis *x);
void sb_stairs_free(sb_stairs *stairs);

#endif
