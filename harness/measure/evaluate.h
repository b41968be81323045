/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verifies and quickly times parameter sets of one kernel on one layer, for a search. Tensors and
 * references are made once for all parameter sets: one arena with integers and one with real data,
 * each with its own workers, which are kept from one evaluator to the next.
 *
 * Times are those of a few calls, compared with the best parameter set so far (the incumbent),
 * whose plan is kept: look.h explains the method.
 */
#ifndef SB_MEASURE_EVALUATE_H
#define SB_MEASURE_EVALUATE_H

#include "machine/energy.h"
#include "measure/group.h"

typedef struct sb_evaluator sb_evaluator;

/* Everything is borrowed for the evaluator's life. */
typedef struct sb_evaluator_options {
    sb_session *exact, *real; /* workers for integers and for real data; bound to the evaluator */
    const sb_layer *layer;
    int64_t threads;
    uint64_t seed; /* of the data */
    int reference_threads;
    uint64_t evict_bytes;    /* 0: warm caches; else how much to sweep before each sample, */
    bool refills;            /* and whether the tensors are read then */
    const sb_energy *energy; /* the counters; NULL: energy is not measured */
} sb_evaluator_options;

/* The outcome of one parameter set. */
typedef struct sb_evaluation {
    sb_verdict verdict;
    double objective;        /* of the candidate, INFINITY unless the verdict is ok */
    double watts;            /* during calls, if the energy is measured; else NAN */
    double ns;               /* ns a call if the verdict is ok; else INFINITY */
    double seen;             /* ns a call of its fastest turn, where `ns` may be an estimate */
    bool cut;                /* clearly slower than the incumbent: timing was stopped early */
    char detail[SB_MAX_WHY]; /* why it failed */
} sb_evaluation;

/* NULL if there is no memory for the tensors. Kernels that have hung are asked again. */
sb_evaluator *sb_evaluator_open(const sb_evaluator_options *options, sb_error *error);
void sb_evaluator_close(sb_evaluator *evaluator); /* NULL is allowed */

/* Selects the candidate's kernel and operation; there is no incumbent yet. Sets values to its
 * defaults for the layer, except for the given ones. Returns the verdict of planning with them, and
 * unless that is ok the reason in the error: unsupported if the kernel cannot compute the layer;
 * ERROR also if there is no reference. */
sb_verdict sb_evaluator_take(sb_evaluator *evaluator, const sb_candidate *candidate,
                             int64_t values[SB_MAX_PARAMETERS], sb_error *error);

/* Completes a parameter set as the kernel does: bit i of `given` stands for values[i]; writes the
 * other values. Returns the verdict of planning with them; unless that is ok, the values are
 * unchanged and the reason is in the error. */
sb_verdict sb_evaluator_complete(sb_evaluator *evaluator, uint32_t given, int64_t *values,
                                 sb_error *error);

/* Narrows the kernel's parameters to what it reports as possibly valid for the layer; without an
 * answer they stay as they are. */
void sb_evaluator_narrow(sb_evaluator *evaluator, sb_parameter_info *parameters);

/* Sets ok[i] to 1 if the parameter set at values[i * parameters] is valid for the layer. `self` is
 * the evaluator. Negative if the worker does not answer. */
int sb_evaluator_valid(void *self, const int64_t *values, size_t count, unsigned char *ok,
                       sb_error *error);

/* The references for the present operation, borrowed until another is taken. */
sb_known sb_evaluator_known(sb_evaluator *evaluator);

/* The verdict of planning with the values, and unless that is ok the reason in the error. */
sb_verdict sb_evaluator_explain(sb_evaluator *evaluator, const int64_t *values, sb_error *error);

/* The time of one call, whose result is not verified, so that it only tells what is too slow; NAN
 * if it fails. */
double sb_evaluator_call(sb_evaluator *evaluator, const int64_t *values);

/* Verifies and times a parameter set. */
sb_evaluation sb_evaluator_try(sb_evaluator *evaluator, const int64_t *values);

/* The same for the first parameter set of a kernel, in less time if it took `known` ns before and
 * does now, or is clearly slower than `rival`, the ns of another kernel. INFINITY: not known. */
sb_evaluation sb_evaluator_glance(sb_evaluator *evaluator, const int64_t *values, double known,
                                  double rival);

#endif
