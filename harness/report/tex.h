/* SPDX-License-Identifier: Apache-2.0 */
/* LaTeX tables, and a macro for every number in them: the same call makes both, so that text and
 * tables cannot disagree. */
#ifndef SB_REPORT_TEX_H
#define SB_REPORT_TEX_H

#include "core/text.h"
#include "measure/stats.h"
#include "report/page_lists.h"

/* Appends this visible text so that LaTeX shows it, in any font encoding, with places where a line
 * may break. Characters that pdfTeX has no letters for are shown by their numbers there. */
void sb_tex_add(sb_text *to, const char *visible);

/* A key of macros: characters other than letters, digits and "_./:+-" become '-'. */
void sb_tex_add_key(sb_text *to, const char *visible);

/* A number rounded to the first digit that the interval leaves uncertain; four significant digits
 * if there is no interval. */
void sb_tex_add_number(sb_text *to, sb_interval value);
void sb_tex_add_range(sb_text *to, sb_interval value); /* "[5.20, 5.44]" */

/* All macros of a run. {0} is empty. */
typedef struct sb_tex_macros {
    sb_text text; /* their definitions */
    sb_words keys;
} sb_tex_macros;

/* Defines what \sbKIND{part}{part}... expands to. Parts are visible texts, NULL-terminated; if two
 * keys look alike, the first definition stays. */
void sb_tex_define(sb_tex_macros *macros, const char *kind, const char *const *parts,
                   const char *tex);
void sb_tex_macros_free(sb_tex_macros *macros);

/* A float with one table, or as many floats as its rows need. */
typedef struct sb_tex_table {
    sb_text *to;
    const char *label, *caption; /* caption: LaTeX */
    const char *columns;         /* as the argument of tabular */
    const char *head;            /* a row, without its end */
    bool wide;                   /* over both columns */
    size_t rows;                 /* number of rows so far */
} sb_tex_table;

/* Call it before every row. */
void sb_tex_begin_row(sb_tex_table *table);
void sb_tex_end_row(sb_tex_table *table);
void sb_tex_end_table(sb_tex_table *table);

#endif
