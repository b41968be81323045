/* SPDX-License-Identifier: Apache-2.0 */
/* Applies the results of tuning to the candidates of a sweep. */
#ifndef SB_CAMPAIGN_WINNERS_H
#define SB_CAMPAIGN_WINNERS_H

#include "config/config.h"
#include "core/text.h"
#include "machine/topology.h"
#include "measure/group.h"
#include "measure/session.h"
#include "tune/tunedb.h"

/* The machine's name in the tuning database: processor and features; free() it. */
char *sb_winners_machine(const sb_topology *topology, const sb_cpu *cpu);

/* The key of a candidate on a layer. `kernel` holds the text while the key is used. */
sb_tune_key sb_winners_key(const char *machine, const sb_candidate *candidate,
                           const sb_layer *layer, int64_t threads, sb_text *kernel);

/* Reads "name=value;..." as values for all of the kernel's parameters. False if it is anything
 * else. */
bool sb_winners_parse(const sb_kernel_info *kernel, const char *params, int64_t *values);

/* Is it open to tuning: is a parameter not given, or given as a list? */
bool sb_winners_open(const sb_candidate *candidate);

typedef struct sb_winners {
    sb_tunedb *db; /* NULL: nothing was tuned, or tuned parameters are not wanted */
    char *machine;
    sb_tuned tuned;
} sb_winners;

/* Opens the user's tuning database, unless `tuned` is never. A missing one counts as empty; one
 * that cannot be read is an error with `require`, otherwise a warning. */
int sb_winners_start(sb_winners *winners, sb_tuned tuned, const sb_topology *topology,
                     const sb_cpu *cpu, sb_error *error);
void sb_winners_end(sb_winners *winners);

/* Gives the candidates the winners' parameters. With `require` it fails, naming the command to run,
 * if a kernel that supports the layer has none (the session is asked whether it does). */
int sb_winners_apply(const sb_winners *winners, sb_session *session, const sb_config *config,
                     const sb_layer *layer, int64_t threads, sb_candidate *candidates, size_t count,
                     sb_error *error);

#endif
