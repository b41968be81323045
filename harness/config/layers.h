/* SPDX-License-Identifier: Apache-2.0 */
/* The `layers` of a configuration: explicit layers, sweeps and includes. */
#ifndef SB_CONFIG_LAYERS_H
#define SB_CONFIG_LAYERS_H

#include "config/reading.h"
#include "conv/problem.h"

#define SB_MAX_CONFIG_LAYERS 100000 /* sweeps and includes expanded */

typedef struct sb_layer_list {
    sb_layer *layers;      /* owned, as are the names */
    const sb_node **nodes; /* position of each in the files */
    size_t count, capacity;
} sb_layer_list;

/* Appends the layers of a configuration's root, in order. */
int sb_config_layers(sb_config_reading *reading, const sb_node *root, sb_layer_list *list,
                     sb_error *error);

/* Checks that each name occurs only once. */
int sb_layer_list_check_names(const sb_layer_list *list, sb_error *error);

void sb_layer_list_free(sb_layer_list *list);

#endif
