/* SPDX-License-Identifier: Apache-2.0 */
/* Speedups of separable over standard convolution, from the samples of one group. */
#ifndef SB_MEASURE_SPEEDUP_H
#define SB_MEASURE_SPEEDUP_H

#include "measure/result.h"

/*
 * Fills group->speedups (replacing earlier ones): one row for each technique with an `ok` result of
 * both operations, in the order in which the techniques appear, then "best" over the kernels that
 * are not peers. Each operation is represented by its fastest result. No row unless the group has
 * both operations.
 *
 * `measured` is the paired ratio of the two (sb_ratio), equal to `standard_ns` over `separable_ns`.
 * The same samples select the fastest of several results and judge it; so the interval is corrected
 * for as many comparisons as there are pairs of results that could have been selected, which are
 * those whose own intervals overlap that of the selected one. (If there is a clear winner, that is
 * 1.)
 */
void sb_group_speedups(sb_group *group, double confidence, uint64_t seed);

#endif
