/* SPDX-License-Identifier: Apache-2.0 */
/* The ways to turn a layer into a problem, in one table. */
#ifndef SB_CONV_OPERATION_H
#define SB_CONV_OPERATION_H

#include "conv/geometry.h"
#include "sepbench/plugin.h"

#include <stdbool.h>

typedef enum sb_operation {
    SB_STANDARD,   /* one convolution from the layer's input to its output: the twin */
    SB_SEPARABLE,  /* depthwise, then pointwise */
    SB_BOTTLENECK, /* expand, depthwise, pointwise */
    SB_EXPAND,     /* the steps of these, each alone */
    SB_DEPTHWISE,
    SB_POINTWISE,
    SB_OPERATIONS
} sb_operation;

/* The role of a step in its layer. Weights belong to a role: operations with the same role share
 * them. */
typedef enum sb_role {
    SB_ROLE_WHOLE,
    SB_ROLE_EXPAND,
    SB_ROLE_DEPTHWISE,
    SB_ROLE_POINTWISE,
    SB_ROLES
} sb_role;

const char *sb_operation_name(sb_operation operation);
bool sb_operation_named(const char *name, sb_operation *operation); /* false: no such name */
uint32_t sb_operation_steps(sb_operation operation);                /* number of steps */
sb_role sb_operation_role(sb_operation operation, uint32_t step);
uint64_t sb_operation_need(sb_operation operation); /* SB_NEED_STANDARD, ... */

#endif
