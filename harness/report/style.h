/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes of figures, by the publication that they are drawn for. */
#ifndef SB_REPORT_STYLE_H
#define SB_REPORT_STYLE_H

#include "core/error.h"

typedef struct sb_style {
    const char *name;
    double column, page, tallest; /* of a column and of the page, greatest height, in mm */
    double points;                /* of letters */
    double mark;                  /* half the width of a mark, in mm */
    double line;                  /* factor for line widths */
} sb_style;

/* The style with this name; NULL: the one for papers in general. Returns NULL if there is none (the
 * error lists the names). */
const sb_style *sb_style_named(const char *name, sb_error *error);

#endif
