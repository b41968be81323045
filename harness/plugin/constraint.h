/* SPDX-License-Identifier: Apache-2.0 */
/* A condition on the parameters of a kernel. */
#ifndef SB_PLUGIN_CONSTRAINT_H
#define SB_PLUGIN_CONSTRAINT_H

#include "core/expression.h"
#include "plugin/info.h"

#define SB_NOT_A_PARAMETER UINT32_MAX

typedef struct sb_constraint {
    const sb_expression *expression; /* borrowed */
    const char *where;               /* "file:line:column"; borrowed */
    struct {
        uint32_t parameter; /* SB_NOT_A_PARAMETER: the name of a choice, which is `value` */
        int64_t value;
    } names[SB_EXPRESSION_NAMES];
} sb_constraint;

/* Stores what each name of the expression is in the kernel: a parameter, or a choice of the
 * parameter that it is compared with. False if a name is neither: then *unknown is that name. */
bool sb_constraint_bind(const sb_expression *expression, const sb_kernel_info *kernel,
                        sb_constraint *constraint, const char **unknown);

bool sb_constraint_holds(const sb_constraint *constraint, const int64_t *values);

#endif
