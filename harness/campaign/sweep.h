/* SPDX-License-Identifier: Apache-2.0 */
/* A sweep on its way: what is measured, on which machine, into which folder. */
#ifndef SB_CAMPAIGN_SWEEP_H
#define SB_CAMPAIGN_SWEEP_H

#include <signal.h>

#include "campaign/candidates.h"
#include "machine/conditions.h"
#include "store/provenance.h"
#include "store/rundb.h"

typedef struct sb_sweep {
    sb_config config;
    sb_plugin_list plugins;
    sb_candidates candidates;
    sb_topology topology;
    sb_cpu cpu;
    sb_peaks peaks;
    bool have_peaks;
    sb_conditions before;
    int64_t *threads; /* as in the configuration, "max" resolved, each once */
    size_t thread_count;
    int argc; /* of the command, for the provenance */
    char *const *argv;
    const volatile sig_atomic_t *stop;
    sb_time_spent spent;
    int64_t held; /* groups that were there before */
    int64_t started_ns;
    time_t started;
} sb_sweep;

typedef struct sb_sweep_options {
    const char *path; /* of a configuration, or of a run's run.json */
    const char *filter;
    const char *const *settings, *const *plugin_dirs;
    int argc;
    char *const *argv;
    const volatile sig_atomic_t *stop; /* not 0: the user wants to stop */
} sb_sweep_options;

/* Reads the configuration, finds plugins and machine, picks the candidates. Nothing is measured but
 * the machine's peaks, later. On failure there is nothing to close. */
int sb_sweep_open(const sb_sweep_options *options, sb_sweep *sweep, sb_error *error);
void sb_sweep_close(sb_sweep *sweep);

size_t sb_sweep_groups(const sb_sweep *sweep);

/* How groups are measured, and in which sessions. */
sb_measure_options sb_sweep_measuring(const sb_sweep *sweep);
sb_session_options sb_sweep_session(const sb_sweep *sweep);

/* Measures every group that the database does not hold. SB_INTERRUPTED when the user asked to stop.
 */
int sb_sweep_run(sb_sweep *sweep, sb_rundb *db, bool quiet, sb_error *error);

/* What the run is made from, and its provenance up to now; free() them. */
char *sb_sweep_identity(const sb_sweep *sweep);
char *sb_sweep_provenance(const sb_sweep *sweep, bool complete);

#endif
