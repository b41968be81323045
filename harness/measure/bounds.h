/* SPDX-License-Identifier: Apache-2.0 */
/* What the machine allows a result at most. Pure. */
#ifndef SB_MEASURE_BOUNDS_H
#define SB_MEASURE_BOUNDS_H

#include "measure/result.h"

/* Sets roofline_gflops, passes_gflops and bound_by: of direct arithmetic, whatever the result's is,
 * counting multiplications as defined, so that they stand beside the result's own rate. */
void sb_set_bounds(const sb_peaks *peaks, const sb_problem *problem, bool cold, sb_result *result);

#endif
