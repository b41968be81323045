/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shares work among the threads of the OpenMP runtime that the worker's plugins use. Threads of its
 * own would wait for those, which keep their cores busy for a while after each region.
 */
#ifndef SB_MEASURE_TEAM_H
#define SB_MEASURE_TEAM_H

/* One of `parts` parts, from 0. */
typedef void sb_team_part(void *context, int part, int parts);

/* Runs all parts, each once, on as many threads as there are parts, and returns when they are done;
 * on fewer if the runtime has no more, on one if no runtime can be loaded. Of a worker alone: its
 * environment limits the runtime. [main] */
void sb_team_run(int parts, sb_team_part *run, void *context);

#endif
