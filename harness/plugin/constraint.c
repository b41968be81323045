/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/constraint.h"

#include <string.h>

static uint32_t find_parameter(const sb_kernel_info *kernel, const char *name)
{
    for (size_t i = 0; i < kernel->parameter_count; i++)
        if (strcmp(kernel->parameters[i].id, name) == 0)
            return (uint32_t)i;
    return SB_NOT_A_PARAMETER;
}

/* A choice of the parameter that the name is compared with. */
static bool find_choice(const sb_expression *expression, const sb_kernel_info *kernel, size_t index,
                        int64_t *value)
{
    size_t partner = sb_expression_partner(expression, index);
    uint32_t p = find_parameter(kernel, sb_expression_name(expression, partner));
    if (partner == index || p == SB_NOT_A_PARAMETER || kernel->parameters[p].kind != SB_CHOICE)
        return false;
    return sb_params_parse_value(&kernel->parameters[p], sb_expression_name(expression, index),
                                 value, NULL) == SB_OK;
}

bool sb_constraint_bind(const sb_expression *expression, const sb_kernel_info *kernel,
                        sb_constraint *constraint, const char **unknown)
{
    *constraint = (sb_constraint) { .expression = expression };
    for (size_t i = 0; i < sb_expression_names(expression); i++) {
        const char *name = sb_expression_name(expression, i);
        constraint->names[i].parameter = find_parameter(kernel, name);
        if (constraint->names[i].parameter == SB_NOT_A_PARAMETER &&
            !find_choice(expression, kernel, i, &constraint->names[i].value)) {
            *unknown = name;
            return false;
        }
    }
    return true;
}

bool sb_constraint_holds(const sb_constraint *constraint, const int64_t *values)
{
    int64_t named[SB_EXPRESSION_NAMES];
    for (size_t i = 0; i < sb_expression_names(constraint->expression); i++)
        named[i] = constraint->names[i].parameter == SB_NOT_A_PARAMETER
                       ? constraint->names[i].value
                       : values[constraint->names[i].parameter];
    return sb_expression_holds(constraint->expression, named);
}
