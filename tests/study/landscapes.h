/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Made-up tuning spaces, to judge search strategies on: formulas that behave as kernels, compilers,
 * solvers and databases do (blocks that divide or do not, occupancy that moves in steps, caches
 * that overflow, flags that interact, noise), and the shapes that are hard to search: half of it
 * fails, wide plateaus, two modes, few good points, up to ten million configurations. Each kind is
 * a family: a seed chooses its coefficients.
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

/* Makes the space and measures all of it; sb_recorded_free() it. */
int sb_landscape_make(size_t which, uint64_t seed, sb_recorded *recorded, sb_error *error);

#endif
