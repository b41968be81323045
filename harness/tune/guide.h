/* SPDX-License-Identifier: Apache-2.0 */
/* A search that a model guides: what its climbs (surrogate.c) and its jumps (jump.c) share. */
#ifndef SB_TUNE_GUIDE_H
#define SB_TUNE_GUIDE_H

#include "tune/gaussian.h"

enum { SB_GUIDE_DRAWS = 200 }; /* candidates that are drawn at most */

typedef struct sb_guide {
    sb_search *search;
    sb_gaussian *model;
    size_t at;    /* where the climb stands */
    double now;   /* its objective */
    bool climbed; /* one climb at least has ended */
    size_t turn;
    size_t barren;  /* jumps one after the other that promised too little */
    uint32_t *pool; /* candidates, what the model says of them, and what they promise */
    sb_forecast *forecasts;
    double *gains;
} sb_guide;

/* INFINITY where nothing has succeeded. */
double sb_guide_best(const sb_guide *guide);

/* Up to `most` of the best evaluations, best first; failures never. Returns their number. */
size_t sb_guide_elites(const sb_guide *guide, sb_evaluated *elites, size_t most);

/* Drops what was evaluated from the first `count` of the pool, and sets the expected improvement
 * over `than` of the others. Returns their number. */
size_t sb_guide_judge(sb_guide *guide, size_t count, double than);

/* The most promising of the first `count`, which are some. */
size_t sb_guide_choose(const sb_guide *guide, size_t count);

/* Evaluates a configuration anywhere in the space; the climb goes on there where it is better.
 * False: stop. */
bool sb_guide_jump(sb_guide *guide);

#endif
