/* SPDX-License-Identifier: Apache-2.0 */
/* The plan of a network, for people and for other programs: network.csv and network.json. */
#ifndef SB_REPORT_PLAN_FILES_H
#define SB_REPORT_PLAN_FILES_H

#include "store/provenance.h"
#include "store/sequence_rows.h"

/* How many of its legs only move tensors. */
size_t sb_plan_reorders(const sb_sequence *sequence);

/* The one with the least time in sequence, with this number of threads; NULL where there is none.
 */
const sb_sequence *sb_plan_fastest(const sb_sequence_list *list, int64_t threads);

/* Writes both into the folder; nothing where the run has no layers in sequence. */
int sb_plan_write(const sb_sequence_list *list, const sb_caption *caption, const char *dir,
                  sb_error *error);

#endif
