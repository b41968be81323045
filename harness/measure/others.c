/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/others.h"

#include "core/clock.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEPTH = 8, OFTEN = 16 };

/* What is done with each process. */
typedef struct errand {
    void (*act)(struct errand *errand, pid_t pid);
    int signal;
    int64_t ns;
    int count;
} errand;

static void visit_children(errand *e, pid_t process, int depth);

/* `numbers`: PIDs, separated by spaces. */
static void visit_listed(errand *e, char *numbers, int depth)
{
    char *rest;
    for (char *one = strtok_r(numbers, " ", &rest); one; one = strtok_r(NULL, " ", &rest)) {
        const pid_t pid = (pid_t)strtol(one, NULL, 10);
        if (pid <= 1)
            continue;
        e->count++;
        e->act(e, pid);
        visit_children(e, pid, depth - 1);
    }
}

/* Of all threads of a process; 0: of this one, whose PID /proc may not know in a namespace. Without
 * the kernel's lists of children there are none. */
static void visit_children(errand *e, pid_t process, int depth)
{
    char root[32] = "/proc/self/task", path[80], numbers[4096];
    if (process)
        snprintf(root, sizeof root, "/proc/%d/task", (int)process);
    DIR *threads = depth > 0 ? opendir(root) : NULL;
    for (struct dirent *t; threads && (t = readdir(threads));) {
        snprintf(path, sizeof path, "%s/%.20s/children", root, t->d_name);
        const int fd = isdigit((unsigned char)t->d_name[0]) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        const ssize_t got = fd < 0 ? 0 : read(fd, numbers, sizeof numbers - 1);
        if (fd >= 0)
            close(fd);
        numbers[got > 0 ? got : 0] = '\0';
        visit_listed(e, numbers, depth);
    }
    if (threads)
        closedir(threads);
}

static void visit_others(errand *e, const sb_spawned *worker)
{
    if (worker->init)
        visit_children(e, worker->init, DEPTH);
    visit_children(e, worker->pid, DEPTH);
}

static void count_one(errand *e, pid_t pid)
{
    (void)e, (void)pid;
}

int sb_others_count(void)
{
    errand e = { .act = count_one };
    visit_children(&e, 0, 1);
    return e.count;
}

static void signal_one(errand *e, pid_t pid)
{
    (void)kill(pid, e->signal);
}

static int signal_others(const sb_spawned *worker, int signal)
{
    errand e = { .act = signal_one, .signal = signal };
    visit_others(&e, worker);
    return e.count;
}

/* Without a namespace, or if it made this process its parent itself, it would run while others are
 * timed, and nobody would know whose it is. */
static void end_adopted(errand *e, pid_t pid)
{
    (void)e;
    if (!sb_spawn_knows(pid))
        sb_spawn_end_stray(pid);
}

/* ------------------------------------------------------------------------------ processor time */

static void add_time(errand *e, pid_t pid)
{
    e->ns += sb_cpu_time_ns(pid);
}

static int64_t live_time(const sb_others *others, const sb_spawned *worker)
{
    errand e = { .act = add_time };
    if (others->any)
        visit_others(&e, worker);
    return e.ns;
}

/* Of the worker's children that it has waited for, in ticks of the system. */
static int64_t ended_time(const sb_spawned *worker)
{
    char path[64], line[1024];
    long long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)worker->pid);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t got = fd < 0 ? 0 : read(fd, line, sizeof line - 1);
    if (fd >= 0)
        close(fd);
    line[got > 0 ? got : 0] = '\0';
    const char *after = strrchr(line, ')'); /* a name may contain anything */
    if (!after || sscanf(after, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %lld %lld",
                         &user, &system) != 2)
        return 0;
    return (user + system) * (1000000000 / sysconf(_SC_CLK_TCK));
}

/* The share of this window. */
static int64_t share_ended(sb_others *o, const sb_spawned *worker, int64_t window_ns)
{
    const int64_t now = ended_time(worker), more = now - o->ended_ns, windows = o->window_ns;
    o->ended_ns = now;
    o->window_ns = 0;
    return windows > 0 && more > 0 ? (int64_t)((double)more * (double)window_ns / (double)windows)
                                   : 0;
}

/* -------------------------------------------------------------------------------------- windows */

/* Since the last time. */
static int64_t advance(sb_others *others, const sb_spawned *worker)
{
    const int64_t now = live_time(others, worker), more = now - others->live_ns;
    others->live_ns = now;
    return more > 0 ? more : 0;
}

int64_t sb_others_continue(sb_others *others, const sb_spawned *worker)
{
    const int64_t ran = advance(others, worker);
    others->woken_ns = sb_now_ns();
    if (others->any)
        (void)signal_others(worker, SIGCONT);
    return ran;
}

int64_t sb_others_stop(sb_others *others, const sb_spawned *worker, int64_t window_ns)
{
    errand strays = { .act = end_adopted };
    const bool due = others->stops > 0 && others->stops % OFTEN == 0;
    const bool looks = others->any || others->stops < OFTEN || due;
    const bool knew = others->any;
    others->stops++;
    others->window_ns += window_ns;
    if (looks)
        others->any = signal_others(worker, SIGSTOP) > 0;
    if (looks)
        visit_children(&strays, 0, 1);
    const int64_t ran = advance(others, worker), could = sb_now_ns() - others->woken_ns;
    const double share = (double)window_ns / (double)(could > window_ns ? could : window_ns + 1);
    return (knew ? (int64_t)((double)ran * share) : 0) +
           (due ? share_ended(others, worker, window_ns) : 0);
}
