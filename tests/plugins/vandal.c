/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernels that compute correctly, but do harm to processes, files, memory or the worker itself.
 * Those named `no_...` try what the sandbox forbids, and fail (verdict `error`) if it lets them.
 */
#include "rogue.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---------------------------------------------------------------------------------- processes */

/* Sleeps under a name that the test looks for, or spins, for far longer than the test waits. */
static void linger(int spins)
{
    volatile int on = 1;
    while (spins && on)
        ;
    execl("/bin/sleep", "sepbench-vandal", "86399", (char *)NULL);
    _exit(1);
}

DEED(child_sleeps, if (fork() == 0) linger(0));
DEED(child_spins, if (fork() == 0) linger(1));
DEED(child_stops, if (fork() == 0) raise(SIGSTOP), linger(0));
DEED(child_leads_session, if (fork() == 0) setsid(), linger(0));
DEED(child_is_deaf, if (fork() == 0) signal(SIGTERM, SIG_IGN), setsid(), linger(0));
DEED(
    grandchild, if (fork() == 0) {
        if (fork() == 0)
            linger(0);
        _exit(0);
    });
DEED(
    daemon_by_the_book, if (fork() == 0) {
        setsid();
        if (fork() == 0)
            linger(0);
        _exit(0);
    });
DEED(
    daemon_spins, if (fork() == 0) {
        setsid();
        if (fork() == 0)
            linger(1);
        _exit(0);
    });
DEED(many_children, for (int i = 0; i < 20; i++) if (fork() == 0) setsid(), linger(0));
DEED(leaves_its_group, if (setsid() < 0)(void) setpgid(0, 0));

static int forks_then_crashes_run(void *plan, const float *input, float *output)
{
    (void)plan, (void)input, (void)output;
    if (fork() == 0)
        setsid(), linger(0);
    abort();
}
KERNEL(forks_then_crashes, SB_NEED_STANDARD, yes, keep, forks_then_crashes_run, forget, .flags = 0);

static int daemon_in_supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    (void)problem, (void)cpu, (void)why;
    if (fork() == 0)
        setsid(), linger(0);
    return 1;
}
KERNEL(daemon_while_asked, SB_NEED_STANDARD, daemon_in_supports, keep, right, forget, .flags = 0);

/* ------------------------------------------------------------------------------------ signals */

static int killed_run(int signal)
{
    raise(signal);
    return 0;
}

