/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/spawn.h"

#include "core/text.h"
#include "measure/fence.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---------------------------------------------------------------------------- processes by tree */

/* Processes that this one must not take for orphans of workers: live workers, and earlier
 * children. */
static pid_t *known;
static size_t known_count;

static void add_known(pid_t pid)
{
    known = sb_grow(known, known_count + 1, sizeof *known);
    known[known_count++] = pid;
}

bool sb_spawn_knows(pid_t pid)
{
    for (size_t i = 0; i < known_count; i++)
        if (known[i] == pid)
            return true;
    return false;
}

static void drop_known(pid_t pid)
{
    for (size_t i = 0; i < known_count; i++)
        if (known[i] == pid)
            known[i--] = known[--known_count];
}

/* The parent of a process, or 0 if the process no longer exists. */
static pid_t parent_of(const char *number)
{
    char path[64], line[512] = "";
    snprintf(path, sizeof path, "/proc/%.20s/stat", number);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t got = read(fd, line, sizeof line - 1);
    close(fd);
    const char *after = got > 0 ? strrchr(line, ')') : NULL; /* a name may contain anything */
    int parent = 0;
    return after && sscanf(after, ") %*c %d", &parent) == 1 ? parent : 0;
}

/* Calls `act` for each unknown child of this process. Returns how many there were. */
static int each_stranger(void (*act)(pid_t pid))
{
    DIR *processes = opendir("/proc");
    const pid_t self = getpid();
    int count = 0;
    if (!processes)
        return 0;
    for (struct dirent *e; (e = readdir(processes));) {
        if (!isdigit((unsigned char)e->d_name[0]) || parent_of(e->d_name) != self)
            continue;
        const pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);
        if (sb_spawn_knows(pid))
            continue;
        act(pid);
        count++;
    }
    closedir(processes);
    return count;
}

void sb_spawn_end_stray(pid_t pid)
{
    (void)kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* When one ends, its children become children of this process. Some fork faster than they are
 * found, for a while. */
void sb_spawn_end_strays(void)
{
    enum { MOST = 10000 };
    for (int i = 0; i < MOST && each_stranger(sb_spawn_end_stray) > 0; i++)
        ;
}

bool sb_spawn_adopt_orphans(void)
{
    static bool asked, adopting;
    if (asked)
        return adopting;
    asked = true;
    each_stranger(add_known);
    return adopting = prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
}

/* ---------------------------------------------------------------------------------- namespaces */

static bool write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    const bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0)
        close(fd);
    return written;
}

/* A user namespace of its own, in which the user is the same as before. */
static bool enter_user_namespace(int also)
{
    const unsigned user = geteuid(), group = getegid();
    char map[64];
    if (unshare(CLONE_NEWUSER | also) != 0)
        return false;
    (void)write_text("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "%u %u 1", group, group);
    if (!write_text("/proc/self/gid_map", map))
        return false;
    snprintf(map, sizeof map, "%u %u 1", user, user);
    return write_text("/proc/self/uid_map", map);
}

/* The next processes that this one starts get a PID namespace of their own. */
static bool unshare_processes(void)
{
    enum { OWN = CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNS };
    return unshare(OWN) == 0 || enter_user_namespace(OWN);
}

/* PIDs repeat from namespace to namespace, and runtimes name files in shared memory by PID: each
 * worker gets its own folder, which disappears with it. Best effort. */
static void mount_own_memory(void)
{
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
        (void)mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
                    "size=1m,mode=1777");
}

