/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a run, one function for each file of DIR/tables; each defines the macros of its
 * numbers. */
#ifndef SB_REPORT_TEX_PARTS_H
#define SB_REPORT_TEX_PARTS_H

#include "report/answer.h"
#include "report/model.h"
#include "report/tex.h"

/* No table has more layers than this: the most expensive ones, or the first ones. */
enum { SB_TEX_LAYERS = 200 };

typedef struct sb_tex_run {
    const sb_model *model;
    const sb_answer *answer;
    const char *json; /* run.json */
    sb_tex_macros macros;
} sb_tex_run;

/* Appends the file's text; nothing if the run has no data for it. */
typedef void sb_tex_part(sb_tex_run *run, sb_text *to);

sb_tex_part sb_tex_layers, sb_tex_speedups, sb_tex_networks, sb_tex_sequences, sb_tex_techniques,
    sb_tex_classes, sb_tex_recommendation, sb_tex_setup, sb_tex_artifact;

/* Adds a cell with a number and its interval, and defines the macros of both: `kind` and
 * "<kind>Interval". */
void sb_tex_add_cell(sb_tex_run *run, sb_text *to, const char *kind, const char *const *parts,
                     sb_interval value);

#endif
