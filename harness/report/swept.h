/* SPDX-License-Identifier: Apache-2.0 */
/* Finds sweeps among the layers of a run: layers that differ only in some dimensions. */
#ifndef SB_REPORT_SWEPT_H
#define SB_REPORT_SWEPT_H

#include "report/model.h"

/* Layers that are equal except for the swept dimensions. */
typedef struct sb_sweep_part {
    const size_t *layers; /* positions in the model's list, ordered by their dimensions */
    size_t count;
} sb_sweep_part;

typedef struct sb_sweep_parts {
    size_t *layers; /* owned */
    sb_sweep_part *list;
    size_t count;
} sb_sweep_parts;

/* The parts of the layers (places in the model's list) with `least` or more different values of
 * every swept dimension, ordered by their dimensions; `swept` marks the dimensions in which the
 * layers of a part may differ. */
sb_sweep_parts sb_sweep_parts_make(const sb_model *model, const size_t *layers, size_t count,
                                   const bool swept[SB_DIMS], size_t least);
void sb_sweep_parts_free(sb_sweep_parts *parts);

/* The number of layers in all parts. */
size_t sb_sweep_parts_layers(const sb_sweep_parts *parts);

/* "32 x 28 x 28, kernel 3 x 3": the input (channels, height, width), and the other dimensions that
 * differ between the parts. */
void sb_sweep_part_title(const sb_model *model, const sb_sweep_parts *parts, size_t part,
                         const bool swept[SB_DIMS], sb_text *to);

/* The different values of a dimension, ascending, each represented by a layer that has it; free()
 * them. */
size_t *sb_sweep_values(const sb_model *model, const size_t *layers, size_t count, sb_dim dim,
                        size_t *values);

/* The parts that sweep two dimensions together: at least three values of one and two of the other,
 * and layers for half of the combinations. */
sb_sweep_parts sb_sweep_planes(const sb_model *model, const size_t *layers, size_t count,
                               const sb_dim pair[2]);

/* The two dimensions that most layers sweep together; false if fewer than half of the layers do. */
bool sb_sweep_pair(const sb_model *model, const size_t *layers, size_t count, sb_dim pair[2]);

#endif