#define KILLED(name, signal)                                             \
    static int name##_run(void *plan, const float *input, float *output) \
    {                                                                    \
        (void)plan, (void)input, (void)output;                           \
        return killed_run(signal);                                       \
    }                                                                    \
    KERNEL(name, SB_NEED_STANDARD, yes, keep, name##_run, forget, .flags = 0)

KILLED(dies_of_bus, SIGBUS);
KILLED(dies_of_fpe, SIGFPE);
KILLED(dies_of_trap, SIGTRAP);
KILLED(dies_of_term, SIGTERM);
KILLED(dies_of_quit, SIGQUIT);
KILLED(dies_of_alarm, SIGALRM);
KILLED(dies_of_user, SIGUSR1);
KILLED(dies_of_system, SIGSYS);
KILLED(kills_itself, SIGKILL);

/* Kills the parent; if the parent cannot be seen, kills itself with the same signal. */
static int kills_parent_run(void *plan, const float *input, float *output)
{
    if (kill(getppid(), SIGTERM) != 0)
        raise(SIGTERM);
    sleep(1);
    return right(plan, input, output);
}
KERNEL(kills_parent, SB_NEED_STANDARD, yes, keep, kills_parent_run, forget, .flags = 0);

static int replaces_itself_run(void *plan, const float *input, float *output)
{
    (void)plan, (void)input, (void)output;
    execl("/bin/true", "true", (char *)NULL);
    return -1;
}
KERNEL(replaces_itself, SB_NEED_STANDARD, yes, keep, replaces_itself_run, forget, .flags = 0);

static int exits_quickly_run(void *plan, const float *input, float *output)
{
    (void)plan, (void)input, (void)output;
    quick_exit(3);
}
KERNEL(exits_quickly, SB_NEED_STANDARD, yes, keep, exits_quickly_run, forget, .flags = 0);

static void *exit_thread(void *of)
{
    (void)of;
    exit(4);
}

static int exits_in_thread_run(void *plan, const float *input, float *output)
{
    pthread_t thread;
    pthread_create(&thread, NULL, exit_thread, NULL);
    pthread_join(thread, NULL);
    return right(plan, input, output);
}
KERNEL(exits_in_thread, SB_NEED_STANDARD, yes, keep, exits_in_thread_run, forget, .flags = 0);

/* -------------------------------------------------------------------------------------- files */

static void write_file(const char *path, int flags)
{
    int fd = open(path, flags, 0666);
    if (fd < 0)
        return;
    if (write(fd, "vandal\n", 7) != 7)
        errno = 0;
    close(fd);
}

DEED(writes_here, write_file("vandal.file", O_WRONLY | O_CREAT));
DEED(writes_beside, write_file("../vandal.file", O_WRONLY | O_CREAT));
DEED(writes_temporary, write_file("/tmp/sepbench-vandal", O_WRONLY | O_CREAT));
DEED(writes_shared_memory, write_file("/dev/shm/sepbench-vandal", O_WRONLY | O_CREAT));
DEED(opens_shared_memory, (void)shm_open("/sepbench-vandal", O_RDWR | O_CREAT, 0666));
DEED(truncates_database, write_file("out/run.db", O_WRONLY | O_TRUNC));
DEED(removes_database, (void)unlink("out/run.db"));
DEED(renames_database, (void)rename("out/run.db", "vandal.db"));
DEED(cuts_database, if (truncate("out/run.db", 100) != 0) errno = 0);
DEED(makes_folder, (void)mkdir("vandal.folder", 0777));
DEED(makes_link, if (symlink("out", "vandal.link") != 0) errno = 0);
DEED(makes_pipe, (void)mkfifo("vandal.pipe", 0666));
DEED(changes_mode, (void)chmod("out", 0));
DEED(writes_in_child, if (fork() == 0) write_file("vandal.file", O_WRONLY | O_CREAT), _exit(0));
DEED(changes_folder, if (chdir("/") != 0) errno = 0);

/* -------------------------------------------------------------------------------- the tensors */

/* Calls act(path) for each open file of the worker, including those of the tensors. */
static void each_descriptor(void (*act)(const char *path))
{
    char path[64];
    for (int fd = 3; fd < LAST_DESCRIPTOR; fd++) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        if (access(path, F_OK) == 0)
            act(path);
    }
}

static void shrink(const char *path)
{
    int fd = open(path, O_RDWR);
    if (ftruncate(fd, 0) != 0)
        errno = 0;
}

static void grow(const char *path)
{
    int fd = open(path, O_RDWR);
    if (ftruncate(fd, 1 << 30) != 0)
        errno = 0;
}

static void overwrite(const char *path)
{
    static const char zeros[65536];
    int fd = open(path, O_RDWR);
    for (int i = 0; fd >= 0 && i < 16; i++)
        if (pwrite(fd, zeros, sizeof zeros, i * (off_t)sizeof zeros) < 0)
            return;
}

static void map_over(const char *path)
{
    int fd = open(path, O_RDWR);
    char *at = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at != MAP_FAILED)
        memset(at, 0, 1 << 12);
}

static void shrink_descriptor(const char *path)
{
    if (ftruncate(atoi(path + strlen("/proc/self/fd/")), 0) != 0)
        errno = 0;
}

DEED(shrinks_tensors, each_descriptor(shrink));
DEED(shrinks_descriptors, each_descriptor(shrink_descriptor));
DEED(grows_tensors, each_descriptor(grow));
DEED(overwrites_tensors, each_descriptor(overwrite));
DEED(maps_tensors, each_descriptor(map_over));

static void clear_input(const float *input)
{
    char *page = (char *)((uintptr_t)input & ~(uintptr_t)4095);
    if (mprotect(page, 4096, PROT_READ | PROT_WRITE) == 0)
        memset((void *)(uintptr_t)input, 0, 64);
}

/* This makes its own results wrong, but not those of other kernels. */
DEED(clears_input, clear_input(input));

/* ------------------------------------------------------------------------- what it may not do */

DEED(no_tracing, if (ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0) return -1);

static int opens(const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)getppid(), name);
    return open(path, O_RDWR) >= 0;
}
DEED(no_foreign_memory, if (opens("mem")) return -1);

