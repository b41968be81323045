/* SPDX-License-Identifier: Apache-2.0 */
/* How kernels scale: the time with the fewest threads over the time with more threads. */
#ifndef SB_MEASURE_SCALING_H
#define SB_MEASURE_SCALING_H

#include "measure/result.h"

typedef struct sb_scaling {
    int64_t base_threads;
    double base_ns;
    sb_interval speedup; /* base_ns / time; low and high are NAN if the two do not share rounds */
    double efficiency;   /* speedup divided by the ratio of the threads */
} sb_scaling;

/*
 * Compares a result of `group`, of a kernel that uses threads, with the same kernel (by operation
 * and label) in `base`, a group of the same layer with fewer threads, measured on the same machine.
 * False if there is no such pair of times.
 */
bool sb_scaling_of(const sb_group *base, const sb_group *group, const sb_result *result,
                   double confidence, uint64_t seed, sb_scaling *scaling);

/* The groups of one layer, while a run is read: copies, with layers and samples. {0} is none. */
typedef struct sb_kept_groups {
    sb_group *items;
    size_t count;
} sb_kept_groups;

/* Is the group of the stored layer? True if none is stored. */
bool sb_kept_groups_fit(const sb_kept_groups *groups, const sb_group *group);
void sb_kept_groups_add(sb_kept_groups *groups, const sb_group *group);
void sb_kept_groups_clear(sb_kept_groups *groups);

/* The group with the fewest threads among those of the group's machine. */
const sb_group *sb_kept_groups_base(const sb_kept_groups *groups, const sb_group *group);

#endif
