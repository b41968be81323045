/* SPDX-License-Identifier: Apache-2.0 */
/* Layers that are too many to be shown one by one, in groups. */
#ifndef SB_REPORT_GROUPS_H
#define SB_REPORT_GROUPS_H

#include "report/model.h"

typedef struct sb_layer_group {
    char *label;    /* owned */
    size_t *places; /* owned: into the list that was grouped */
    size_t count;
} sb_layer_group;

typedef struct sb_layer_groups {
    sb_layer_group *list;
    size_t count;
} sb_layer_groups;

/*
 * Of `count` layers (places in the model's list). No more than `most`: each its own group, under
 * its name. Else by what their names begin with ("mobilenet_v2/block3" and so on: the name of a
 * network), where that makes between two and 32 groups; else into runs of neighbours, called by
 * their numbers.
 */
sb_layer_groups sb_layer_groups_make(const sb_model *model, const size_t *layers, size_t count,
                                     size_t most);
/* By network: what stands before the '/' of their names; all in one group where not all have one.
 */
sb_layer_groups sb_layer_groups_by_network(const sb_model *model, const size_t *layers,
                                           size_t count);
void sb_layer_groups_free(sb_layer_groups *groups);

/* Median and quartiles; NAN of none. The values are put in order. */
sb_interval sb_quartiles(double *values, size_t count);

#endif
