/* SPDX-License-Identifier: Apache-2.0 */
/* What the contract's checks give to one plan: weights, tensors between guard pages, and the truth.
 */
#ifndef SB_MEASURE_CONTRACT_TRIAL_H
#define SB_MEASURE_CONTRACT_TRIAL_H

#include "conv/fill.h"
#include "plugin/info.h"
#include "plugin/loader.h"

#include <stdbool.h>

enum { SB_BORDER_PATTERN = 0xa5 }; /* the byte around a bordered tensor */

/* A tensor between inaccessible pages, at the start or at the end of its own pages. */
typedef struct sb_bordered {
    char *base, *span;
    size_t total, span_bytes;
    float *tensor;
    size_t bytes;
} sb_bordered;

/* `slack` bytes after the tensor may be read. Ends the process when memory runs out. */
sb_bordered sb_bordered_map(size_t bytes, size_t slack, bool at_start);

/* A read-only copy of `count` numbers. */
sb_bordered sb_bordered_copy(const float *from, int64_t count);
/* Moves the memory to another address; what is at the old one is gone. */
void sb_bordered_move(sb_bordered *bordered, bool readonly);
void sb_bordered_unmap(sb_bordered *bordered); /* an unmapped one is allowed */

/* Was nothing around the tensor written? */
bool sb_bordered_intact(const sb_bordered *bordered);

/* A kernel with one parameter set on one problem. */
typedef struct sb_setting {
    const sb_kernel_info *info;
    const sb_loaded_kernel *loaded;
    sb_problem problem;
    int64_t values[SB_MAX_PARAMETERS];
    sb_layouts layouts;
    uint64_t seed;
} sb_setting;

/* One plan with its own weights, tensors and truth. Two of them are alive at once. */
typedef struct sb_trial {
    sb_tensors tensors; /* dense, the checker's own */
    sb_bordered input, residual, output;
    sb_bordered weights[SB_MAX_STEPS], biases[SB_MAX_STEPS]; /* mapped only during `plan` */
    double *value, *magnitude;
    void *plan;
} sb_trial;

/* Fills a zeroed trial, all but the plan. `second` gives it other data, and tensors at the start of
 * their pages instead of the end. False if the problem has no data of this kind; sb_trial_free() it
 * in any case. */
bool sb_trial_make(const sb_setting *setting, sb_data data, bool second, sb_trial *trial);
void sb_trial_free(sb_trial *trial); /* without the plan */

#endif
