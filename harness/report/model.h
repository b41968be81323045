/* SPDX-License-Identifier: Apache-2.0 */
/* The data for figures and tables of a run: the few numbers of each group that they need, in
 * memory. About 200 bytes a result, so that a run of thousands of layers takes some tens of
 * megabytes. */
#ifndef SB_REPORT_MODEL_H
#define SB_REPORT_MODEL_H

#include "conv/class.h"
#include "report/dims.h"
#include "report/evaluations.h"
#include "report/marks.h"
#include "store/provenance.h"
#include "store/rundb.h"
#include "store/sequence_rows.h"

/* Which results of a run are shown, and under which names. {0}: all, under their own names. */
typedef struct sb_selection {
    int64_t threads;               /* only those with this thread count; 0: all */
    const char *const *techniques; /* names or patterns, NULL-terminated; NULL: all */
    const char *const *renames;    /* pairs of a name and its replacement; NULL: none */
} sb_selection;

typedef struct sb_technique {
    char *name;
    char *shown; /* the displayed name: visible text */
    bool peer;   /* wraps another library */
    sb_mark mark;
} sb_technique;

typedef struct sb_model_layer {
    char *name;
    char *shown;
    sb_dims dims;
    int64_t repeat;
    sb_operation chain; /* the operation that does the layer's work in several steps */
    sb_operation steps[SB_MAX_STEPS]; /* each of its steps alone */
    size_t step_count;
    bool parts[SB_OPERATIONS]; /* the operations that count in a network's time */
} sb_model_layer;

/* The place of a number: positions in the model's lists of layers and techniques. */
typedef struct sb_place {
    size_t layer, technique;
    int64_t threads;
} sb_place;

/* A measured speedup over the standard convolution. */
typedef struct sb_point {
    sb_place at;
    sb_operation operation; /* the layer's chain */
    sb_interval measured;
    double theoretical, roofline;
    double base_ns; /* of the standard convolution */
} sb_point;

/* A kernel's result. NAN if a number is not known. */
typedef struct sb_timing {
    sb_place at;
    sb_operation operation;
    sb_class class_;
    sb_arithmetic arithmetic;
    size_t plugin;    /* position in the model's list */
    bool leads;       /* the fastest of its technique, here */
    bool threaded;    /* uses all threads that it may */
    sb_interval time; /* nanoseconds a call */
    double gflops;    /* operations a second, 1e9 */
    double roof;      /* the machine's roofline, in the same unit */
    double computed;  /* 1e9 operations a second, not counting taps outside of the image */
    double intensity; /* these operations, for each byte that must move */
    double prepare_ns, reorder_ns;
    double error, error_bound;
    double processes_spread; /* slowest over fastest process' median; NAN: fewer than two */
} sb_timing;

/* Our fastest kernel against the fastest peer: peer's time over ours, above 1 if ours is faster. */
typedef struct sb_duel {
    sb_place at; /* the technique is ours */
    size_t peer; /* technique */
    sb_operation operation;
    sb_interval ratio;
} sb_duel;

/* Lists are owned, in the order of the run. */
typedef struct sb_model {
    sb_caption caption;
    sb_model_layer *layers;
    size_t layer_count;
    sb_technique *techniques;
    size_t technique_count;
    sb_technique *plugins; /* names; without marks */
    size_t plugin_count;
    int64_t *threads; /* the thread counts that occur */
    size_t thread_count;
    sb_ceilings *ceilings; /* one for each of them */
    sb_point *points;
    size_t point_count;
    sb_timing *timings;
    size_t timing_count;
    sb_duel *duels;
    size_t duel_count;
    sb_sequence_list sequences; /* of a network */
    sb_evaluations tuning;      /* empty if the run is not a tuning */
} sb_model;

/* Negative also if the selection names a technique that the run does not have. */
int sb_model_read(sb_rundb *db, const sb_selection *selection, sb_model *model, sb_error *error);
void sb_model_free(sb_model *model);

/* The machine's ceilings for this thread count; NULL if not known. */
const sb_ceilings *sb_model_ceilings(const sb_model *model, int64_t threads);

#endif
