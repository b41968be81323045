/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting and ending a worker's process with all that it starts. Where the system allows it, the
 * worker lives in a PID namespace, whose end the kernel makes the end of everything in it.
 * Elsewhere the harness adopts what a worker leaves behind, and ends it.
 */
#ifndef SB_MEASURE_SPAWN_H
#define SB_MEASURE_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct sb_spawned {
    pid_t pid;  /* the worker; a child of this process, and the leader of its session */
    pid_t init; /* the first process of its namespace; 0: it has none */
} sb_spawned;

/* Starts a process that calls `become(context)`, which does not return. Negative where it cannot;
 * errno says why. */
int sb_spawn(void (*become)(void *context), void *context, sb_spawned *spawned);

/* The same without a namespace: for debuggers, which see files and threads as this process does. */
int sb_spawn_beside(void (*become)(void *context), void *context, sb_spawned *spawned);

/* Kills it and everything that it started, and reaps them. Returns the status of the worker; one
 * that has ended by itself keeps its own. */
int sb_spawn_end(sb_spawned *spawned);

/* Do workers get namespaces here? Tries it. */
bool sb_spawn_isolates(void);

#endif
