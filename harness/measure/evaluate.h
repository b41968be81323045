/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quick looks at configurations of one kernel on one layer, for a search: is it right, and about
 * how fast? Tensors and references are made once and serve all: one arena with integers and one
 * with real data, each with a worker of its own.
 *
 * Times are those of a few calls, beside the best configuration so far (the incumbent), whose plan
 * is kept: look.h says why, and how.
 */
#ifndef SB_MEASURE_EVALUATE_H
#define SB_MEASURE_EVALUATE_H

#include "measure/group.h"

typedef struct sb_evaluator sb_evaluator;

/* Everything is borrowed for the evaluator's life. */
typedef struct sb_evaluator_options {
    sb_session_options session;
    const sb_layer *layer;
    int64_t threads;
    uint64_t seed; /* of the data */
    int reference_threads;
    uint64_t evict_bytes; /* 0: warm caches; else how much to sweep before each sample, */
    bool refills;         /* and whether the tensors are read then */
} sb_evaluator_options;

/* What came of one configuration. */
typedef struct sb_evaluation {
    sb_verdict verdict;
    double ns;               /* a call, where the verdict is ok; else INFINITY */
    bool cut;                /* plainly slower than the incumbent, and not timed to the end */
    char detail[SB_MAX_WHY]; /* why it failed */
} sb_evaluation;

/* NULL where there is no memory for the tensors. */
sb_evaluator *sb_evaluator_open(const sb_evaluator_options *options, sb_error *error);
void sb_evaluator_close(sb_evaluator *evaluator); /* NULL is allowed */

/* From now on the candidate's kernel, on its operation; there is no incumbent. Sets values to its
 * defaults for the layer, beside what is given. Returns the verdict of planning them, with its
 * reason in the error unless it is ok: unsupported where the kernel does not do the layer. ERROR
 * also where there is no reference. */
sb_verdict sb_evaluator_take(sb_evaluator *evaluator, const sb_candidate *candidate,
                             int64_t values[SB_MAX_PARAMETERS], sb_error *error);

/* Narrows the kernel's parameters to what it says can be valid for the layer; without an answer
 * they stay as they are. */
void sb_evaluator_narrow(sb_evaluator *evaluator, sb_parameter_info *parameters);

/* Sets ok[i] to 1 where the configuration at values[i * parameters] is valid for the layer. `self`
 * is the evaluator. Negative where the worker does not answer. */
int sb_evaluator_valid(void *self, const int64_t *values, size_t count, unsigned char *ok,
                       sb_error *error);

/* Verifies and times a configuration. */
sb_evaluation sb_evaluator_try(sb_evaluator *evaluator, const int64_t *values);

#endif
