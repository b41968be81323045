/* SPDX-License-Identifier: Apache-2.0 */
/* The processor time and memory that control groups (versions 1 and 2) leave to this process. */
#ifndef SB_MACHINE_CGROUP_H
#define SB_MACHINE_CGROUP_H

#include <stdint.h>

/*
 * The quota, in cores' worth of time: the smallest one of the process's group and of every visible
 * group above it. 0 if there is no limit or no control group. `root` is put before every path (""
 * for the running system), so that tests can supply a tree of their own.
 */
double sb_cgroup_quota(const char *root);

/* In bytes, by the same rules. */
uint64_t sb_cgroup_memory(const char *root);

#endif
