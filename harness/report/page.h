/* SPDX-License-Identifier: Apache-2.0 */
/* A run as one page of HTML that needs no network and no other file. */
#ifndef SB_REPORT_PAGE_H
#define SB_REPORT_PAGE_H

#include "report/answer.h"

/* DIR/report.html, whole or not at all. Holds the tables of the CSV files in DIR, and the figures
 * of DIR/figures that are there as SVG, as far as there is room for them. It has less than 5 MiB,
 * however large the run. */
int sb_page_write(sb_rundb *db, const sb_answer *answer, const char *dir, sb_error *error);

#endif
