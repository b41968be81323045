/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fences that restrict a plugin's code. A worker sets them up before it loads the plugin; each is
 * independent of the others, so a system that refuses one still gets the rest. `sepbench machine`
 * and run.json list those that are in place.
 */
#ifndef SB_MEASURE_FENCE_H
#define SB_MEASURE_FENCE_H

#include <stdbool.h>

/* name, and what it keeps a plugin from */
#define SB_FENCE_LIST(X)                                                                          \
    X(PRIVILEGES, "privileges", "gaining privileges, tracing processes and reading their memory") \
    X(LIMITS, "limits", "taking all memory, processes and descriptors")                           \
    X(SYSCALLS, "syscalls", "networks, namespaces, tracing, and signals to other processes")      \
    X(FILES, "files", "changing files")                                                           \
    X(PROCESSES, "processes", "seeing other processes")                                           \
    X(ORPHANS, "orphans", "leaving processes behind")                                             \
    X(SEALS, "seals", "changing the tensors and the size of memory that it shares")

#define SB_FENCE_ENUM(id, name, purpose) SB_FENCE_##id,
typedef enum sb_fence { SB_FENCE_LIST(SB_FENCE_ENUM) SB_FENCES } sb_fence;
#undef SB_FENCE_ENUM

const char *sb_fence_name(sb_fence fence);    /* "privileges", ... */
const char *sb_fence_purpose(sb_fence fence); /* the end of "keeps plugins from ..." */

/* Fences that the user does not want, by the environment variable SEPBENCH_WITHOUT_FENCES: names
 * with commas between them, or "all". Debuggers and profilers need it. "landlock" has files fenced
 * in by system call, as on systems without Landlock; "tracing" lets debuggers in, no more. */
bool sb_fence_wanted(sb_fence fence);

/* Does the environment variable SEPBENCH_CORES say that crashed workers leave core files, as far as
 * the system's limits allow? Then the fences that prevent it ("tracing", "files") are left out. */
bool sb_fence_leaves_cores(void);

/* From now on this process, and what it starts, does without that one too. */
void sb_fence_leave_out(const char *name);

/* In a worker, once, before any code of a plugin runs: all but PROCESSES, ORPHANS and SEALS, which
 * are made from outside. Returns a mask of those that stand (1 << fence). Never fails. */
unsigned sb_fence_raise(void);

/* The fences that this system allows, as a mask. Determined once, by a process that tries them. */
unsigned sb_fence_probe(void);

#endif
