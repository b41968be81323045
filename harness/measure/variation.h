/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns that no kernel can skip. Before each timed sample of a turn one element of the input takes
 * another value, which some output depends on, and three elements of the output are overwritten
 * with values as they might be right; after the sample the worker notes what stands there. The
 * harness holds some of these notes, drawn so that nobody can foresee them, against the definition.
 * A kernel that does not compute, or computes in part, or gives what it remembers, is `wrong`.
 *
 * The places are a few, drawn anew for each process: their pages become the worker's own, and the
 * caches do not notice.
 */
#ifndef SB_MEASURE_VARIATION_H
#define SB_MEASURE_VARIATION_H

#include "measure/job.h"

/* sb_job_turn() with variation, and with a few samples more or less. */
bool sb_job_vary_turn(sb_bench *bench, sb_job *job, sb_request *turn, sb_reply *reply);

#endif
