/* SPDX-License-Identifier: Apache-2.0 */
/* How a comparison is shown, on standard output. */
#ifndef SB_REPORT_COMPARISON_PRINT_H
#define SB_REPORT_COMPARISON_PRINT_H

#include "report/comparison.h"

/* The line that comes first; free() it. */
char *sb_comparison_summary(const sb_comparison *comparison);

/* What comes from the runs is shown literally. */
void sb_comparison_print_text(const sb_comparison *comparison);
void sb_comparison_print_markdown(const sb_comparison *comparison);
/* The rows; the summary and the differences go to standard error. */
void sb_comparison_print_csv(const sb_comparison *comparison);
void sb_comparison_print_json(const sb_comparison *comparison);

#endif
