/* SPDX-License-Identifier: Apache-2.0 */
/* The time of a pass through all layers of a run, layer by layer. */
#ifndef SB_REPORT_PASS_H
#define SB_REPORT_PASS_H

#include "report/model.h"

/* How a layer is computed. */
typedef enum sb_manner {
    SB_MANNER_WHOLE, /* as in the text after a run: the chain if it is swept */
    SB_MANNER_STEPS, /* the chain step by step if it has steps, otherwise as above */
    SB_MANNER_TWIN   /* the standard convolution */
} sb_manner;

/* Which kernels may compute it. */
typedef struct sb_choosers {
    bool own, peers;
    size_t plugin; /* only this one; SIZE_MAX: any */
} sb_choosers;

extern const sb_choosers sb_everybody;

/* The fastest kernels for the operations of a layer. */
typedef struct sb_layer_cost {
    const sb_timing *parts[SB_OPERATIONS]; /* borrowed from the model */
    size_t count;                          /* 0: not all of them were timed */
    double ns;                             /* of one call; INFINITY if count is 0 */
} sb_layer_cost;

/* Finds timings by layer. */
typedef struct sb_pass {
    const sb_model *model;
    size_t *first, *count; /* owned; for each layer: its timings with these threads */
} sb_pass;

sb_pass sb_pass_make(const sb_model *model, int64_t threads);
void sb_pass_free(sb_pass *pass);

sb_layer_cost sb_pass_cost(const sb_pass *pass, size_t layer, sb_manner manner,
                           const sb_choosers *who);

/* Does the run look like a network: several layers with a time that are not a sweep? */
bool sb_pass_is_network(const sb_model *model, int64_t threads);

#endif
