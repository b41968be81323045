/* SPDX-License-Identifier: Apache-2.0 */
/* After a search: its best configurations and the defaults, measured anew in interleaved rounds by
 * fresh workers, so that the luck of a quick look chooses nothing. */
#ifndef SB_CAMPAIGN_TUNE_RACE_H
#define SB_CAMPAIGN_TUNE_RACE_H

#include "measure/group.h"
#include "tune/search.h"

typedef struct sb_race {
    const sb_measure_options *measuring;
    const sb_session_options *session;
    const sb_layer *layer;
    int64_t threads;
    const sb_candidate *kernel; /* with its parameters open */
    const sb_space *space;
    int64_t most_ns; /* for all that is measured; 0: as long as it needs */
    double floor;    /* the machine's own, for differences */
} sb_race;

/* What a race found. Strings are owned: sb_race_result_free(). */
typedef struct sb_race_result {
    bool defaults;     /* the defaults are as fast as any, and so stay */
    char *params;      /* of the winner */
    char *ties;        /* the other configurations as fast as it, a line each */
    double time_ns;    /* of the winner; NAN where none of the entrants passed */
    double default_ns; /* beside it, in the same rounds; NAN where the defaults fail */
    sb_interval gain;  /* default over winner, paired; NAN where there is no such pair */
} sb_race_result;

/*
 * Races the entrants (indices of the space, the defaults not among them) and the defaults. Ties are
 * those that are not proven slower than the fastest and come within 2 % of it. Of the ties the
 * defaults win, else the least index: the same each time, whatever the noise. The winner is then
 * measured once more beside the defaults, and gives way to them unless that proves it faster.
 * SB_INTERRUPTED where the user stopped it.
 */
int sb_race_run(const sb_race *race, const uint32_t *entrants, size_t count, sb_race_result *result,
                sb_error *error);
void sb_race_result_free(sb_race_result *result);

#endif
