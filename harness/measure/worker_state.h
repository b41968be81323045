/* SPDX-License-Identifier: Apache-2.0 */
/* State of the worker's process that a plugin inherits or may change: signals, limits, cores. */
#ifndef SB_MEASURE_WORKER_STATE_H
#define SB_MEASURE_WORKER_STATE_H

#include "measure/protocol.h"

#include <sched.h>

/* Prepares the process before the plugin is loaded: a crash leaves no core file unless the user
 * wants one, Ctrl-C in the terminal reaches only the harness, programs that the plugin starts do
 * not inherit the socket, and the fences are up. Stores the cores that the harness pinned the
 * process to; none if unknown. */
void sb_worker_settle(int socket, cpu_set_t *cpus);

/* Restores the floating-point modes and the cores of the calling thread, so that a change made by
 * one kernel does not affect the next kernel's result. A runtime may narrow the set of cores, as
 * OMP_PROC_BIND does, but may not add to it. */
void sb_worker_tidy(const cpu_set_t *cpus);

/* After a request: has the plugin lowered limits of the process, such as that of open files? They
 * are restored; if that is impossible, the reply says so and is `spoilt`. */
void sb_worker_check_limits(sb_reply *reply);

#endif
