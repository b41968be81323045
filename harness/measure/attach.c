/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/attach.h"

#include "core/log.h"
#include "core/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOK_NS 50000000

bool sb_attach_matches(const char *pattern, const sb_plugin_info *plugin, size_t kernel)
{
    sb_text label = { 0 };
    if (!pattern)
        return false;
    sb_text_add(&label, "%s/%s", plugin->id, plugin->kernels[kernel].id);
    const bool matches = sb_glob_match(pattern, label.data);
    sb_text_free(&label);
    return matches;
}

bool sb_attach_concerns(const char *pattern, const sb_plugin_info *plugin)
{
    for (size_t i = 0; i < plugin->kernel_count; i++)
        if (sb_attach_matches(pattern, plugin, i))
            return true;
    return false;
}

/* The state in /proc: 'T' stopped, 't' held by a debugger, 'Z' ended; 0: there is no such
 * process. */
static char state_of(pid_t pid)
{
    char path[64], line[512] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    const ssize_t got = read(fd, line, sizeof line - 1);
    close(fd);
    const char *after = got > 0 ? strrchr(line, ')') : NULL; /* a name may contain anything */
    return after && strlen(after) > 2 ? after[2] : 0;
}

static void tell_how(pid_t pid, const sb_plugin_info *plugin, size_t kernel)
{
    const char *id = plugin->kernels[kernel].id;
    const int number = (int)pid;
    sb_warn("%s/%s: process %d waits before its first run for a debugger or a profiler; times "
            "measured with one are not results",
            plugin->id, id, number);
    /* Otherwise GDB stops again at once, at the signal that stopped the process, and the process
     * stops again when GDB lets it go. */
    sb_info("  gdb -p %d -ex 'handle SIGSTOP SIGCONT nostop noprint nopass' -ex 'shell kill -CONT "
            "%d', and there: break FUNCTION, continue",
            number, number);
    sb_info("  perf record -g -p %d, and in another terminal: kill -CONT %d", number, number);
    sb_info("  kill -CONT %d continues without", number);
}

/* A debugger briefly continues the process when it attaches: a short interruption does not
 * count. */
static void await_run(pid_t pid, const volatile sig_atomic_t *stop)
{
    enum { LONG_ENOUGH = 3 };
    for (int seen = 0; seen < LONG_ENOUGH && !(stop && *stop);) {
        nanosleep(&(struct timespec) { .tv_nsec = LOOK_NS }, NULL);
        const char state = state_of(pid);
        if (state == 0 || state == 'Z')
            return;
        seen = state == 'T' || state == 't' ? 0 : seen + 1;
    }
}

void sb_attach_await(pid_t pid, const sb_plugin_info *plugin, size_t kernel,
                     const volatile sig_atomic_t *stop)
{
    if (kill(pid, SIGSTOP) != 0)
        return;
    for (int i = 0; i < 100 && state_of(pid) != 'T'; i++)
        nanosleep(&(struct timespec) { .tv_nsec = LOOK_NS / 5 }, NULL);
    tell_how(pid, plugin, kernel);
    await_run(pid, stop);
    if (stop && *stop)
        (void)kill(pid, SIGCONT);
}
