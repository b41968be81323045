/* SPDX-License-Identifier: Apache-2.0 */
#include "report/bag.h"

#include <math.h>
#include <stdlib.h>

sb_bag sb_bag_begin(const sb_model *model)
{
    return (sb_bag) {
        .values = sb_new(model->technique_count, sizeof(double *)),
        .counts = sb_new(model->technique_count, sizeof(size_t)),
        .techniques = model->technique_count,
    };
}

void sb_bag_add(sb_bag *bag, size_t technique, double value)
{
    size_t *count = &bag->counts[technique];
    if (!isfinite(value))
        return;
    if ((*count & (*count - 1)) == 0)
        bag->values[technique] =
            sb_grow(bag->values[technique], *count ? 2 * *count : 1, sizeof(double));
    bag->values[technique][(*count)++] = value;
    bag->total++;
}

void sb_bag_empty_into(sb_bag *bag, const sb_model *model, sb_dots *dots, const char *head,
                       const char *label, sb_bag_summary *summary)
{
    sb_text text = { 0 };
    if (bag->total == 0)
        return;
    sb_text_add(&text, "%s (%zu)", label, bag->total);
    sb_dots_row *row = sb_dots_add_row(dots, model, head, text.data);
    for (size_t t = 0; t < bag->techniques; t++) {
        if (bag->counts[t])
            row->dots[t] = summary(bag->values[t], bag->counts[t]);
        bag->counts[t] = 0;
    }
    bag->total = 0;
    sb_text_free(&text);
}

void sb_bag_end(sb_bag *bag)
{
    for (size_t t = 0; t < bag->techniques; t++)
        free(bag->values[t]);
    free(bag->values);
    free(bag->counts);
    *bag = (sb_bag) { 0 };
}
