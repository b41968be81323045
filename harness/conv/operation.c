/* SPDX-License-Identifier: Apache-2.0 */
#include "conv/operation.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *name;
    uint64_t need;
    uint32_t step_count;
    sb_role roles[SB_MAX_STEPS];
} operations[SB_OPERATIONS] = {
    [SB_STANDARD] = { "standard", SB_NEED_STANDARD, 1, { SB_ROLE_WHOLE } },
    [SB_SEPARABLE] = { "separable",
                       SB_NEED_SEPARABLE,
                       2,
                       { SB_ROLE_DEPTHWISE, SB_ROLE_POINTWISE } },
    [SB_BOTTLENECK] = { "bottleneck",
                        SB_NEED_BOTTLENECK,
                        3,
                        { SB_ROLE_EXPAND, SB_ROLE_DEPTHWISE, SB_ROLE_POINTWISE } },
    [SB_EXPAND] = { "expand", SB_NEED_STANDARD, 1, { SB_ROLE_EXPAND } },
    [SB_DEPTHWISE] = { "depthwise", SB_NEED_STANDARD, 1, { SB_ROLE_DEPTHWISE } },
    [SB_POINTWISE] = { "pointwise", SB_NEED_STANDARD, 1, { SB_ROLE_POINTWISE } },
};

const char *sb_operation_name(sb_operation operation)
{
    assert((unsigned)operation < SB_OPERATIONS);
    return operations[operation].name;
}

bool sb_operation_named(const char *name, sb_operation *operation)
{
    for (int op = 0; op < SB_OPERATIONS; op++)
        if (strcmp(name, operations[op].name) == 0) {
            *operation = (sb_operation)op;
            return true;
        }
    return false;
}

uint32_t sb_operation_steps(sb_operation operation)
{
    return operations[operation].step_count;
}

sb_role sb_operation_role(sb_operation operation, uint32_t step)
{
    assert(step < operations[operation].step_count);
    return operations[operation].roles[step];
}

uint64_t sb_operation_need(sb_operation operation)
{
    return operations[operation].need;
}
