/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's bounds on a result. Pure. */
#ifndef SB_MEASURE_BOUNDS_H
#define SB_MEASURE_BOUNDS_H

#include "measure/result.h"

/* Sets roofline_gflops, passes_gflops and bound_by, for direct arithmetic whatever the result's
 * is. Multiplications count as defined, so that the bounds are comparable with the result's own
 * rate. */
void sb_set_bounds(const sb_peaks *peaks, const sb_problem *problem, bool cold, sb_result *result);

#endif
