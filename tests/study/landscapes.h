/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Synthetic tuning spaces for judging search strategies. Some are formulas that behave like
 * kernels, compilers, solvers and databases: blocks that divide the size or do not, occupancy that
 * changes in steps, caches that overflow, flags that interact, noise. Others have shapes that are
 * hard to search: half of the points fail, wide plateaus, two modes, few good points, up to ten
 * million parameter sets. Each kind is a family, whose coefficients are chosen by a seed.
 */
#ifndef SB_STUDY_LANDSCAPES_H
#define SB_STUDY_LANDSCAPES_H

#include "tune/recorded.h"

typedef struct sb_landscape {
    const char *id;
    const char *summary;
} sb_landscape;

size_t sb_landscape_count(void);
sb_landscape sb_landscape_at(size_t which);

/* Makes the space and measures all of it. The caller releases it with sb_recorded_free(). */
int sb_landscape_make(size_t which, uint64_t seed, sb_recorded *recorded, sb_error *error);

#endif
