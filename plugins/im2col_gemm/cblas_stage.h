/* SPDX-License-Identifier: Apache-2.0 */
/* The textbook form of im2col: builds the whole column matrix, then calls cblas_sgemm once for each
 * image and group. A further pass over the result adds bias and residual and applies the
 * activation. */
#ifndef SB_PLUGINS_CBLAS_STAGE_H
#define SB_PLUGINS_CBLAS_STAGE_H

#include "common/chain.h"

/* Did configure find a library that has cblas_sgemm? */
bool cblas_built(void);

/* Loads the library on first use, so that a process that does not need it does not load it. Returns
 * 0, or -1 with the reason in `why`. */
int cblas_load(sb_why *why);

/* Call cblas_load() first. Returns NULL if there is no memory. */
stage *cblas_stage_new(const stage_order *order);

#endif
