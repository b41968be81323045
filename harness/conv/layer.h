/* SPDX-License-Identifier: Apache-2.0 */
/* A layer: a named place of a network, checked, and turned into problems. */
#ifndef SB_CONV_LAYER_H
#define SB_CONV_LAYER_H

#include "conv/operation.h"
#include "core/error.h"

#define SB_MAX_TENSOR_ELEMENTS (INT64_C(1) << 31)

typedef struct sb_layer {
    char *name; /* owned; unique in a sweep */
    sb_geometry shape;
    bool biases[SB_ROLES]; /* per step: has it a bias? The last one is the whole layer's */
    sb_activation activations[SB_ROLES]; /* after each step, the pointwise one included */
    bool residual;                       /* the input is added to the last step's sum */
    bool operations[SB_OPERATIONS];      /* the operations that are swept */
    int64_t repeat;                      /* how often the network holds this layer, at least 1 */
} sb_layer;

/*
 * Checks the layer for the operations wanted and computes p and q. Errors are for the user: a
 * dimension out of range, a kernel larger than the padded input, groups that do not divide, a
 * tensor past SB_MAX_TENSOR_ELEMENTS, a member without the operation that uses it, a residual
 * where input and output differ.
 */
int sb_layer_finish(sb_layer *layer, sb_error *error);

/* Does the layer have this operation (a bottleneck needs an expansion, a separable convolution one
 * group)? If not, the error gives the reason. */
int sb_layer_allows(const sb_layer *layer, sb_operation operation, sb_error *error);

/* The operation that does the layer's work in several steps: separable, or bottleneck. */
sb_operation sb_layer_chain(const sb_layer *layer);

/* Are both the chain and its standard twin swept? Only then has the layer a speedup. */
bool sb_layer_is_pair(const sb_layer *layer);

/* The steps of the layer's chain, swept or not; returns how many. A layer with groups has no chain:
 * its one step is the last. */
uint32_t sb_layer_chain_roles(const sb_layer *layer, sb_role roles[SB_MAX_STEPS]);

/* Removes bias, activations and residual. */
void sb_layer_strip(sb_layer *layer);

/* The problem of one operation of a finished layer. */
sb_problem sb_layer_problem(const sb_layer *layer, sb_operation operation, int64_t threads);

#endif
