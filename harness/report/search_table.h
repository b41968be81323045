/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what tuning gained and what it cost, on standard output: a row for each search, and the
 * geometric mean for each technique. */
#ifndef SB_REPORT_SEARCH_TABLE_H
#define SB_REPORT_SEARCH_TABLE_H

#include "store/search_log.h"

/* Prints nothing if there is no search. */
void sb_search_table_print(const sb_search_log *searches);

#endif
