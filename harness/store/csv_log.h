/* SPDX-License-Identifier: Apache-2.0 */
/* CSV files that grow by one row at a time. */
#ifndef SB_STORE_CSV_LOG_H
#define SB_STORE_CSV_LOG_H

#include "core/error.h"

#include <stdbool.h>

/* Creates DIR, and DIR/NAME with this first line. With `resume`, an existing file is kept, except
 * for an incomplete row that a kill has left at its end. */
int sb_csv_log_start(const char *dir, const char *name, const char *header, bool resume,
                     sb_error *error);

#endif
