/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.json: everything that a reviewer needs to judge a run and anyone needs to repeat it. A
 * command fills in the plain struct; what it does not know stays zero, and is left out or null in
 * the file.
 */
#ifndef SB_STORE_PROVENANCE_H
#define SB_STORE_PROVENANCE_H

#include "machine/conditions.h"
#include "machine/noise.h"
#include "machine/peaks.h"
#include "machine/system.h"
#include "machine/topology.h"
#include "measure/group.h"

#include <time.h>

#define SB_PROVENANCE_SCHEMA 1

typedef struct sb_named {
    const char *name, *value;
} sb_named;

/* How the time of a run was spent, in nanoseconds; "other" is the remainder of `wall`. */
typedef struct sb_time_spent {
    int64_t wall;
    int64_t planning;     /* loading, planning, packing */
    int64_t reference;    /* the fp64 reference */
    int64_t verification; /* both gates */
    int64_t sampling;     /* warm-up, calibration and samples */
    int64_t idle;         /* waiting for workers to stop and start */
    int64_t sequences;    /* whole networks, from verification to the last sample */
} sb_time_spent;

/* The settings for precision and time; {0}: not known. */
typedef struct sb_measuring {
    double confidence, precision;
    int64_t min_samples;
    int64_t processes; /* 0: chosen by the time that starting them takes */
    int64_t max_time_ns;
} sb_measuring;

/* What is measured: names as in the results, exactly. {0}: not known. */
typedef struct sb_measured_names {
    const char *const *layers; /* NULL-terminated */
    const int64_t *threads;
    size_t thread_count;
    const sb_candidate *const *kernels; /* NULL-terminated */
} sb_measured_names;

/* Everything is borrowed. */
typedef struct sb_provenance {
    const char *config_name, *config_path;
    const char *config_source; /* the effective configuration, one YAML text */
    uint64_t seed;
    sb_measuring measuring;
    sb_measured_names names;
    int argc;
    char *const *argv;
    const sb_topology *topology; /* NULL: not known */
    const char *features;        /* "sse2 avx2", as kernels see the processor */
    const sb_system *system;     /* NULL: not known */
    const sb_noise *noise;       /* the machine's A/A noise floor, one entry a thread count, */
    size_t noise_count;          /* this many */
    const sb_conditions *before, *after; /* NULL: not known */
    const sb_peaks *peaks;               /* NULL: not measured */
    unsigned fences;                     /* the fences in place, a mask of sb_fence */
    const sb_plugin_list *plugins;       /* NULL: none */
    const char *gnuplot;                 /* its version; NULL or "": not known */
    const sb_named *libraries; /* names and versions, besides those of store; ends with name NULL */
    time_t started;            /* of the run; 0: now */
    const char *earlier;   /* NULL, or the JSON of the run that is resumed: its command, start and
                              warnings are kept, times are summed, and `resumed` increases by one */
    int64_t shard, shards; /* this run is shard number `shard` of `shards`; 0 of 0: the whole run */
    const char *weights;   /* NULL, or how the shards were balanced, besides by the configuration */
    int64_t shard_ns;      /* the shard's estimated time */
    bool complete;         /* all groups are there */
    int64_t groups, groups_held; /* in the whole run, and stored before the last start */
    sb_time_spent spent;
    const char *const *warnings; /* NULL-terminated; NULL: none */
} sb_provenance;

/* Sets the commit that this build was made from, with "-dirty" if the sources were modified; "" if
 * unknown. Static. Call it before the first JSON is made. */
void sb_provenance_built_from(const char *commit);

/* The JSON text, with this build's version, compiler, flags and the OpenMP environment; free() it.
 * Bytes that are not UTF-8 are replaced. */
char *sb_provenance_json(const sb_provenance *provenance);

/* Writes DIR/run.json, completely or not at all. */
int sb_provenance_write(const char *json, const char *dir, sb_error *error);

/* The identity of a run, for sb_rundb_create(): sepbench's version, a hash of the configuration,
 * every plugin's build, the machine. One "key=value" a line; free() it. */
char *sb_provenance_identity(const sb_provenance *provenance);

/* NULL if `config_source` is the configuration of the run; otherwise a message that quotes a line
 * from each in which they differ; free() it. */
char *sb_provenance_compare_source(const char *json, const char *config_source);

/* The configuration stored in a run.json, to run it again; free() it. NULL on error. */
char *sb_provenance_read_source(const char *path, sb_error *error);

/* Is it a JSON object? Its members may be anything, in the file of a stranger. */
bool sb_provenance_check(const char *json);

/* When a run began, according to run.json, and whether it has all of its groups. */
char *sb_provenance_started(const char *json); /* free() it; "" if the JSON does not say */
char *sb_provenance_written(const char *json); /* the last time; likewise */
bool sb_provenance_complete(const char *json);

/* Of a shard, according to its run.json. */
typedef struct sb_shard_time {
    int64_t wall_ns, estimated_ns; /* 0: not known */
    char *node;                    /* its name; owned; "" if the JSON does not say */
} sb_shard_time;

sb_shard_time sb_provenance_shard_time(const char *json);

/* The run.json of a merged run: that of the first shard, with summed times, the warnings of all,
 * and a description of each shard under "shards"; free() it. */
char *sb_provenance_merge(const char *const *jsons, const int64_t *numbers, size_t count,
                          bool complete);

/* The facts about a run that titles show, from the JSON; texts are owned, and "" if the JSON lacks
 * them. */
typedef struct sb_caption {
    char *name, *machine, *started;
    char *build; /* of sepbench: "gcc 12.2.0 -O2" */
} sb_caption;

sb_caption sb_provenance_caption(const char *json);
void sb_caption_free(sb_caption *caption);

/* The settings of a run; {0} if the JSON lacks them. */
sb_measuring sb_provenance_measuring(const char *json);

/* The command that started a run, for a shell: "sepbench run ..."; free() it. "" if the JSON lacks
 * it. */
char *sb_provenance_command(const char *json);

/* The warnings of a run, a line each; free() it. */
char *sb_provenance_warnings(const char *json);

/* The machine's peaks for a number of threads, from the run.json: GFLOP/s, and 1e9 bytes a second
 * for each level of memory. 0 if the JSON lacks them. */
typedef struct sb_ceilings {
    double gflops;
    double gbytes[SB_LEVELS];
} sb_ceilings;

sb_ceilings sb_provenance_ceilings(const char *json, int64_t threads);

#endif
