/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses the kernel for each place of a network, if conversions between them cost time too: a
 * shortest path. Pure. */
#ifndef SB_MEASURE_ROUTE_H
#define SB_MEASURE_ROUTE_H

#include "conv/layout.h"

#include <stddef.h>

typedef struct sb_route_option {
    double ns; /* time of the kernel */
    sb_layout input, output;
} sb_route_option;

/* The times of converting a tensor from one layout to another; from one to itself: clearing its
 * padding. */
typedef struct sb_route_reorders {
    double ns[SB_LAYOUTS][SB_LAYOUTS];
} sb_route_reorders;

typedef struct sb_route_place {
    const sb_route_option *options; /* at least one */
    size_t count;
    sb_route_reorders reorders; /* of its input */
    bool residual;              /* adds its input, which must also be in the layout of its output */
} sb_route_place;

/*
 * Fills choice[i], an index of the options at place i, so that the total time of kernels and
 * reorders is least, and returns that time. Input and output of the network are NHWC; `last` are
 * the reorders of the output. Of equal options the first is chosen.
 */
double sb_route_choose(const sb_route_place *places, size_t count, const sb_route_reorders *last,
                       size_t *choice);

#endif
