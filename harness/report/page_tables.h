/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of the page with the contents of the run's CSV files. */
#ifndef SB_REPORT_PAGE_TABLES_H
#define SB_REPORT_PAGE_TABLES_H

#include "core/text.h"

/* Appends ',"tables":{"steps":[[HEADER...],[FIELD...],...],...}': all records of each file that
 * exists in `dir`, as text. */
void sb_page_tables(const char *dir, sb_text *to);

#endif
