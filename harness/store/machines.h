/* SPDX-License-Identifier: Apache-2.0 */
/* The machine that measured a group. A run is from one machine, which its identity names; a merged
 * run has a table of its shards. */
#ifndef SB_STORE_MACHINES_H
#define SB_STORE_MACHINES_H

#include "store/sqlite.h"

/* Appends ", EXPRESSION": the name of the machine for a row g of groups. */
int sb_machines_add_column(sb_rundb *db, sb_text *sql, sb_error *error);

#endif
