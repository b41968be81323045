/* SPDX-License-Identifier: Apache-2.0 */
/* The plan of a network for readers and for programs: network.csv and network.json. */
#ifndef SB_REPORT_PLAN_FILES_H
#define SB_REPORT_PLAN_FILES_H

#include "store/provenance.h"
#include "store/sequence_rows.h"

/* The number of its legs that only move tensors. */
size_t sb_plan_reorders(const sb_sequence *sequence);

/* The sequence with the least time, for this number of threads; NULL if there is none. */
const sb_sequence *sb_plan_fastest(const sb_sequence_list *list, int64_t threads);

/* Writes both into the folder; nothing if the run has no layers in sequence. */
int sb_plan_write(const sb_sequence_list *list, const sb_caption *caption, const char *dir,
                  sb_error *error);

#endif
