/* SPDX-License-Identifier: Apache-2.0 */
/* The answer as data of the page. */
#ifndef SB_REPORT_PAGE_ANSWER_H
#define SB_REPORT_PAGE_ANSWER_H

#include "report/answer.h"
#include "report/page_lists.h"

/* Appends ',"blocks":[...],"warnings":[...]'. Layers are given by their positions in `layers`,
 * kernels and other names by those in `words`, which grows. */
void sb_page_answer(const sb_answer *answer, const sb_words *layers, sb_words *words, int digits,
                    sb_text *to);

#endif
