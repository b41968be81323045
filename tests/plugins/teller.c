/* SPDX-License-Identifier: Apache-2.0 */
/* Refuses everything. The reason that it gives lists the environment variables that control
 * threads. */
#include "rogue.h"

#include <stdio.h>
#include <unistd.h>

static int tell(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    static const char *const wanted[] = { "OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "BLIS_" };
    size_t used = 0;
    (void)problem, (void)cpu;
    for (char **at = environ; *at; at++)
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
            if (strncmp(*at, wanted[i], strlen(wanted[i])) == 0 && used < sizeof why->text)
                used += (size_t)snprintf(why->text + used, sizeof why->text - used, "%s ", *at);
    return 0;
}
KERNEL(environment, SB_NEED_STANDARD, tell, keep, right, forget, .flags = 0);

GOOD;
PLUGIN("teller", NULL, &environment);
