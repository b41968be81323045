/* SPDX-License-Identifier: Apache-2.0 */
/* Says why the parameters that somebody gave a kernel are not valid for a problem. The contract has
 * no words for that, so other values are tried. In the worker. */
#ifndef SB_MEASURE_MISFIT_H
#define SB_MEASURE_MISFIT_H

#include "plugin/loader.h"

/* `values` are all of the kernel's, legal, and not valid; bit i of `given`: somebody gave
 * values[i]. "rows=8;layout=nhwc do not go together for c32 56x56 k64 3x3 ...: valid with rows=4".
 */
void sb_misfit_tell(const sb_loaded_kernel *kernel, const sb_problem *problem, const sb_cpu *cpu,
                    const int64_t *values, uint32_t given, char *text, size_t size);

#endif
