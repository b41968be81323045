/* SPDX-License-Identifier: Apache-2.0 */
/* A population of configurations, for the strategies that breed. */
#ifndef SB_TUNE_POPULATION_H
#define SB_TUNE_POPULATION_H

#include "tune/search.h"

enum { SB_POPULATION = 20 };

typedef struct sb_member {
    uint32_t digits[SB_SPACE_AXES];
    double objective; /* INFINITY: failed */
} sb_member;

/* The best of what is known (a quarter at most), the rest a Latin hypercube. False: stop. */
bool sb_population_start(sb_search *search, sb_member *members);

/* The valid configuration at or near the digits becomes *child, evaluated; where it was seen, a
 * neighbour that was not, if there is one (a population that only repeats itself costs no
 * evaluations and would never end). False: stop. */
bool sb_population_breed(sb_search *search, const uint32_t *digits, sb_member *child);

#endif
