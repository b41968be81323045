/* SPDX-License-Identifier: Apache-2.0 */
/* What tuning gained and what it cost, on standard output: a row a search, and the geometric mean
 * of each technique. */
#ifndef SB_REPORT_SEARCH_TABLE_H
#define SB_REPORT_SEARCH_TABLE_H

#include "store/search_log.h"

/* Nothing where there is no search. */
void sb_search_table_print(const sb_search_log *searches);

#endif
