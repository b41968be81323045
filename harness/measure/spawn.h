/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting and ending a worker's process and everything that it starts. If the system allows it,
 * the worker lives in a PID namespace: when that ends, the kernel ends everything in it. Otherwise
 * the harness adopts the worker's orphans and ends them.
 */
#ifndef SB_MEASURE_SPAWN_H
#define SB_MEASURE_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct sb_spawned {
    pid_t pid;  /* the worker; a child of this process, and the leader of its session */
    pid_t init; /* the first process of its namespace; 0: no namespace */
} sb_spawned;

/* Starts a process that calls `become(context)`, which does not return. Negative on failure, with
 * errno set. */
int sb_spawn(void (*become)(void *context), void *context, sb_spawned *spawned);

/* The same without a namespace: for debuggers, which see files and threads as this process does. */
int sb_spawn_beside(void (*become)(void *context), void *context, sb_spawned *spawned);

/* Kills it and the processes of its namespace and group, without waiting until they have ended:
 * where several are to end, sb_spawn_end() then waits for all of them at once. */
void sb_spawn_kill(const sb_spawned *spawned);

/* Kills it and everything that it started, and reaps them. Returns the status of the worker; one
 * that has ended by itself keeps its own. */
int sb_spawn_end(sb_spawned *spawned);

/* From the first call on, orphans of this process's children become its children. False if the
 * system forbids it. */
bool sb_spawn_adopt_orphans(void);
/* Ends all children that came since then, of code of plugins that ran in this process. */
void sb_spawn_end_strays(void);

/* Is a child of this process a worker or of a worker's namespace, or older than the first call? If
 * not, it is a stray, which sb_spawn_end_stray() ends. */
bool sb_spawn_knows(pid_t pid);
void sb_spawn_end_stray(pid_t pid);

/* Are namespaces available for workers? Tries it. */
bool sb_spawn_isolates(void);

#endif
