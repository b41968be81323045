/* SPDX-License-Identifier: Apache-2.0 */
/* A search guided by a model: shared by its climbs (surrogate.c) and its jumps (jump.c). */
#ifndef SB_TUNE_GUIDE_H
#define SB_TUNE_GUIDE_H

#include "tune/gaussian.h"

enum { SB_GUIDE_DRAWS = 200 }; /* the most candidates that are drawn */

typedef struct sb_guide {
    sb_search *search;
    sb_gaussian *model;
    size_t at;    /* the present position of the climb */
    double now;   /* its objective */
    bool climbed; /* one climb at least has ended */
    size_t turn;
    size_t barren;  /* consecutive jumps with too small an expected gain */
    uint32_t *pool; /* candidates */
} sb_guide;

/* INFINITY if nothing has succeeded. */
double sb_guide_best(const sb_guide *guide);

/* Up to `most` of the best evaluations, best first, without failures. Returns their number. */
size_t sb_guide_elites(const sb_guide *guide, sb_evaluated *elites, size_t most);

/* Removes the evaluated ones from the first `count` of the pool. Returns the number of others. */
size_t sb_guide_drop_seen(sb_guide *guide, size_t count);

/* The most promising of the first `count` of the pool, which is at least 1, and its expected
 * improvement over `than`. */
size_t sb_guide_choose(sb_guide *guide, size_t count, double than, double *gain);

/* As sb_try(), for a parameter set that the model has an expectation of. */
bool sb_guide_try(sb_guide *guide, size_t index, double *objective);

/* Evaluates a parameter set anywhere in the space; the climb continues there if it is better.
 * False: stop. */
bool sb_guide_jump(sb_guide *guide);

#endif
