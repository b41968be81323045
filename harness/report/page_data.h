/* SPDX-License-Identifier: Apache-2.0 */
/* The data of the page of a run, as JSON: the numbers of the CSV files, a list for each column. */
#ifndef SB_REPORT_PAGE_DATA_H
#define SB_REPORT_PAGE_DATA_H

#include "core/text.h"
#include "report/answer.h"

/* Appends the data, and the tables among the CSV files in `dir`, in so much detail as fits into
 * `most` bytes: everything exactly as the CSV files have it; else with fewer samples or none, with
 * fewer digits, with the fastest kernels of each layer alone. "detail" of the data says which. */
int sb_page_data(sb_rundb *db, const char *dir, const sb_answer *answer, size_t most, sb_text *to,
                 sb_error *error);

#endif
