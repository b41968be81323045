/* SPDX-License-Identifier: Apache-2.0 */
/* Layers under a name: what tables show of a config. */
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