static int reads_parent(void)
{
    char bytes[8];
    struct iovec here = { bytes, sizeof bytes }, there = { (void *)0x400000, sizeof bytes };
    return process_vm_readv(getppid(), &here, 1, &there, 1, 0) > 0;
}
DEED(no_foreign_reading, if (reads_parent()) return -1);
DEED(no_network, if (socket(AF_INET, SOCK_STREAM, 0) >= 0) return -1);
DEED(no_local_sockets, if (socket(AF_UNIX, SOCK_STREAM, 0) >= 0) return -1);
DEED(no_namespaces, if (syscall(SYS_unshare, 0x10000000) == 0) return -1);
DEED(no_loud_terminal, if (open("/dev/tty", O_RDWR) >= 0) return -1);
DEED(no_renicing, if (setpriority(PRIO_USER, 0, 19) == 0) return -1);

static int has_all_memory(void)
{
    const size_t all = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
    char *memory =
        mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    const int has = memory != MAP_FAILED;
    if (has)
        munmap(memory, all);
    return has;
}
DEED(no_memory_without_end, if (has_all_memory()) return -1);

static int has_many_files(void)
{
    enum { MANY = 5000 };
    static int opened[MANY];
    int count = 0;
    while (count < MANY && (opened[count] = open("/dev/null", O_RDONLY)) >= 0)
        count++;
    for (int i = 0; i < count; i++)
        close(opened[i]);
    return count == MANY;
}
DEED(no_files_without_end, if (has_many_files()) return -1);

/* --------------------------------------------------------------------------------- the worker */

static void ignore(int signal)
{
    (void)signal;
}

static void storm(void)
{
    signal(SIGPROF, ignore);
    setitimer(ITIMER_PROF, &(struct itimerval) { { 0, 1000 }, { 0, 1000 } }, NULL);
}
DEED(timer_storm, storm());
DEED(blocks_signals, sigset_t all; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, NULL));
DEED(takes_handlers, for (int i = 1; i < 32; i++) signal(i, SIG_IGN));
DEED(empties_environment, clearenv());
DEED(tight_stack, struct rlimit r = { 1 << 16, 1 << 16 }; setrlimit(RLIMIT_STACK, &r));

/* Sends bytes to the other end of every socket. */
static void send_all(const void *bytes, size_t count)
{
    for (int fd = 3; fd < LAST_DESCRIPTOR; fd++)
        (void)send(fd, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void send_zeros(size_t count)
{
    void *zeros = calloc(1, count);
    send_all(zeros, count);
    free(zeros);
}
DEED(talks_nonsense, send_all("nonsense", 8));
DEED(talks_zeros, send_zeros(4096));
DEED(talks_much, send_zeros(200000));
DEED(hangs_up, for (int fd = 3; fd < LAST_DESCRIPTOR; fd++) shutdown(fd, SHUT_RDWR));

GOOD;
PLUGIN("vandal", NULL, &child_sleeps, &child_spins, &child_stops, &child_leads_session,
       &child_is_deaf, &grandchild, &daemon_by_the_book, &daemon_spins, &many_children,
       &leaves_its_group, &forks_then_crashes, &daemon_while_asked, &dies_of_bus, &dies_of_fpe,
       &dies_of_trap, &dies_of_term, &dies_of_quit, &dies_of_alarm, &dies_of_user, &dies_of_system,
       &kills_itself, &kills_parent, &replaces_itself, &exits_quickly, &exits_in_thread,
       &writes_here, &writes_beside, &writes_temporary, &writes_shared_memory, &opens_shared_memory,
       &truncates_database, &removes_database, &renames_database, &cuts_database, &makes_folder,
       &makes_link, &makes_pipe, &changes_mode, &writes_in_child, &changes_folder, &shrinks_tensors,
       &shrinks_descriptors, &grows_tensors, &overwrites_tensors, &maps_tensors, &clears_input,
       &no_tracing, &no_foreign_memory, &no_foreign_reading, &no_network, &no_local_sockets,
       &no_namespaces, &no_loud_terminal, &no_renicing, &no_memory_without_end,
       &no_files_without_end, &timer_storm, &blocks_signals, &takes_handlers, &empties_environment,
       &tight_stack, &talks_nonsense, &talks_zeros, &talks_much, &hangs_up);
