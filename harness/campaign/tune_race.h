/* SPDX-License-Identifier: Apache-2.0 */
/* After a search: measures its best parameter sets and the defaults again, in interleaved rounds
 * with new workers, so that an error of a quick measurement decides nothing. */
#ifndef SB_CAMPAIGN_TUNE_RACE_H
#define SB_CAMPAIGN_TUNE_RACE_H

#include "measure/evaluate.h"
#include "measure/group.h"
#include "tune/search.h"

typedef struct sb_race {
    const sb_measure_options *measuring;
    const sb_session_options *session;
    const sb_layer *layer;
    int64_t threads;
    const sb_candidate *kernel; /* with its parameters open */
    sb_evaluator *evaluator;    /* set to it, for energies */
    const sb_space *space;
    const uint32_t *near; /* the parameter sets that the nearest problems use, the nearest first */
    size_t near_count;
    bool barred;     /* the defaults are measured, but cannot win */
    int64_t most_ns; /* for all measurements; 0: no limit */
    double floor;    /* the machine's noise floor, for differences */
} sb_race;

/* The result of a race. Strings are owned: sb_race_result_free(). */
typedef struct sb_race_result {
    bool defaults;     /* the defaults are as fast as any, and are kept */
    char *params;      /* of the winner */
    char *ties;        /* the other parameter sets that are as fast, a line each */
    double time_ns;    /* of the winner; NAN if none of the entrants passed */
    double default_ns; /* in the same rounds; NAN if the defaults fail */
    sb_interval gain;  /* default over winner, paired; NAN if there is no such pair */
} sb_race_result;

/*
 * Races the entrants (indices of the space, the defaults not among them) and the defaults. Ties are
 * those that are not proven slower than the fastest and are within 2 % of it. Of the ties the
 * defaults win (unless they are barred), else the one that sb_race_prefers(): the same each time,
 * whatever the noise. The winner is then measured once more beside the defaults, which win unless
 * it is proven faster. SB_INTERRUPTED if the user stopped it.
 */
int sb_race_run(const sb_race *race, const uint32_t *entrants, size_t count, sb_race_result *result,
                sb_error *error);
/* Of two ties: is the first one preferred? What the nearest problems use, or the least index. */
bool sb_race_prefers(const sb_race *race, uint32_t first, uint32_t second);

void sb_race_result_free(sb_race_result *result);

#endif
