/* SPDX-License-Identifier: Apache-2.0 */
/* Values for all parameters of a kernel, if the user has given some of them. Pure, but for what the
 * kernel's own functions do. In the worker. */
#ifndef SB_PLUGIN_COMPLETE_H
#define SB_PLUGIN_COMPLETE_H

#include "plugin/loader.h"

/*
 * For a problem that the kernel supports. Bit i of `given` stands for values[i]; writes the other
 * values: the defaults, adapted to the given ones by the kernel's `complete`. If they are not valid
 * together, looks for valid ones that differ in one or two of the others. The result is not valid
 * if there are none, and a value that the kernel sets may be illegal.
 */
void sb_complete_values(const sb_loaded_kernel *kernel, const sb_problem *problem,
                        const sb_cpu *cpu, uint32_t given, int64_t *values);

/* The nearest value of a parameter that is valid with the others. False: there is none among those
 * tried. Calls `valid`, which must be set. */
bool sb_complete_nearest(const sb_loaded_kernel *kernel, const sb_problem *problem,
                         const sb_cpu *cpu, const int64_t *values, size_t parameter,
                         int64_t *found);

#endif
