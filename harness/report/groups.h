/* SPDX-License-Identifier: Apache-2.0 */
/* Divides layers into groups if there are too many to show each. */
#ifndef SB_REPORT_GROUPS_H
#define SB_REPORT_GROUPS_H

#include "report/model.h"

typedef struct sb_layer_group {
    char *label;    /* owned */
    size_t *places; /* owned: positions in the list that was grouped */
    size_t count;
} sb_layer_group;

typedef struct sb_layer_groups {
    sb_layer_group *list;
    size_t count;
} sb_layer_groups;

/*
 * Groups `count` layers (places in the model's list). If there are no more than `most`, each is its
 * own group, under its name. Otherwise by the common beginning of their names (of
 * "mobilenet_v2/block3" the name of the network), if that gives between two and 32 groups;
 * otherwise into ranges of adjacent layers, labelled by their numbers.
 */
sb_layer_groups sb_layer_groups_make(const sb_model *model, const size_t *layers, size_t count,
                                     size_t most);
/* By network: the text before the '/' of their names; all in one group if not all have one. */
sb_layer_groups sb_layer_groups_by_network(const sb_model *model, const size_t *layers,
                                           size_t count);
void sb_layer_groups_free(sb_layer_groups *groups);

/* Median and quartiles; NAN if there are no values. Sorts the values. */
sb_interval sb_quartiles(double *values, size_t count);

#endif
