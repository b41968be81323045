/* SPDX-License-Identifier: Apache-2.0 */
/* What figures and tables show of a run: the few numbers of each group that they need, in memory.
 * About 100 bytes a result, so that a run of thousands of layers is a few megabytes. */
#ifndef SB_REPORT_MODEL_H
#define SB_REPORT_MODEL_H

#include "report/evaluations.h"
#include "store/provenance.h"
#include "store/rundb.h"

typedef struct sb_technique {
    char *name;
    bool peer; /* somebody else's library */
} sb_technique;

/* Where a number belongs: places in the model's lists of layers and techniques. */
typedef struct sb_place {
    size_t layer, technique;
    int64_t threads;
} sb_place;

/* A measured speedup. */
typedef struct sb_point {
    sb_place at;
    sb_interval measured;
    double theoretical, roofline;
} sb_point;

/* GFLOP/s of the fastest kernel of a technique for each operation, its roofline bound, and the
 * operations for each byte that must move; NAN where there is none. */
typedef struct sb_rate {
    sb_place at;
    double gflops[SB_OPERATIONS], roofline[SB_OPERATIONS], intensity[SB_OPERATIONS];
} sb_rate;

/* Lists are owned, in the order of the run. */
typedef struct sb_model {
    sb_caption caption;
    sb_layer *layers;
    size_t layer_count;
    sb_technique *techniques;
    size_t technique_count;
    int64_t *threads; /* the thread counts that occur */
    size_t thread_count;
    sb_ceilings *ceilings; /* of each of them */
    sb_point *points;
    size_t point_count;
    sb_rate *rates;
    size_t rate_count;
    sb_evaluations tuning; /* none, where the run is not a tuning's */
} sb_model;

int sb_model_read(sb_rundb *db, sb_model *model, sb_error *error);
void sb_model_free(sb_model *model);

#endif
