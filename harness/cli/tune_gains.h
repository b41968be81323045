/* SPDX-License-Identifier: Apache-2.0 */
/* What tuning gained: a table of the searches, and the geometric mean of each technique. */
#ifndef SB_CLI_TUNE_GAINS_H
#define SB_CLI_TUNE_GAINS_H

#include "cli/tune_log.h"
#include "core/table.h"
#include "measure/stats.h"

/* One search. Borrowed for the call. */
typedef struct sb_tune_gain {
    sb_tune_subject subject;
    const char *technique, *params; /* of the winner */
    double default_ns, tuned_ns;
    sb_interval ratio; /* default over tuned, from fresh paired rounds; low and high NAN where it
                          was measured before; all NAN where the defaults do not work */
    size_t evaluations;
} sb_tune_gain;

typedef struct sb_gain_tally {
    char *technique;
    double log_sum, variance; /* of the logarithms of ratios */
    size_t count;
} sb_gain_tally;

/* {0} is none. */
typedef struct sb_tune_gains {
    sb_table table;
    sb_gain_tally *tallies;
    size_t tally_count;
} sb_tune_gains;

void sb_tune_gains_add(sb_tune_gains *gains, const sb_tune_gain *gain);

/* On standard output; nothing where there is none. */
void sb_tune_gains_print(const sb_tune_gains *gains);
void sb_tune_gains_free(sb_tune_gains *gains);

#endif
