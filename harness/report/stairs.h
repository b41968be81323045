/* SPDX-License-Identifier: Apache-2.0 */
/* Curves that rise step by step: the share of layers up to each value, a curve a technique. */
#ifndef SB_REPORT_STAIRS_H
#define SB_REPORT_STAIRS_H

#include "report/figure.h"

/* {.name, .mark} begins one. */
typedef struct sb_stairs {
    const char *name;
    sb_mark mark;
    double *values; /* owned */
    size_t count;   /* of values */
    size_t total;   /* what a share is of, at least count */
} sb_stairs;

void sb_stairs_add(sb_stairs *stairs, double value); /* total grows too */

/* Draws it into the open panel: a block of the data, no more than some hundred steps, and a curve
 * with a few marks on it. Puts the values in order. */
void sb_stairs_plot(sb_canvas *canvas, sb_stairs *stairs, const char *what, const sb_plot_axis *x);
void sb_stairs_free(sb_stairs *stairs);

#endif
