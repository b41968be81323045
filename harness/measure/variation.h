/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns in which a kernel must compute every call. Before each timed sample of a turn one element
 * of the input gets another value, which some output depends on, and three elements of the output
 * are overwritten with plausible values; after the sample the worker records these elements. The
 * harness checks some of the records, selected unpredictably, against the definition. A kernel that
 * does not compute, computes only part of the output, or returns a remembered result is `wrong`.
 *
 * The changed elements are few, and selected anew for each process: their pages become private
 * copies of the worker, and the caches are not affected.
 */
#ifndef SB_MEASURE_VARIATION_H
#define SB_MEASURE_VARIATION_H

#include "measure/job.h"

#include <stdint.h>

/* A seed that no plugin knows; another one each time. */
uint64_t sb_draw_secret(void);

/* sb_job_turn() with variation, and with a slightly varying number of samples. The claimed times of
 * a turn that renews its input are not checked. */
bool sb_job_vary_turn(sb_bench *bench, sb_job *job, sb_request *turn, sb_reply *reply);

#endif
