/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/worker_state.h"

#include "measure/fence.h"
#include "measure/turn.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <sys/resource.h>

/* A harness that runs in the background or under nohup ignores some signals. Its workers must not:
 * a signal that ends a process by default ends them. */
static void reset_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++)
        (void)signal(number, SIG_DFL);
}

void sb_worker_settle(int socket, cpu_set_t *cpus)
{
    struct rlimit none = { 0, 0 };
    if (!sb_fence_leaves_cores())
        setrlimit(RLIMIT_CORE, &none);
    reset_signals();
    signal(SIGINT, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    fcntl(socket, F_SETFD, FD_CLOEXEC);
    if (sched_getaffinity(0, sizeof *cpus, cpus) != 0)
        CPU_ZERO(cpus);
    __fpurge(stdout); /* text that the harness had buffered before the fork */
    setvbuf(stdout, NULL, _IOLBF, 0);
    sb_fence_raise();
}

void sb_worker_tidy(const cpu_set_t *cpus)
{
    cpu_set_t now, both;
    sb_turn_reset_floats();
    if (CPU_COUNT(cpus) == 0 || sched_getaffinity(0, sizeof now, &now) != 0)
        return;
    CPU_AND(&both, &now, cpus);
    if (!CPU_EQUAL(&both, &now))
        (void)sched_setaffinity(0, sizeof *cpus, cpus);
}
