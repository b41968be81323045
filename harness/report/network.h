/* SPDX-License-Identifier: Apache-2.0 */
/* The layers of a config under a name, for tables. */
#ifndef SB_REPORT_NETWORK_H
#define SB_REPORT_NETWORK_H

#include "conv/problem.h"

/* Everything is borrowed. */
typedef struct sb_network {
    const char *name;
    const sb_layer *layers;
    size_t layer_count;
} sb_network;

#endif
