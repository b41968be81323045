/* SPDX-License-Identifier: Apache-2.0 */
/* CSV files that grow by a row at a time. */
#ifndef SB_STORE_CSV_LOG_H
#define SB_STORE_CSV_LOG_H

#include "core/error.h"

#include <stdbool.h>

/* Makes DIR/NAME with this first line, and DIR; `resume`: where there is such a file, it only takes
 * away the part of a row that a kill has left at its end. */
int sb_csv_log_start(const char *dir, const char *name, const char *header, bool resume,
                     sb_error *error);

#endif
