/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No computation has two names: where a parameter means no more than its next smaller value would,
 * the configuration is not valid. Values are cut to the problem, so that several may mean the same,
 * for example all that are larger than it.
 */
#ifndef SB_PLUGINS_NAMES_H
#define SB_PLUGINS_NAMES_H

#include "common/kit.h"

/* Do these values make the kernel compute the same in the same way? `context` is the caller's. */
typedef bool same_computation(const void *context, const int64_t *a, const int64_t *b);

/* A kernel's first `count` parameters. */
typedef struct naming {
    const sb_parameter *const *parameters;
    int count; /* at most SB_MAX_PARAMETERS */
    same_computation *same;
    const void *context;
} naming;

/* Is there no smaller name for what `values` mean? */
bool is_smallest_name(const naming *by, const int64_t *values);

/* Makes it so. */
void use_smallest_name(const naming *by, int64_t *values);

#endif
