/* SPDX-License-Identifier: Apache-2.0 */
/* Many values of each technique, for a row of a dot chart that sums them up. */
#ifndef SB_REPORT_BAG_H
#define SB_REPORT_BAG_H

#include "report/dots.h"

typedef struct sb_bag {
    double **values; /* owned; of each technique of the model */
    size_t *counts;
    size_t techniques, total;
} sb_bag;

sb_bag sb_bag_begin(const sb_model *model);
void sb_bag_add(sb_bag *bag, size_t technique,
                double value); /* one that is not finite is left out */

/* What a row shows of the values of one technique; they may be put in order. */
typedef sb_interval sb_bag_summary(double *values, size_t count);

/* Adds a row where there is anything, its number of values in brackets behind the label, and
 * empties the bag. */
void sb_bag_empty_into(sb_bag *bag, const sb_model *model, sb_dots *dots, const char *head,
                       const char *label, sb_bag_summary *summary);
void sb_bag_end(sb_bag *bag);

#endif
