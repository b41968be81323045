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

/* Its weights. `kept` is what trim_problem() returned for `problem`. */
typedef struct trimmed_weights {
    sb_weights weights;
    float *copies[SB_MAX_STEPS]; /* NULL: the given ones */
} trimmed_weights;

/* 0, or negative if there is no memory; then nothing is allocated. */
int trim_weights(trimmed_weights *own, const sb_host *host, const sb_problem *problem,
                 const sb_problem *kept, const sb_weights *weights);
void trim_release(trimmed_weights *own, const sb_host *host);

#endif
