/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of a run, drawn by gnuplot, each beside its script, its data and its caption. */
#ifndef SB_REPORT_FIGURES_H
#define SB_REPORT_FIGURES_H

#include "report/model.h"
#include "report/style.h"

typedef struct sb_figure_options {
    bool svg, pdf, png;
    bool titles;           /* in the figures; the captions have them in any case */
    const sb_style *style; /* NULL: for papers */
    sb_selection selection;
    int64_t patience_ns; /* limit for gnuplot, for each figure; 0: a minute */
} sb_figure_options;

/*
 * Writes OUT/NAME.dat, OUT/NAME.gp and OUT/NAME.txt (the caption) for every figure for which the
 * run has data, and one file for each format by running gnuplot (never through a shell). Returns
 * the number of figures drawn. Without a suitable gnuplot it writes the other files, warns once,
 * naming what to install, and returns 0.
 */
int sb_figures_write(sb_rundb *db, const char *out, const sb_figure_options *options,
                     sb_error *error);

#endif
