/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/group.h"

#include <math.h>

const char *sb_objective_name(sb_objective objective)
{
    static const char *const names[SB_OBJECTIVES] = {
        [SB_MINIMISE_TIME] = "time",
        [SB_MINIMISE_PACKING] = "packing",
        [SB_MINIMISE_MEMORY] = "memory",
        [SB_MINIMISE_ENERGY] = "energy",
    };
    return names[objective];
}

/* A millisecond counts as a byte: less than any difference that matters. */
static const double bytes_per_ns = 1e-6;

double sb_objective_of(sb_objective objective, double ns, double prepare_ns, int64_t bytes,
                       double watts)
{
    if (!isfinite(ns) || objective == SB_MINIMISE_TIME)
        return ns;
    if (objective == SB_MINIMISE_PACKING)
        return ns + prepare_ns;
    if (objective == SB_MINIMISE_ENERGY)
        return watts > 0 ? ns * watts : INFINITY;
    return (bytes > 0 ? (double)bytes : 0.0) + bytes_per_ns * ns;
}
