/* SPDX-License-Identifier: Apache-2.0 */
/* The conditions under which groups were measured: a separate table, which older runs lack, with a
 * row for each group with conditions worth recording. */
#ifndef SB_STORE_ROW_CONDITIONS_H
#define SB_STORE_ROW_CONDITIONS_H

#include "store/sqlite.h"

/* Creates the table if necessary. */
#define SB_ROW_CONDITIONS_TABLE                                                 \
    "CREATE TABLE IF NOT EXISTS main.conditions(group_id INTEGER PRIMARY KEY, " \
    "conditions TEXT NOT NULL)"

/* Stores them for the group; NULL or empty: nothing. */
int sb_row_conditions_put(const sb_rundb *db, int64_t group, const char *conditions,
                          sb_error *error);

/* Appends ", EXPRESSION": the conditions of a row g of groups, or ''. */
int sb_row_conditions_add_column(const sb_rundb *db, sb_text *sql, sb_error *error);

/* Copies those of the groups in the table `fresh` from the attached database `shard`. */
int sb_row_conditions_copy(const sb_rundb *db, sb_error *error);

#endif
