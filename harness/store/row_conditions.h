/* SPDX-License-Identifier: Apache-2.0 */
/* Under which conditions groups were measured: a table of its own, which runs of before do not
 * have, with a row for each group of which there is something to say. */
#ifndef SB_STORE_ROW_CONDITIONS_H
#define SB_STORE_ROW_CONDITIONS_H

#include "store/sqlite.h"

/* Makes the table where there is none. */
#define SB_ROW_CONDITIONS_TABLE                                                 \
    "CREATE TABLE IF NOT EXISTS main.conditions(group_id INTEGER PRIMARY KEY, " \
    "conditions TEXT NOT NULL)"

/* Notes them for the group; NULL or empty: nothing. */
int sb_row_conditions_put(const sb_rundb *db, int64_t group, const char *conditions,
                          sb_error *error);

/* Appends ", EXPRESSION": the conditions of a row g of groups, or ''. */
int sb_row_conditions_add_column(const sb_rundb *db, sb_text *sql, sb_error *error);

/* Takes those of the groups in the table `fresh` over from the attached database `shard`. */
int sb_row_conditions_copy(const sb_rundb *db, sb_error *error);

#endif
