/* SPDX-License-Identifier: Apache-2.0 */
/* A run for LaTeX. */
#ifndef SB_REPORT_TEX_WRITE_H
#define SB_REPORT_TEX_WRITE_H

#include "report/answer.h"
#include "report/model.h"

/* DIR/tables: a file a table that the run has data for, macros.tex with all of their numbers, and
 * example.tex, a paper of two columns that includes all of it and the figures that are there as
 * PDF. */
int sb_tex_write(sb_rundb *db, const sb_answer *answer, const char *dir,
                 const sb_selection *selection, sb_error *error);

#endif
