/* SPDX-License-Identifier: Apache-2.0 */
/* benchdnn's problem descriptors of convolutions: mb2_ic3ih224_oc64oh112_kh7sh2ph3_n"conv1*1". */
#ifndef SB_IMPORT_BENCHDNN_PROBLEM_H
#define SB_IMPORT_BENCHDNN_PROBLEM_H

#include "import/import_layer.h"

typedef struct sb_benchdnn_problem {
    sb_import_layer layer; /* its name is owned; NULL where there is none */
    bool three;            /* three spatial dimensions: the layer says nothing */
} sb_benchdnn_problem;

/* Reads one; the error does not say where it stood. */
int sb_benchdnn_problem_parse(const char *text, sb_benchdnn_problem *problem, sb_error *error);

/* What "relu+sum" or "sum;relu" does to a shape without epilogue: the operations that a
 * configuration knows go into it. Returns how many do not, and says the first of them in `other`.
 */
size_t sb_benchdnn_post_ops(const char *text, sb_import_shape *shape, char *other, size_t size);

#endif
