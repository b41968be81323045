/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of sepbench/plugin.h for a plugin's declarations. Each check fails with the member that
 * breaks a rule. Pure; function pointers are not checked. */
#ifndef SB_PLUGIN_RULES_H
#define SB_PLUGIN_RULES_H

#include "core/error.h"
#include "sepbench/plugin.h"

#include <stdbool.h>

int sb_rules_plugin(const sb_plugin *plugin, sb_error *error); /* without its kernels */
int sb_rules_kernel(const sb_kernel *kernel, sb_error *error); /* without its parameters */
int sb_rules_parameter(const sb_parameter *parameter, sb_error *error);

/* Does this version know the kernel's arithmetic class, its kinds of parameters, and one of the
 * lists of steps that it handles? The reason names the kernel. */
int sb_rules_known(const sb_kernel *kernel, const sb_parameter *parameters, size_t count,
                   sb_error *error);

/* Is it one line of at most 1,023 bytes, without control characters? */
bool sb_rules_text(const char *text);

/* May a parameter that meets the rules take this value? */
bool sb_rules_legal(const sb_parameter *parameter, int64_t value);

#endif
