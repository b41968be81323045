/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Worker processes, from the harness's side. A worker is stopped (SIGSTOP) whenever it is not
 * answering a request, so that its threads never disturb another's measurement, and ends when the
 * harness does.
 */
#ifndef SB_MEASURE_PROCESS_H
#define SB_MEASURE_PROCESS_H

#include "measure/output.h"
#include "measure/protocol.h"

#include <signal.h>
#include <sys/types.h>

typedef struct sb_worker sb_worker;

#define SB_MAX_TENANTS 64 /* plugins in one worker */

typedef struct sb_worker_options {
    const char *plugin_path;
    const char *const
        *more_paths;    /* further plugins in the same process, NULL-terminated; or NULL */
    char *const *notes; /* borrowed; of each plugin, SB_MAX_NOTES bytes; NULL: none */
    int threads;        /* OpenMP and BLAS threads it may use */
    const int *cpus;    /* OS numbers of its cores; cpu_count 0: not pinned */
    int cpu_count;
    bool only_describes; /* a fork of the harness, which starts quicker than a fresh process */
    bool traceable;      /* debuggers and profilers are let in */
    sb_output *output;   /* borrowed; what its plugin writes; NULL: is thrown away */
    const volatile sig_atomic_t *stop; /* borrowed; NULL, or not 0: answers are no more awaited */
    bool free_running; /* never stopped: where it is traced; and to show in a study what that is for
                        */
    bool random_layout; /* addresses are drawn by the system: in a study alone */
} sb_worker_options;

/* Starts a worker from this executable; its plugin is not loaded yet. NULL on error. */
sb_worker *sb_worker_start(const sb_worker_options *options, sb_error *error);

/* Kills the worker and everything its plugin started, and reaps them. NULL is allowed. */
void sb_worker_end(sb_worker *worker);

/* Kills it without waiting until it has ended; then only sb_worker_end() may be called. */
void sb_worker_kill(const sb_worker *worker);

/* False once the process has ended, for example because it was killed. */
bool sb_worker_alive(const sb_worker *worker);

/* Its process, as this process calls it. */
pid_t sb_worker_pid(const sb_worker *worker);

#define SB_STOP_GRACE_NS INT64_C(2000000000)

/* Wakes the worker and sends the request, with `fds`, fd_count of them. */
void sb_worker_ask(sb_worker *worker, const sb_request *request, const int *fds, int fd_count);

/*
 * Waits for the reply to the last sb_worker_ask() and stops the worker; if the user wants to stop,
 * for at most SB_STOP_GRACE_NS more. Returns the verdict of the exchange: ok (the reply holds the
 * worker's own verdict), crashed or timeout (the worker is gone; only sb_worker_end() may be
 * called) with the reason in reply->text. `extra` (may be NULL) receives the bytes that follow the
 * reply, at most SB_MAX_DESCRIPTION.
 */
sb_verdict sb_worker_answer(sb_worker *worker, int64_t timeout_ns, sb_reply *reply, char *extra);

/* Both in one call. */
sb_verdict sb_worker_call(sb_worker *worker, const sb_request *request, const int *fds,
                          int fd_count, int64_t timeout_ns, sb_reply *reply);

#endif
