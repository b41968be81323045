/* SPDX-License-Identifier: Apache-2.0 */
/* The table of `sepbench tune --replay`: how many evaluations strategies need. */
#ifndef SB_REPORT_REPLAY_TABLE_H
#define SB_REPORT_REPLAY_TABLE_H

#include "tune/replay.h"

#include <stdbool.h>
#include <stdio.h>

/* Replays searches with the strategy (NULL: with each) and prints their statistics. */
void sb_replay_print(const sb_recorded *recorded, const sb_strategy *chosen,
                     const sb_replay_options *options, bool csv, FILE *stream);

#endif
