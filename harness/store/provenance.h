/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.json: what a reviewer needs to judge a run and anyone to repeat it. A sub-command fills in
 * the plain struct; what it does not know stays zero and is left out or null in the file.
 */
#ifndef SB_STORE_PROVENANCE_H
#define SB_STORE_PROVENANCE_H

#include "machine/conditions.h"
#include "machine/noise.h"
#include "machine/peaks.h"
#include "machine/system.h"
#include "machine/topology.h"
#include "plugin/info.h"

#include <time.h>

#define SB_PROVENANCE_SCHEMA 1

typedef struct sb_named {
    const char *name, *value;
} sb_named;

/* How the time of a run went, in nanoseconds; "other" is what of `wall` is left. */
typedef struct sb_time_spent {
    int64_t wall;
    int64_t planning;     /* loading, planning, packing */
    int64_t reference;    /* the fp64 truth */
    int64_t verification; /* both gates */
    int64_t sampling;     /* warm-up, calibration and samples */
    int64_t idle;         /* waiting for workers to stop and start */
} sb_time_spent;

/* How precisely was to be measured, and for how long; {0}: not known. */
typedef struct sb_measuring {
    double confidence, precision;
    int64_t min_samples;
    int64_t processes; /* 0: by the time that starting them takes */
    int64_t max_time_ns;
} sb_measuring;

/* Everything is borrowed. */
typedef struct sb_provenance {
    const char *config_name, *config_path;
    const char *config_source; /* the effective configuration, one YAML text */
    uint64_t seed;
    sb_measuring measuring;
    int argc;
    char *const *argv;
    const sb_topology *topology;         /* NULL: not known */
    const char *features;                /* "sse2 avx2", as kernels see it */
    const sb_system *system;             /* NULL: not known */
    const sb_noise *noise;               /* the machine's A/A floor, a thread count each; it ends */
    size_t noise_count;                  /* after so many */
    const sb_conditions *before, *after; /* NULL: not known */
    const sb_peaks *peaks;               /* NULL: not measured */
    unsigned fences;                     /* around plugins, a mask of sb_fence */
    const sb_plugin_list *plugins;       /* NULL: none */
    const char *gnuplot;                 /* its version; NULL or "": not known */
    const sb_named *libraries; /* name and version, beside those of store; ends with name NULL */
    time_t started;            /* of the run; 0: now */
    const char *earlier;   /* NULL, or the JSON of the run that is gone on with: its command, its
                              start and its warnings stay, times add up, and it is resumed once more
                            */
    int64_t shard, shards; /* the shard-th of so many; 0 of 0: the whole */
    const char *weights;   /* NULL, or what the shards were dealt by beside the configuration */
    bool complete;         /* all groups are there */
    int64_t groups, groups_held; /* wanted in all, and done before the last start */
    sb_time_spent spent;
    const char *const *warnings; /* NULL-terminated; NULL: none */
} sb_provenance;

/* The commit that this build's sources are of, with "-dirty" where they were changed since; ""
 * where nobody knows. Static. To be said once, before the first JSON is made. */
void sb_provenance_built_from(const char *commit);

/* The JSON text of it, with this build's version, compiler, flags and the OpenMP environment;
 * free() it. Texts that are no UTF-8 have the bytes in question replaced. */
char *sb_provenance_json(const sb_provenance *provenance);

/* DIR/run.json, whole or not at all. */
int sb_provenance_write(const char *json, const char *dir, sb_error *error);

/* What a run was made from, for sb_rundb_create(): sepbench's version, a hash of the configuration,
 * every plugin's build, the machine. One "key=value" a line; free() it. */
char *sb_provenance_identity(const sb_provenance *provenance);

/* NULL where `config_source` is that of the run; else a line of each in which they differ, as a
 * message; free() it. */
char *sb_provenance_compare_source(const char *json, const char *config_source);

/* The configuration held in a run.json, to run it again; free() it. NULL on error. */
char *sb_provenance_read_source(const char *path, sb_error *error);

/* When a run began, as run.json says it, and whether all of its groups are there. */
char *sb_provenance_started(const char *json); /* free() it; "" where the JSON does not say */
bool sb_provenance_complete(const char *json);

/* The run.json of a merged run: that of the first shard, with the times of all summed, the warnings
 * of all, and what each of them is under "shards"; free() it. */
char *sb_provenance_merge(const char *const *jsons, const int64_t *numbers, size_t count,
                          bool complete);

/* What titles say of a run, from the JSON; texts are owned and "" where the JSON does not say. */
typedef struct sb_caption {
    char *name, *machine, *started;
    char *build; /* of sepbench: "gcc 12.2.0 -O2" */
} sb_caption;

sb_caption sb_provenance_caption(const char *json);
void sb_caption_free(sb_caption *caption);

/* How a run was to be measured; {0} where the JSON does not say. */
sb_measuring sb_provenance_measuring(const char *json);

/* The command that a run was started with, for a shell: "sepbench run ..."; free() it. "" where the
 * JSON does not say. */
char *sb_provenance_command(const char *json);

/* What a run warned of, a line each; free() it. */
char *sb_provenance_warnings(const char *json);

/* The machine's peaks for a number of threads, as the run.json holds them: GFLOP/s, and 1e9 bytes a
 * second for each level of memory. 0 where the JSON does not say. */
typedef struct sb_ceilings {
    double gflops;
    double gbytes[SB_LEVELS];
} sb_ceilings;

sb_ceilings sb_provenance_ceilings(const char *json, int64_t threads);

#endif
