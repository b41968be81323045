/* SPDX-License-Identifier: Apache-2.0 */
/* The timing of verified jobs in interleaved rounds. Internal to harness/measure. */
#ifndef SB_MEASURE_ROUNDS_RUN_H
#define SB_MEASURE_ROUNDS_RUN_H

#include "measure/job.h"

/*
 * Calibrates, then takes rounds until every job may stop. Jobs that fail get a verdict.
 * SB_INTERRUPTED after the round in which the user asked to stop.
 *
 * The rounds are those of options->processes processes, one after the other; if that is 0, of six,
 * or of one if starting six would take longer than measuring. What a process determines once (how
 * fast its threads meet, which pages it gets) differs by about 1 %, or several for short calls of
 * several threads, and no sample of that process shows it (see docs/method.md).
 */
int sb_rounds_run(sb_bench *bench, sb_job *jobs, size_t count, const sb_measure_options *options,
                  sb_error *error);

#endif
