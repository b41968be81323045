/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes of figures: for whom they are drawn. */
#ifndef SB_REPORT_STYLE_H
#define SB_REPORT_STYLE_H

#include "core/error.h"

typedef struct sb_style {
    const char *name;
    double column, page, tallest; /* widths of a column and of the page, and most height, in mm */
    double points;                /* of letters */
    double mark;                  /* half the width of a mark, in mm */
    double line;                  /* what line widths are multiplied with */
} sb_style;

/* The one called `name`; NULL: the one for papers in general. NULL where there is none (the error
 * names those that there are). */
const sb_style *sb_style_named(const char *name, sb_error *error);

#endif
