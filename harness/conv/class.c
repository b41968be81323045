/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/class.h"

static bool kernel_is(const sb_step *p, int64_t size)
{
    return p->r == size && p->s == size;
}

static bool stride_is(const sb_step *p, int64_t stride)
{
    return p->stride_h == stride && p->stride_w == stride;
}

static bool is_undilated(const sb_step *p)
{
    return p->dilation_h == 1 && p->dilation_w == 1;
}

static sb_class depthwise_class(const sb_step *p)
{
    if (kernel_is(p, 3) && stride_is(p, 1) && is_undilated(p))
        return SB_CLASS_DEPTHWISE_3X3_S1;
    if (kernel_is(p, 3) && stride_is(p, 2) && is_undilated(p))
        return SB_CLASS_DEPTHWISE_3X3_S2;
    return p->r >= 5 && p->s >= 5 ? SB_CLASS_DEPTHWISE_LARGE : SB_CLASS_DEPTHWISE_OTHER;
}

sb_class sb_problem_class(const sb_problem *problem)
{
    if (problem->step_count > 1)
        return problem->step_count == 2 ? SB_CLASS_SEPARABLE : SB_CLASS_BOTTLENECK;
    const sb_step *p = sb_first_step(problem);
    if (p->groups > 1)
        return p->groups == p->c ? depthwise_class(p) : SB_CLASS_GROUPED;
    if (kernel_is(p, 1) && stride_is(p, 1))
        return SB_CLASS_POINTWISE;
    return kernel_is(p, 3) && stride_is(p, 1) && is_undilated(p) ? SB_CLASS_DENSE_3X3_S1
                                                                 : SB_CLASS_DENSE;
}

const char *sb_class_name(sb_class class_)
{
    static const char *const names[SB_CLASSES] = {
        [SB_CLASS_DEPTHWISE_3X3_S1] = "depthwise 3x3 stride 1",
        [SB_CLASS_DEPTHWISE_3X3_S2] = "depthwise 3x3 stride 2",
        [SB_CLASS_DEPTHWISE_LARGE] = "depthwise 5x5 and larger",
        [SB_CLASS_DEPTHWISE_OTHER] = "depthwise, other",
        [SB_CLASS_POINTWISE] = "pointwise",
        [SB_CLASS_DENSE_3X3_S1] = "dense 3x3 stride 1",
        [SB_CLASS_DENSE] = "dense, other",
        [SB_CLASS_GROUPED] = "grouped",
        [SB_CLASS_SEPARABLE] = "separable",
        [SB_CLASS_BOTTLENECK] = "bottleneck",
    };
    return names[class_];
}
