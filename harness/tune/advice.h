/* SPDX-License-Identifier: Apache-2.0 */
/* Advice for a kernel's author, from the tuning database: which values of which parameters tuning
 * prefers to the defaults, on how many problems, and what they gain. */
#ifndef SB_TUNE_ADVICE_H
#define SB_TUNE_ADVICE_H

#include "tune/tunedb.h"

/* What to do about a default. */
typedef enum sb_advice_verdict {
    SB_ADVICE_KEEP,     /* tuning prefers another value on half of the problems or fewer */
    SB_ADVICE_CHANGE,   /* the other value is better, and slower by 2 % at most on any problem */
    SB_ADVICE_BY_SHAPE, /* other values are better on most problems, but none on all of them */
    SB_ADVICE_UNKNOWN,  /* so, but there are no evaluations with both values */
} sb_advice_verdict;

/* One parameter of one kernel on one machine, on the problems with the same default of it. */
typedef struct sb_advice_row {
    char *kernel, *machine; /* owned, as the texts below */
    char *parameter, *value /* the default */;
    size_t problems;
    size_t beaten;   /* on so many, the winner is faster than the defaults and has another value */
    char *better;    /* the value that most of these winners have; NULL: none is beaten */
    size_t chosen;   /* the number of winners that have it */
    size_t compared; /* problems of which evaluations with both values are known */
    double gain;     /* on these: the best time with the default over that with `better`, a
                        geometric mean; NAN: none */
    double worst;    /* the least of these ratios; NAN: none */
    sb_advice_verdict verdict;
} sb_advice_row;

/* A kernel on a machine. */
typedef struct sb_advice_kernel {
    char *kernel, *machine; /* owned */
    uint64_t build;         /* the one tuned last; others are left out */
    size_t problems;        /* tuned, of which the defaults are known */
    size_t beaten;          /* the winner is not the defaults */
    double gain;            /* of the winners over the defaults, a geometric mean over all */
    size_t unknown;         /* problems on which the defaults are not known, or failed */
} sb_advice_kernel;

typedef struct sb_advice {
    sb_advice_kernel *kernels;
    size_t kernel_count;
    sb_advice_row *rows; /* by kernel, the most often beaten first */
    size_t row_count;
} sb_advice;

/* Advice on the kernels that match the glob; without any kernel, it is empty. sb_advice_free()
 * it. */
int sb_advice_make(sb_tunedb *db, const char *glob, sb_advice *advice, sb_error *error);
void sb_advice_free(sb_advice *advice);

/* "keep", "change", "by shape", "unknown" */
const char *sb_advice_verdict_name(sb_advice_verdict verdict);

#endif
