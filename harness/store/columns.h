/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run stores, one row a column. Both the tables of run.db and the CSV files are written from
 * these lists and read back by them. A new column is one row here, and one in results/README.md.
 */
#ifndef SB_STORE_COLUMNS_H
#define SB_STORE_COLUMNS_H

#include "measure/scaling.h"
#include "measure/steps.h"

typedef enum sb_column_kind {
    SB_COLUMN_TEXT,   /* char *; never NULL in a database */
    SB_COLUMN_TIME,   /* double, ns with three decimals; NAN is missing, here and below */
    SB_COLUMN_RATIO,  /* double, six decimals */
    SB_COLUMN_ERROR,  /* double, scientific */
    SB_COLUMN_WHOLE,  /* int64_t, from 0 */
    SB_COLUMN_MAYBE,  /* the same; -1 is unknown */
    SB_COLUMN_MOMENT, /* int64_t, ns since 1970 */
    SB_COLUMN_COUNT,  /* uint32_t */
    SB_COLUMN_SIZE,   /* size_t */
    SB_COLUMN_FLAG,   /* bool, 0 or 1 */
    SB_COLUMN_NAMED /* an enumeration, stored by name: readable anywhere, and its numbers may change
                     */
} sb_column_kind;

/* What a column's member belongs to, which determines the table of run.db that holds it. */
typedef enum sb_part {
    SB_PART_LAYER,   /* sb_layer */
    SB_PART_GROUP,   /* sb_group */
    SB_PART_KERNEL,  /* sb_result: the part that many results share */
    SB_PART_RESULT,  /* sb_result: the rest, without the samples */
    SB_PART_SPEEDUP, /* sb_speedup */
    SB_PART_SAMPLE,  /* sb_sample; run.db stores these in its own format */
    SB_PART_STEP,    /* sb_step_share: computed from the samples; not in run.db */
    SB_PART_SCALING, /* sb_scaling: computed likewise */
    SB_PART_DERIVED, /* sb_derived: computed from other columns; not in run.db */
    SB_PARTS
} sb_part;

/* The files that a column is part of. */
#define SB_IN_DB       1u
#define SB_IN_RESULTS  2u
#define SB_IN_SPEEDUPS 4u
#define SB_IN_SAMPLES  8u
#define SB_IN_TIDY     16u /* one table of all samples, each with everything that describes it */
#define SB_IN_STEPS    32u
#define SB_IN_SCALING  64u

typedef struct sb_names {
    int count;
    const char *(*name)(int value);
} sb_names;

typedef struct sb_column {
    const char *name;
    sb_column_kind kind;
    sb_part part;
    size_t offset;
    unsigned where;
    const sb_names *names; /* SB_COLUMN_NAMED */
    bool timed;            /* empty if nothing was timed, whatever the member holds */
} sb_column;

/* Values derived from a layer, an operation and a result. Texts are borrowed or static. */
typedef struct sb_derived {
    const char *kernel; /* the id within the plugin, or the name given by the configuration */
    const char *class_;
    sb_geometry shape; /* of the problem */
    int64_t multiplications, bytes;
    double gflops, bound_share;
    int64_t processes; /* whose samples these are */
    bool bias, residual;
    char activations[64];
    const char *activation; /* these: by step, joined by ';' */
    int64_t process, round; /* of a sample: the round within the process */
    double efficiency;      /* of a speedup */
    int64_t standard_multiplications, separable_multiplications;
    int64_t standard_parameters, separable_parameters;
} sb_derived;

/* All columns, those of a CSV file in its order; the list ends with a NULL name. */
const sb_column *sb_columns(void);

#endif
