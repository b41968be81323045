/* SPDX-License-Identifier: Apache-2.0 */
/* Classes of layers whose speed is limited by the same causes. */
#ifndef SB_CONV_CLASS_H
#define SB_CONV_CLASS_H

#include "conv/problem.h"

typedef enum sb_class {
    SB_CLASS_DEPTHWISE_3X3_S1, /* groups == c, 3x3, stride 1 */
    SB_CLASS_DEPTHWISE_3X3_S2, /* the same with stride 2 */
    SB_CLASS_DEPTHWISE_LARGE,  /* 5x5 and larger */
    SB_CLASS_DEPTHWISE_OTHER,
    SB_CLASS_POINTWISE,    /* 1x1, stride 1, one group */
    SB_CLASS_DENSE_3X3_S1, /* one group, 3x3, stride 1, dilation 1 */
    SB_CLASS_DENSE,        /* one group, anything else */
    SB_CLASS_GROUPED,
    SB_CLASS_SEPARABLE,
    SB_CLASS_BOTTLENECK,
    SB_CLASSES
} sb_class;

sb_class sb_problem_class(const sb_problem *problem);
const char *sb_class_name(sb_class class_); /* "depthwise 3x3 stride 1", ... */

#endif
