/* SPDX-License-Identifier: Apache-2.0 */
/* Measures the groups of one layer: every candidate passes both gates, then all are timed in
 * interleaved rounds, together for all numbers of threads. */
#ifndef SB_MEASURE_GROUP_H
#define SB_MEASURE_GROUP_H

#include "measure/session.h"
#include "plugin/constraint.h"

/* What tuning minimises: the time of a call; this and that of a plan, which packs the weights; the
 * bytes on the heap, of packed weights and scratch, and the time among equals; the energy that the
 * processors use during a call. */
typedef enum sb_objective {
    SB_MINIMISE_TIME,
    SB_MINIMISE_PACKING,
    SB_MINIMISE_MEMORY,
    SB_MINIMISE_ENERGY,
    SB_OBJECTIVES
} sb_objective;
const char *sb_objective_name(sb_objective objective); /* "time", "packing", "memory", "energy" */

/* The objective of a call of `ns` at `watts`, whose plan takes `prepare_ns` and holds `bytes`:
 * positive; in ns, bytes or nJ. */
double sb_objective_of(sb_objective objective, double ns, double prepare_ns, int64_t bytes,
                       double watts);

/* A value that tuning may choose for a parameter. */
typedef struct sb_listed_value {
    size_t parameter;
    int64_t value;
} sb_listed_value;

/* A starting point of a search. */
typedef struct sb_start {
    uint32_t given; /* bit i: values[i] is given; the others are the defaults for the layer */
    int64_t values[SB_MAX_PARAMETERS];
    const char *where; /* "file:line:column" */
} sb_start;

/* A kernel with one parameter set, or with its defaults. Everything is borrowed. */
typedef struct sb_candidate {
    const sb_plugin_info *plugin;
    size_t kernel;          /* index in the plugin's list */
    sb_operation operation; /* one that the kernel computes */
    const char *label;      /* unique among the candidates of an operation */
    const char *origin;     /* the origin of the parameters: "default", "config", "tuned" */
    uint32_t given;         /* bit i: values[i] is given; the others are the kernel's defaults */
    bool plain;             /* keeps its defaults, whatever tuning found */
    int64_t values[SB_MAX_PARAMETERS];
    sb_objective objective;         /* of its tuning */
    uint32_t listed;                /* bit i: tuning may choose; values[i] is the first choice */
    const sb_listed_value *choices; /* values of the listed parameters */
    size_t choice_count;
    const sb_constraint *constraints; /* which tuning keeps */
    size_t constraint_count;
    const sb_start *starts; /* of its searches */
    size_t start_count;
} sb_candidate;

/* The references of an operation for the data of a layer and seed, from elsewhere. Borrowed. */
typedef struct sb_known {
    struct sb_truth *truths[2]; /* by sb_data; NULL, or without values: not known */
    sb_operation operation;
} sb_known;

typedef struct sb_measure_options {
    double confidence, precision;
    sb_estimator estimator;
    int64_t min_samples; /* rounds */
    int64_t processes;   /* the least number, one after the other; 0: rounds_run.h decides */
    int64_t max_time_ns; /* for each candidate */
    sb_cache_mode cache;
    uint64_t seed;
    const sb_peaks *peaks; /* borrowed; NULL: no roofline */
    uint64_t evict_bytes;  /* cold caches: bytes to sweep */
    int reference_threads;
    sb_known known;   /* references that need not be computed; {0}: none */
    bool brief;       /* only which one is faster matters, and max_time_ns is short: short turns, in
                         one process unless `processes` says otherwise */
    bool verify_only; /* gates without timing: `ok` results have no samples */
    /* NULL, or called now and then with the progress of the group; `text` is valid only during the
     * call. */
    void (*progress)(void *context, const char *text, double fraction);
    void *context;
} sb_measure_options;

/* The candidates for one number of threads. Borrowed. */
typedef struct sb_lineup {
    int64_t threads; /* a different number in each line-up */
    const sb_candidate *candidates;
    size_t count;
} sb_lineup;

/*
 * Measures the candidates (those whose operation the layer sweeps) on the layer; groups[i] is the
 * result for line-up i. All are timed in the same rounds, so that ratios between them are paired,
 * also across numbers of threads. The caller owns a group's strings and arrays: sb_group_free(). A
 * candidate that fails gets a verdict; the others are not affected. SB_INTERRUPTED (nothing to
 * free) if the user wanted to stop; the turn in progress was completed or dropped. Negative also if
 * there is no memory for the tensors.
 */
int sb_measure_layer(sb_session *session, const sb_layer *layer, const sb_lineup *lineups,
                     size_t count, const sb_measure_options *options, sb_group *groups,
                     sb_error *error);

/* The same for one number of threads. */
int sb_measure_group(sb_session *session, const sb_layer *layer, int64_t threads,
                     const sb_candidate *candidates, size_t count,
                     const sb_measure_options *options, sb_group *group, sb_error *error);

#endif
