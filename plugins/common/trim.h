/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filters that are larger than the image: their outer rows and columns may read nothing but
 * padding, whatever the output. A problem without them has the same result, and less to pack and to
 * skip. So has one without the stride of a single output.
 */
#ifndef SB_PLUGINS_TRIM_H
#define SB_PLUGINS_TRIM_H

#include "common/conv.h"

/* The problem without these: made in `to`, or the given one if it has none of them. */
const sb_problem *trim_problem(const sb_problem *problem, sb_problem *to);

/* sb_kernel.plan by a planner of such problems: with its weights, which it borrows. */
typedef int trim_planner(const sb_host *host, const sb_problem *problem, const int64_t *values,
                         const sb_weights *weights, void **out, sb_why *why);
int trim_plan(trim_planner *planner, const sb_host *host, const sb_problem *problem,
              const int64_t *values, const sb_weights *weights, void **out, sb_why *why);

#endif
