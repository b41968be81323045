/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/worker_state.h"

#include "measure/fence.h"
#include "measure/turn.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <sys/resource.h>

/* Those that a later kernel of the plugin would suffer from. */
static struct {
    unsigned resource;
    const char *name;
    struct rlimit settled;
} limits[] = {
    { RLIMIT_NOFILE, "open files", { 0, 0 } },
    { RLIMIT_CPU, "processor time", { 0, 0 } },
    { RLIMIT_DATA, "data", { 0, 0 } },
    { RLIMIT_AS, "addresses", { 0, 0 } },
    { RLIMIT_STACK, "the stack", { 0, 0 } },
    { RLIMIT_NPROC, "processes", { 0, 0 } },
    { RLIMIT_MEMLOCK, "locked memory", { 0, 0 } },
};

enum { LIMITS = sizeof limits / sizeof *limits };

static void note_limits(void)
{
    for (size_t i = 0; i < LIMITS; i++)
        if (getrlimit(limits[i].resource, &limits[i].settled) != 0)
            limits[i].settled = (struct rlimit) { 0, 0 }; /* never lowered */
}

void sb_worker_check_limits(sb_reply *reply)
{
    for (size_t i = 0; i < LIMITS; i++) {
        const struct rlimit *was = &limits[i].settled;
        struct rlimit now;
        if (getrlimit(limits[i].resource, &now) != 0 ||
            (now.rlim_cur >= was->rlim_cur && now.rlim_max >= was->rlim_max))
            continue;
        if (now.rlim_max >= was->rlim_max && setrlimit(limits[i].resource, was) == 0)
            continue;
        snprintf(reply->text, sizeof reply->text, "it lowered its process's limit of %s",
                 limits[i].name);
        reply->verdict = SB_VERDICT_ERROR;
        reply->spoilt = 1;
    }
}

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
    note_limits();
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
