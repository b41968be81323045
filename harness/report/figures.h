/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of a run, drawn by gnuplot, each beside its script, its data and its caption. */
#ifndef SB_REPORT_FIGURES_H
#define SB_REPORT_FIGURES_H

#include "report/model.h"
#include "report/style.h"

typedef struct sb_figure_options {
    bool svg, pdf, png;
    bool titles;           /* within the figures; their captions say it all the same */
    const sb_style *style; /* NULL: for papers */
    sb_selection selection;
    int64_t patience_ns; /* with gnuplot, a figure; 0: a minute */
} sb_figure_options;

/*
 * Writes OUT/NAME.dat, OUT/NAME.gp and OUT/NAME.txt (the caption) for every figure that the run has
 * data for, and one file a format by running gnuplot (never through a shell). Returns the number of
 * figures drawn. Without a gnuplot that can draw them it writes all the rest, warns once, naming
 * what to install, and returns 0.
 */
int sb_figures_write(sb_rundb *db, const char *out, const sb_figure_options *options,
                     sb_error *error);

#endif
