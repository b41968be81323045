/* SPDX-License-Identifier: Apache-2.0 */
/* results.csv, speedups.csv and samples.csv: RFC 4180, written whole or not at all (a temporary
 * file beside, synced, renamed). */
#ifndef SB_STORE_CSV_H
#define SB_STORE_CSV_H

#include "store/rundb.h"

int sb_csv_write(sb_rundb *db, const char *dir, sb_error *error);

#endif