/* A fork whose parent is this process's parent. */
static pid_t fork_sibling(void)
{
    return (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
}

/* The first process of a namespace: it only reaps the others. */
_Noreturn static void be_init(void)
{
    sigset_t all;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    signal(SIGCHLD, SIG_IGN);
    setsid();
    syscall(SYS_close_range, 0, ~0u, 0);
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    for (;;)
        pause();
}

/* The intermediate process: starts both, reports their PIDs, and exits. */
_Noreturn static void start_namespace(int pipe, void (*become)(void *), void *context)
{
    sb_spawned made = { 0 };
    if (!unshare_processes())
        _exit(1);
    mount_own_memory();
    made.init = fork_sibling();
    if (made.init == 0)
        be_init();
    made.pid = made.init > 0 ? fork_sibling() : -1;
    if (made.pid == 0)
        become(context);
    _exit(write(pipe, &made, sizeof made) == (ssize_t)sizeof made ? 0 : 1);
}

static void reap(pid_t pid, int *status)
{
    while (waitpid(pid, status, 0) < 0 && errno == EINTR)
        ;
}

static int spawn_apart(void (*become)(void *), void *context, sb_spawned *spawned)
{
    int ends[2];
    *spawned = (sb_spawned) { 0 };
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -1;
    const pid_t between = fork();
    if (between == 0)
        start_namespace(ends[1], become, context);
    close(ends[1]);
    ssize_t got = -1;
    if (between > 0) {
        while ((got = read(ends[0], spawned, sizeof *spawned)) < 0 && errno == EINTR)
            ;
        reap(between, NULL);
    }
    close(ends[0]);
    if (got == (ssize_t)sizeof *spawned && spawned->pid > 0)
        return 0;
    if (got == (ssize_t)sizeof *spawned && spawned->init > 0)
        sb_spawn_end_stray(spawned->init);
    return -1;
}

/* --------------------------------------------------------------------------------- start and end
 */

static int spawn_plainly(void (*become)(void *), void *context, sb_spawned *spawned)
{
    *spawned = (sb_spawned) { .pid = fork() };
    if (spawned->pid == 0)
        become(context);
    return spawned->pid < 0 ? -1 : 0;
}

static bool apart = true; /* until it turns out to be impossible */

int sb_spawn_beside(void (*become)(void *), void *context, sb_spawned *spawned)
{
    sb_spawn_adopt_orphans();
    if (spawn_plainly(become, context, spawned) < 0)
        return -1;
    add_known(spawned->pid);
    return 0;
}

int sb_spawn(void (*become)(void *), void *context, sb_spawned *spawned)
{
    sb_spawn_adopt_orphans();
    if (apart && sb_fence_wanted(SB_FENCE_PROCESSES) &&
        spawn_apart(become, context, spawned) == 0) {
        add_known(spawned->init);
    } else {
        apart = false;
        if (spawn_plainly(become, context, spawned) < 0)
            return -1;
    }
    add_known(spawned->pid);
    return 0;
}

/* Removes what LLVM's OpenMP leaves in shared memory if a process is killed. */
static void remove_registration(pid_t pid)
{
    char path[96];
    snprintf(path, sizeof path, "/dev/shm/__KMP_REGISTERED_LIB_%d_%u", (int)pid, getuid());
    (void)unlink(path);
}

static void kill_worker(const sb_spawned *spawned)
{
    (void)kill(-spawned->pid, SIGKILL);
    (void)kill(spawned->pid, SIGKILL);
}

void sb_spawn_kill(const sb_spawned *spawned)
{
    if (spawned->init)
        (void)kill(spawned->init, SIGKILL);
    kill_worker(spawned);
}

int sb_spawn_end(sb_spawned *spawned)
{
    int status = 0;
    kill_worker(spawned);
    reap(spawned->pid, &status);
    drop_known(spawned->pid);
    if (spawned->init) {
        drop_known(spawned->init);
        sb_spawn_end_stray(spawned->init);
    } else {
        sb_spawn_end_strays();
        remove_registration(spawned->pid);
    }
    *spawned = (sb_spawned) { 0 };
    return status;
}

static void be_nothing(void *context)
{
    (void)context;
    _exit(0);
}

bool sb_spawn_isolates(void)
{
    sb_spawned spawned;
    if (sb_spawn(be_nothing, NULL, &spawned) < 0)
        return false;
    const bool isolates = spawned.init > 0;
    sb_spawn_end(&spawned);
    return isolates;
}
