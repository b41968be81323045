/* SPDX-License-Identifier: Apache-2.0 */
/* Sweeps among the layers of a run: those that differ in some dimensions alone. */
#ifndef SB_REPORT_SWEPT_H
#define SB_REPORT_SWEPT_H

#include "report/model.h"

/* Layers that are the same but for the swept dimensions. */
typedef struct sb_sweep_part {
    const size_t *layers; /* places in the model's list, by their dimensions */
    size_t count;
} sb_sweep_part;

typedef struct sb_sweep_parts {
    size_t *layers; /* owned */
    sb_sweep_part *list;
    size_t count;
} sb_sweep_parts;

/* The parts of the layers (places in the model's list) that have `least` or more different values
 * of every swept dimension, in order of their dimensions; what a part does not have to differ in is
 * `swept`. */
sb_sweep_parts sb_sweep_parts_make(const sb_model *model, const size_t *layers, size_t count,
                                   const bool swept[SB_DIMS], size_t least);
void sb_sweep_parts_free(sb_sweep_parts *parts);

/* How many layers all parts have. */
size_t sb_sweep_parts_layers(const sb_sweep_parts *parts);

/* "32 x 28 x 28, kernel 3 x 3": the input (channels, height, width), and what else differs between
 * the parts. */
void sb_sweep_part_title(const sb_model *model, const sb_sweep_parts *parts, size_t part,
                         const bool swept[SB_DIMS], sb_text *to);

/* The different values of a dimension, ascending, each by a layer that has it; free() them. */
size_t *sb_sweep_values(const sb_model *model, const size_t *layers, size_t count, sb_dim dim,
                        size_t *values);

/* The parts that sweep two dimensions together: three values of one and two of the other or more,
 * and layers for half of the combinations. */
sb_sweep_parts sb_sweep_planes(const sb_model *model, const size_t *layers, size_t count,
                               const sb_dim pair[2]);

/* The two dimensions that most layers sweep together; false where that is less than half of them.
 */
bool sb_sweep_pair(const sb_model *model, const size_t *layers, size_t count, sb_dim pair[2]);

#endif
