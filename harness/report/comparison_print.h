/* SPDX-License-Identifier: Apache-2.0 */
/* Printing a comparison on standard output. */
#ifndef SB_REPORT_COMPARISON_PRINT_H
#define SB_REPORT_COMPARISON_PRINT_H

#include "report/comparison.h"

/* The first line; free() it. */
char *sb_comparison_summary(const sb_comparison *comparison);

/* Text from the runs is shown literally. */
void sb_comparison_print_text(const sb_comparison *comparison);
void sb_comparison_print_markdown(const sb_comparison *comparison);
/* Prints the rows; the summary and the differences go to standard error. */
void sb_comparison_print_csv(const sb_comparison *comparison);
void sb_comparison_print_json(const sb_comparison *comparison);

#endif
