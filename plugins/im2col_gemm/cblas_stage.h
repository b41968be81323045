/* SPDX-License-Identifier: Apache-2.0 */
/* The textbook's im2col: the whole column matrix, then one cblas_sgemm an image and group, and a
 * pass over its result for what follows the sums. */
#ifndef SB_PLUGINS_CBLAS_STAGE_H
#define SB_PLUGINS_CBLAS_STAGE_H

#include "common/chain.h"

/* Was a library with cblas_sgemm found when this was configured? */
bool cblas_built(void);

/* Loads the library on first use, so that a process that never asks for it never holds it. 0, or -1
 * with the reason. */
int cblas_load(sb_why *why);

/* After cblas_load(). NULL if there is no memory. */
stage *cblas_stage_new(const stage_order *order);

#endif
