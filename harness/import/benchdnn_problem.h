/* SPDX-License-Identifier: Apache-2.0 */
/* benchdnn's problem descriptors of convolutions: mb2_ic3ih224_oc64oh112_kh7sh2ph3_n"conv1*1". */
#ifndef SB_IMPORT_BENCHDNN_PROBLEM_H
#define SB_IMPORT_BENCHDNN_PROBLEM_H

#include "import/import_layer.h"

typedef struct sb_benchdnn_problem {
    sb_import_layer layer; /* its name is owned; NULL if there is none */
    bool three;            /* has three spatial dimensions: the layer is not set */
    bool unfit;            /* no padding that a layer may have makes the output that it gives */
} sb_benchdnn_problem;

/* Reads one; the error does not contain the position. */
int sb_benchdnn_problem_parse(const char *text, sb_benchdnn_problem *problem, sb_error *error);

/* Applies "relu+sum" or "sum;relu" to a shape without epilogue: adds the operations that a
 * configuration supports. Returns how many it does not, and stores the first of them in `other`. */
size_t sb_benchdnn_post_ops(const char *text, sb_import_shape *shape, char *other, size_t size);

#endif
