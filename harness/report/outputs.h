/* SPDX-License-Identifier: Apache-2.0 */
/* Writes all files that are made from a run beside its CSV files. */
#ifndef SB_REPORT_OUTPUTS_H
#define SB_REPORT_OUTPUTS_H

#include "report/figures.h"

/* Which files are requested. */
typedef struct sb_formats {
    bool svg, pdf, png; /* of figures */
    bool html;          /* DIR/report.html; figures are drawn as SVG for it */
    bool latex;         /* DIR/tables/; figures are drawn as PDF for its example */
} sb_formats;

/* The names, NULL-terminated; the flag of each; and the default. */
extern const char *const sb_format_names[];
bool *sb_format_flag(sb_formats *formats, size_t place);
sb_formats sb_formats_usual(void);

typedef struct sb_output_options {
    sb_formats formats;
    sb_figure_options figures; /* all but their formats */
} sb_output_options;

/* Writes the requested figures into DIR/figures; returns how many were drawn, or negative. */
int sb_outputs_draw(sb_rundb *db, const char *dir, const sb_output_options *options,
                    sb_error *error);

/*
 * The answer: answer.md, answer.json and recommend.csv into DIR, then the page and the LaTeX tables
 * where `options` wants them (NULL: neither), then the text on standard output. The page holds the
 * CSV files and figures that are there.
 */
int sb_outputs_tell(sb_rundb *db, const char *dir, const sb_output_options *options,
                    sb_error *error);

#endif
