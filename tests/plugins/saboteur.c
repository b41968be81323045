/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernels that compute correctly, but work while they should be stopped, have other processes work
 * for them, or spoil what their worker needs. Those named `no_...` fail (verdict `error`) if the
 * sandbox lets them do what they try.
 */
#include "rogue.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Uses as much processor time, however long that takes. */
static void spin(int64_t us)
{
    struct timespec used;
    int64_t end = 0, now;
    do {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
        now = (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
        end = end ? end : now + us;
    } while (now < end);
}

/* ------------------------------------------------------------------- works while it is stopped */

static void work_on(int signal)
{
    (void)signal;
    spin(2000);
}

static void wake_often(void)
{
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGCONT };
    const struct itimerspec often = { { 0, 20000000 }, { 0, 20000000 } };
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0)
        return;
    (void)signal(SIGCONT, work_on);
    (void)timer_settime(timer, 0, &often, NULL);
}
DEED(wakes_itself, wake_often());

static void wake_each_other(void)
{
    const pid_t worker = getpid(), first = fork();
    if (first == 0)
        for (;;)
            (void)kill(worker, SIGCONT);
    const pid_t second = fork();
    if (second == 0)
        for (;;)
            (void)kill(first, SIGCONT);
}
DEED(children_wake_it, wake_each_other());

