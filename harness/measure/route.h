/* SPDX-License-Identifier: Apache-2.0 */
/* Which kernel to run at each place of a network, when what lies between two of them costs time
 * too: a shortest path. Pure. */
#ifndef SB_MEASURE_ROUTE_H
#define SB_MEASURE_ROUTE_H

#include "conv/layout.h"

#include <stddef.h>

typedef struct sb_route_option {
    double ns; /* of the kernel */
    sb_layout input, output;
} sb_route_option;

/* What bringing a tensor from one layout into another takes; from one into itself: clearing its
 * padding. */
typedef struct sb_route_reorders {
    double ns[SB_LAYOUTS][SB_LAYOUTS];
} sb_route_reorders;

typedef struct sb_route_place {
    const sb_route_option *options; /* at least one */
    size_t count;
    sb_route_reorders reorders; /* of its input */
    bool residual; /* adds its input, which must lie in the layout of its output, too */
} sb_route_place;

/*
 * Fills choice[i], an index of the options at place i, so that kernels and reorders take the least
 * in all, which is returned. Input and output of the whole are NHWC; `last` are the reorders of the
 * output. Of equals the option that comes first.
 */
double sb_route_choose(const sb_route_place *places, size_t count, const sb_route_reorders *last,
                       size_t *choice);

#endif
