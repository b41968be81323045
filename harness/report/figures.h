/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of a run, drawn by gnuplot, each beside its script and data. */
#ifndef SB_REPORT_FIGURES_H
#define SB_REPORT_FIGURES_H

#include "store/rundb.h"

typedef struct sb_figure_formats {
    bool svg, pdf, png;
} sb_figure_formats;

/* Writes OUT/NAME.dat and OUT/NAME.gp for every figure that the run has data for, and one file a
 * format by running gnuplot (never through a shell). Returns the number of figures drawn; without a
 * gnuplot it writes scripts and data, warns once, naming the package, and returns 0. */
int sb_figures_write(sb_rundb *db, const char *out, sb_figure_formats formats, sb_error *error);

#endif