/* Its parent is the worker's parent. */
static pid_t start_foster_child(void)
{
    return (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
}

static int foster_child_run(void *plan, const float *input, float *output)
{
    return right_beside(start_foster_child, plan, input, output);
}
KERNEL(foster_child, SB_NEED_STANDARD, yes, keep, foster_child_run, forget, .flags = 0);

/* When the worker is woken, before the call is timed. */
static int spins_when_woken_run(void *plan, const float *input, float *output)
{
    (void)signal(SIGCONT, work_on);
    return right(plan, input, output);
}
KERNEL(spins_when_woken, SB_NEED_STANDARD, yes, keep, spins_when_woken_run, forget, .flags = 0);

/* -------------------------------------------------------------- has other processes work for it */

/* The elements from `first` on. */
static void compute_rest(rogue *r, const float *input, float *output, size_t first)
{
    const uint32_t last = r->problem.step_count - 1;
    const sb_step *s = &r->problem.steps[last];
    const size_t row = (size_t)s->q, plane = row * (size_t)s->p, image = plane * (size_t)s->k;
    for (size_t i = first; i < output_count(r); i++)
        output[i] = element(r, last, input, (int64_t)(i / image), (int64_t)(i % image / plane),
                            (int64_t)(i % plane / row), (int64_t)(i % row));
}

static void move_away(void)
{
    const int here = sched_getcpu();
    cpu_set_t others;
    CPU_ZERO(&others);
    for (int i = 0; i < sysconf(_SC_NPROCESSORS_ONLN); i++)
        if (i != here)
            CPU_SET((size_t)i, &others);
    (void)sched_setaffinity(0, sizeof others, &others);
}

/* A process in the worker's memory: no thread of the worker, and no clock of it. */
static struct {
    volatile int begun, ended;
    rogue *volatile rogue;
    const float *volatile input;
    float *volatile output;
} shared;

static int assist(void *unused)
{
    (void)unused;
    move_away();
    for (int calls = 0;; calls++) {
        while (shared.begun == calls)
            sched_yield();
        compute_rest(shared.rogue, shared.input, shared.output, output_count(shared.rogue) / 2);
        shared.ended = calls + 1;
    }
    return 0;
}

static int assistant_run(void *plan, const float *input, float *output)
{
    static char *stack;
    enum { BYTES = 1 << 16 };
    if (!stack) {
        stack = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (clone(assist, stack + BYTES, CLONE_VM | CLONE_FS | CLONE_FILES | SIGCHLD, NULL) < 0)
            return -1;
    }
    shared.rogue = plan;
    shared.input = input;
    shared.output = output;
    shared.begun++;
    part(plan, input, output, output_count(plan) / 2);
    while (shared.ended != shared.begun)
        sched_yield();
    return 0;
}
KERNEL(assistant, SB_NEED_STANDARD, yes, keep, assistant_run, forget, .flags = 0);

static int child_for_each_call_run(void *plan, const float *input, float *output)
{
    const size_t half = output_count(plan) / 2;
    const pid_t child = fork();
    if (child == 0) {
        move_away();
        compute_rest(plan, input, output, half);
        _exit(0);
    }
    part(plan, input, output, half);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return 0;
}
KERNEL(child_for_each_call, SB_NEED_STANDARD, yes, keep, child_for_each_call_run, forget,
       .flags = 0);

/* ------------------------------------------------------------------------ what its worker needs */

DEED(few_descriptors, struct rlimit none = { 0, 0 }; setrlimit(RLIMIT_NOFILE, &none));
DEED(little_time, struct rlimit second = { 1, 1 }; setrlimit(RLIMIT_CPU, &second));
DEED(little_memory, struct rlimit none = { 0, 0 }; setrlimit(RLIMIT_DATA, &none));
DEED(changes_mask, umask(0777));
DEED(changes_locale, (void)setlocale(LC_ALL, ""));

static void open_sockets(void)
{
    for (int fd = 3; fd < LAST_DESCRIPTOR; fd++)
        (void)fcntl(fd, F_SETFL, O_NONBLOCK);
}
DEED(nobody_waits, open_sockets());

static void *page_of(const float *tensor)
{
    return (void *)((uintptr_t)tensor & ~(uintptr_t)(sysconf(_SC_PAGESIZE) - 1));
}

/* The results are then in memory that nobody else sees. */
DEED(replaces_output,
     (void)mmap(page_of(output), (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
DEED(unmaps_output, (void)munmap(page_of(output), (size_t)sysconf(_SC_PAGESIZE)));
DEED(unmaps_input, (void)munmap(page_of(input), (size_t)sysconf(_SC_PAGESIZE)));

/* mseal(): what is sealed can neither be unmapped nor mapped anew. */
DEED(seals_output, (void)syscall(462, page_of(output), (size_t)sysconf(_SC_PAGESIZE), 0));

static void wait_forever(void)
{
    for (;;)
        pause();
}
DEED(never_exits, (void)atexit(wait_forever));

#ifdef __x86_64__
/* Whoever reads the processor's clock is killed. */
DEED(forbids_the_clock, (void)prctl(PR_SET_TSC, PR_TSC_SIGSEGV));
#else
DEED(forbids_the_clock, raise(SIGSEGV));
#endif

/* Its own folder is small; without a namespace, files are limited in size. */
static void fill_memory(void)
{
    static char block[1 << 16];
    const int fd = open("/dev/shm/sepbench-saboteur", O_WRONLY | O_CREAT, 0600);
    for (int i = 0; fd >= 0 && i < 1024; i++)
        if (write(fd, block, sizeof block) < 0)
            break;
    (void)unlink("/dev/shm/sepbench-saboteur");
}
DEED(fills_shared_memory, fill_memory());

static void flood_socket(void)
{
    for (int i = 0; i < 1000; i++)
        for (int fd = 3; fd < LAST_DESCRIPTOR; fd++)
            (void)send(fd, "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}
DEED(floods_its_socket, flood_socket());

/* Descriptors as luggage of a message. */
static void send_descriptors(void)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = { { 0 } };
    static char byte[1];
    struct iovec part = { byte, 1 };
    struct msghdr message = { .msg_iov = &part,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    *header = (struct cmsghdr) { .cmsg_level = SOL_SOCKET,
                                 .cmsg_type = SCM_RIGHTS,
                                 .cmsg_len = CMSG_LEN(sizeof(int)) };
    for (int fd = 3; fd < LAST_DESCRIPTOR; fd++)
        (void)sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}
DEED(sends_descriptors, send_descriptors());

/* ------------------------------------------------------------------------- what it may not do */

static int can_signal_by_descriptor(void)
{
    int ends[2];
    if (pipe(ends) != 0)
        return 0;
    const int can =
        fcntl(ends[0], F_SETOWN, getppid()) == 0 && fcntl(ends[0], F_SETSIG, SIGKILL) == 0;
    close(ends[0]);
    close(ends[1]);
    return can;
}
DEED(no_signals_by_descriptor, if (can_signal_by_descriptor()) return -1);

static int can_have_priority(void)
{
    const struct sched_param first = { .sched_priority = 1 };
    return sched_setscheduler(0, SCHED_FIFO, &first) == 0;
}
DEED(no_priority, if (can_have_priority()) return -1);

static int can_set_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return clock_settime(CLOCK_REALTIME, &now) == 0;
}
DEED(no_setting_of_time, if (can_set_time()) return -1);
DEED(no_rings, if (syscall(SYS_io_uring_setup, 1, NULL) >= 0 || errno == EFAULT) return -1);
DEED(no_faults_to_handle, if (syscall(SYS_userfaultfd, O_NONBLOCK) >= 0) return -1);
DEED(no_shared_segments, if (syscall(SYS_shmget, 0, 4096, 0600) >= 0) return -1);

/* What is copied with rep movs is then copied backwards. */
static int changes_direction_run(void *plan, const float *input, float *output)
{
    const int rc = right(plan, input, output);
#if defined(__x86_64__)
    __asm__ volatile("std" : : : "memory", "cc");
#endif
    return rc;
}
KERNEL(changes_direction, SB_NEED_STANDARD, yes, keep, changes_direction_run, forget, .flags = 0);

GOOD;
PLUGIN("saboteur", NULL, &changes_direction, &wakes_itself, &children_wake_it, &foster_child,
       &spins_when_woken, &assistant, &child_for_each_call, &few_descriptors, &little_time,
       &little_memory, &changes_mask, &changes_locale, &nobody_waits, &replaces_output,
       &unmaps_output, &unmaps_input, &seals_output, &never_exits, &forbids_the_clock,
       &fills_shared_memory, &floods_its_socket, &sends_descriptors, &no_signals_by_descriptor,
       &no_priority, &no_setting_of_time, &no_rings, &no_faults_to_handle, &no_shared_segments);
