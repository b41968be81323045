/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of the page that are CSV files of the run. */
#ifndef SB_REPORT_PAGE_TABLES_H
#define SB_REPORT_PAGE_TABLES_H

#include "core/text.h"

/* Appends ',"tables":{"steps":[[HEADER...],[FIELD...],...],...}': of each file that is in `dir` all
 * records, as text. */
void sb_page_tables(const char *dir, sb_text *to);

#endif
