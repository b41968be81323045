/* SPDX-License-Identifier: Apache-2.0 */
/* Which threads of a process run, and for how long they wait for a processor, as the kernel
 * accounts for it. A worker cannot change it. */
#ifndef SB_MEASURE_TASKS_H
#define SB_MEASURE_TASKS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The threads of a process at one time. Zeros: none. */
typedef struct sb_tasks {
    struct sb_task {
        pid_t id;
        int64_t ran_ns; /* on a processor, since the thread started */
    } * list;           /* owned */
    size_t count, room;
} sb_tasks;

/* Replaces the list by the threads that the process has now; none where the kernel does not tell.
 */
void sb_tasks_read(sb_tasks *tasks, pid_t pid);

/* The number of threads that ran in between: for at least a sixteenth of the time of the one that
 * ran longest. 0: not known. */
int64_t sb_tasks_count_ran(const sb_tasks *before, const sb_tasks *after);

void sb_tasks_free(sb_tasks *tasks);

/* Waits for a processor of threads that were ready to run, since they started; negative numbers if
 * the kernel does not tell. */
typedef struct sb_waits {
    int64_t ns;
    int64_t slices; /* how often they were given a processor */
} sb_waits;

sb_waits sb_tasks_waits(pid_t pid); /* of all threads of a process together */
int64_t sb_tasks_own_wait_ns(void); /* of the calling thread */

#endif
