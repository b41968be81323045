/* SPDX-License-Identifier: Apache-2.0 */
/* Tables for LaTeX, and a macro for every number in them: both are made by the same call, so that
 * text and tables cannot disagree. */
#ifndef SB_REPORT_TEX_H
#define SB_REPORT_TEX_H

#include "core/text.h"
#include "measure/stats.h"
#include "report/page_lists.h"

/* Appends what LaTeX shows as this visible text, in any font encoding; with places where a line may
 * break. Characters that pdfTeX has no letters for are shown by their numbers there. */
void sb_tex_add(sb_text *to, const char *visible);

/* A key of macros: what is no letter, digit or one of "_./:+-" becomes '-'. */
void sb_tex_add_key(sb_text *to, const char *visible);

/* A number whose last digit is the first that the interval leaves open; four significant digits
 * where there is none. */
void sb_tex_add_number(sb_text *to, sb_interval value);
void sb_tex_add_range(sb_text *to, sb_interval value); /* "[5.20, 5.44]" */

/* All macros of a run. {0} begins. */
typedef struct sb_tex_macros {
    sb_text text; /* their definitions */
    sb_words keys;
} sb_tex_macros;

/* Defines what \sbKIND{part}{part}... shows. Parts are visible texts, NULL-terminated; the first
 * of two that look alike stays. */
void sb_tex_define(sb_tex_macros *macros, const char *kind, const char *const *parts,
                   const char *tex);
void sb_tex_macros_free(sb_tex_macros *macros);

/* A float of one table, or of as many as its rows need. */
typedef struct sb_tex_table {
    sb_text *to;
    const char *label, *caption; /* caption: LaTeX */
    const char *columns;         /* as tabular takes them */
    const char *head;            /* a row, without its end */
    bool wide;                   /* over both columns */
    size_t rows;                 /* until now */
} sb_tex_table;

/* Call it before every row. */
void sb_tex_begin_row(sb_tex_table *table);
void sb_tex_end_row(sb_tex_table *table);
void sb_tex_end_table(sb_tex_table *table);

#endif
