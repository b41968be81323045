/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Avoids duplicate parameter sets: if a parameter has the same effect as its next smaller value,
 * the parameter set is not valid. Values are cut to the problem, so several may have the same
 * effect, for example all that exceed it.
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

/* Is there no smaller name for the same computation? */
bool is_smallest_name(const naming *by, const int64_t *values);

/* Replaces `values` by the smallest name. */
void use_smallest_name(const naming *by, int64_t *values);

/* The same, but values whose bit is set in `given` stay as they are. */
void use_smallest_name_with(const naming *by, uint32_t given, int64_t *values);

/* Copies those of the first `count` values whose bit is not set in `given`. */
void set_others(uint32_t given, int count, const int64_t *from, int64_t *values);

#endif
