/* SPDX-License-Identifier: Apache-2.0 */
/* Estimates how long a group will take, from what is known before it is measured. */
#ifndef SB_CAMPAIGN_ESTIMATE_H
#define SB_CAMPAIGN_ESTIMATE_H

#include "campaign/scope.h"
#include "machine/peaks.h"

/*
 * Nanoseconds for the layer with the number of threads and all its candidates: each is timed for
 * max_time, or for the few rounds that even a slow one gets, whichever is longer; before that it is
 * planned and verified, and each operation's reference is computed. A call is assumed to take the
 * roofline's time of its problem divided by the fraction of it that kernels of its technique reach.
 * It is an upper estimate: a kernel whose interval becomes narrow enough stops before max_time.
 *
 * `peaks` NULL: for a fictitious machine, so that all machines give the same answer, rounded to
 * milliseconds (the last bits of floating point differ between compilers).
 */
int64_t sb_estimate_group_ns(const sb_scope *scope, const sb_layer *layer, int64_t threads,
                             const sb_peaks *peaks);

/*
 * For the search of one kernel on a problem: this many evaluations, each planned, verified in both
 * gates and timed in turns beside the best so far, then the race, and the measurement of its winner
 * beside the defaults. A rough estimate: parameter sets that are clearly slower are stopped early,
 * others need more turns.
 */
int64_t sb_estimate_search_ns(const sb_candidate *candidate, const sb_problem *problem,
                              double evaluations, const sb_peaks *peaks);

/* "about 12 min" */
enum { SB_ESTIMATE_TEXT = 32 };
void sb_estimate_text(int64_t ns, char text[static SB_ESTIMATE_TEXT]);

/* For all groups of the scope. */
int64_t sb_estimate_scope_ns(const sb_scope *scope, const sb_peaks *peaks);

#endif
