/* SPDX-License-Identifier: Apache-2.0 */
/* A population of parameter sets, for evolutionary strategies. */
#ifndef SB_TUNE_POPULATION_H
#define SB_TUNE_POPULATION_H

#include "tune/search.h"

enum { SB_POPULATION = 20 };

typedef struct sb_member {
    uint32_t digits[SB_SPACE_AXES];
    double objective; /* INFINITY: failed */
} sb_member;

/* The best known parameter sets (at most a quarter), the others a Latin hypercube. False: stop. */
bool sb_population_start(sb_search *search, sb_member *members);

/* *child becomes the valid parameter set at or near the digits, evaluated; if it was evaluated
 * already, a neighbour that was not, if there is one (a population that only repeats itself would
 * need no evaluations and never end). False: stop. */
bool sb_population_breed(sb_search *search, const uint32_t *digits, sb_member *child);

#endif
