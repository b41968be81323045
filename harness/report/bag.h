/* SPDX-License-Identifier: Apache-2.0 */
/* Collects many values of each technique, for a row of a dot chart that summarises them. */
#ifndef SB_REPORT_BAG_H
#define SB_REPORT_BAG_H

#include "report/dots.h"

typedef struct sb_bag {
    double **values; /* owned; for each technique of the model */
    size_t *counts;
    size_t techniques, total;
} sb_bag;

sb_bag sb_bag_begin(const sb_model *model);
void sb_bag_add(sb_bag *bag, size_t technique,
                double value); /* a value that is not finite is ignored */

/* Summarises the values of one technique for a row; it may reorder them. */
typedef sb_interval sb_bag_summary(double *values, size_t count);

/* Adds a row if there are any values, with their number in brackets after the label, and empties
 * the bag. */
void sb_bag_empty_into(sb_bag *bag, const sb_model *model, sb_dots *dots, const char *head,
                       const char *label, sb_bag_summary *summary);
void sb_bag_end(sb_bag *bag);

#endif
