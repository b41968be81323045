/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions on named whole numbers, as users write them: "4 <= pixels * vectors <= 32 and layout
 * == nhwc".
 *
 * In order of precedence: * / % (division rounds towards zero), + and -, comparisons (which may be
 * chained), not, and, or; ! && || are the same. Division by zero and overflow have no value, and a
 * condition that depends on one does not hold: "b == 0 or a % b == 0" holds for b = 0.
 */
#ifndef SB_CORE_EXPRESSION_H
#define SB_CORE_EXPRESSION_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SB_EXPRESSION_LONGEST = 200, /* bytes of a text */
    SB_EXPRESSION_NAMES = 100    /* the most names in it */
};

typedef struct sb_expression sb_expression;

/* NULL if the text is not a condition; then *at is the offset of what is wrong. */
sb_expression *sb_expression_parse(const char *text, size_t *at, sb_error *error);
void sb_expression_free(sb_expression *expression); /* NULL is allowed */

/* The text without unnecessary spaces; borrowed, as are names. */
const char *sb_expression_text(const sb_expression *expression);

/* Each occurrence of a name is a name of its own: two names may be the same text. */
size_t sb_expression_names(const sb_expression *expression);
const char *sb_expression_name(const sb_expression *expression, size_t index);

/* The index of the name that this one is compared with, as in "layout == nhwc"; itself if there is
 * none. */
size_t sb_expression_partner(const sb_expression *expression, size_t index);

/* Does the condition hold for values[i] of name i? */
bool sb_expression_holds(const sb_expression *expression, const int64_t *values);

#endif
