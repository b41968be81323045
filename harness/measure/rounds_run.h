/* SPDX-License-Identifier: Apache-2.0 */
/* The timing of verified jobs in interleaved rounds. Inner to harness/measure. */
#ifndef SB_MEASURE_ROUNDS_RUN_H
#define SB_MEASURE_ROUNDS_RUN_H

#include "measure/job.h"

/* Calibrates, then takes rounds until every job may stop. Jobs that fail on the way get a verdict.
 * SB_INTERRUPTED after the round in which the user asked to stop. */
int sb_rounds_run(sb_bench *bench, sb_job *jobs, size_t count, const sb_measure_options *options,
                  sb_error *error);

#endif
