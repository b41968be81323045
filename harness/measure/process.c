/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/process.h"

#include "core/clock.h"
#include "core/text.h"
#include "measure/environment.h"
#include "measure/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STOP_NS 1000000000 /* where it does not stop at all: it hangs in the kernel */

struct sb_worker {
    pid_t pid; /* and the number of its process group; 0: reaped */
    int socket;
    int ended; /* readable once the process has ended; -1 where the kernel has no such thing */
    bool free_running;
};

/* To the worker and whatever its plugin has forked. The worker is told by itself, too: a plugin may
 * have moved it to another group. */
static void signal_worker(const sb_worker *worker, int signal)
{
    (void)kill(-worker->pid, signal);
    (void)kill(worker->pid, signal);
}

/* Best effort: where the system forbids it, `sepbench machine` and run.json say so. */
static bool pin_process(const sb_worker_options *o)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int i = 0; i < o->cpu_count; i++)
        CPU_SET((size_t)o->cpus[i], &set);
    return o->cpu_count > 0 && sched_setaffinity(0, sizeof set, &set) == 0;
}

/*
 * The same address layout in every worker and every run. Where the system draws it anew for each
 * process, two copies of one kernel differ by up to 5 %, each constantly for the life of its
 * process: address bits choose the ways of the first-level cache and the slots of branch
 * predictors. No amount of samples averages that out. Best effort: some containers forbid it.
 */
static void fix_layout(void)
{
    (void)personality(ADDR_NO_RANDOMIZE);
}

/* In the child: become the worker, or exit with 127. */
static void become_worker(const sb_worker_options *o, int socket, pid_t parent)
{
    char number[16];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127); /* the harness died before the line above */
    setpgid(0, 0);  /* a Ctrl-C on the terminal is the harness's to handle */
    if (!o->random_layout)
        fix_layout();
    /* Where the process may not be pinned, a runtime that tried to pin its threads would fail. */
    const bool pinned = pin_process(o);
    sb_environment_make(o->threads, o->cpus, pinned ? o->cpu_count : 0);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null >= 0) {
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
    }
    if (o->only_describes)
        _exit(sb_worker_main(socket, o->plugin_path));
    int kept = dup(socket); /* without close-on-exec */
    snprintf(number, sizeof number, "%d", kept);
    execl("/proc/self/exe", "sepbench", "worker", number, o->plugin_path, (char *)NULL);
    _exit(127);
}

sb_worker *sb_worker_start(const sb_worker_options *options, sb_error *error)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
        sb_fail_errno(error, "cannot make a socket for a worker");
        return NULL;
    }
    int room = SB_MAX_DESCRIPTION * 2;
    setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        become_worker(options, pair[1], parent);
    close(pair[1]);
    if (pid < 0) {
        sb_fail_errno(error, "cannot start a worker");
        close(pair[0]);
        return NULL;
    }
    sb_worker *worker = sb_new(1, sizeof *worker);
    setpgid(pid, pid); /* whoever is first, child or parent */
    *worker = (sb_worker) {
        .pid = pid,
        .socket = pair[0],
        .ended = (int)syscall(SYS_pidfd_open, pid, 0), /* close-on-exec by itself */
        .free_running = options->free_running,
    };
    return worker;
}

/* A worker that has ended by itself keeps its own status. */
static int end_worker(sb_worker *worker)
{
    int status = 0;
    signal_worker(worker, SIGKILL);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        ;
    worker->pid = 0;
    return status;
}

bool sb_worker_alive(const sb_worker *worker)
{
    siginfo_t info = { 0 };
    return waitid(P_PID, (id_t)worker->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0;
}

void sb_worker_end(sb_worker *worker)
{
    if (!worker)
        return;
    if (worker->pid > 0)
        end_worker(worker);
    if (worker->ended >= 0)
        close(worker->ended);
    close(worker->socket);
    free(worker);
}

static int send_request(int socket, const sb_request *request, const int *fds, int fd_count)
{
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control = { { 0 } };
    struct iovec parts[2] = {
        { .iov_base = (void *)(uintptr_t)request, .iov_len = sizeof *request },
        { .iov_base = (void *)(uintptr_t)request->batch,
          .iov_len = request->batch_count * sizeof *request->batch },
    };
    size_t length = parts[0].iov_len + parts[1].iov_len;
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = request->batch_count ? 2 : 1 };
    if (fd_count > 0) {
        size_t bytes = (size_t)fd_count * sizeof(int);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(bytes);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(bytes);
        memcpy(CMSG_DATA(header), fds, bytes);
    }
    ssize_t sent;
    while ((sent = sendmsg(socket, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        ;
    return sent == (ssize_t)length ? SB_OK : SB_FAILED;
}

/* Waits until the socket has something or the process has ended, 1, or the deadline is past, 0. The
 * socket alone would not do: a child that the plugin forked keeps it open. A signal (Ctrl-C) does
 * not end the wait: the turn in flight is finished. */
static int await_reply(const sb_worker *worker, int64_t deadline)
{
    for (;;) {
        int64_t left = deadline - sb_now_ns();
        if (left <= 0)
            return 0;
        int64_t ms = left / 1000000 + 1;
        struct pollfd pollers[2] = {
            { .fd = worker->socket, .events = POLLIN },
            { .fd = worker->ended, .events = POLLIN },
        };
        int ready = poll(pollers, 2, ms > 1000000 ? 1000000 : (int)ms);
        if (ready > 0)
            return 1;
        if (ready < 0 && errno != EINTR)
            return 1; /* recv will say what is wrong */
    }
}

static ssize_t receive_reply(int socket, sb_reply *reply, char *extra)
{
    static char none[1];
    struct iovec parts[2] = {
        { .iov_base = reply, .iov_len = sizeof *reply },
        { .iov_base = extra ? extra : none, .iov_len = extra ? SB_MAX_DESCRIPTION : 0 },
    };
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
    ssize_t got;
    while ((got = recvmsg(socket, &message, MSG_DONTWAIT)) < 0 && errno == EINTR)
        ;
    return message.msg_flags & MSG_TRUNC ? -1 : got;
}

static sb_verdict fail_gone(sb_worker *worker, sb_reply *reply)
{
    int status = end_worker(worker); /* it may only have closed its socket */
    memset(reply, 0, sizeof *reply);
    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
        snprintf(reply->text, sizeof reply->text, "killed by SIG%s (%s)",
                 sigabbrev_np(WTERMSIG(status)), strsignal(WTERMSIG(status)));
    else if (WIFSIGNALED(status))
        snprintf(reply->text, sizeof reply->text,
                 "the worker was killed, or sent something else than a reply");
    else
        snprintf(reply->text, sizeof reply->text, "the plugin ended the process with status %d",
                 WEXITSTATUS(status));
    return SB_VERDICT_CRASHED;
}

static sb_verdict fail_late(sb_worker *worker, int64_t timeout_ns, sb_reply *reply)
{
    end_worker(worker);
    memset(reply, 0, sizeof *reply);
    snprintf(reply->text, sizeof reply->text, "no answer within %g s", (double)timeout_ns * 1e-9);
    return SB_VERDICT_TIMEOUT;
}

/* What a reply claims is checked before anyone uses it. */
static bool is_plausible(const sb_reply *reply, ssize_t got, bool extra)
{
    if (got < (ssize_t)sizeof *reply || reply->verdict > SB_VERDICT_SKIPPED)
        return false;
    if (reply->samples > SB_MAX_TURN_SAMPLES || reply->input_layout > SB_NCHW16C ||
        reply->output_layout > SB_NCHW16C || reply->switches < 0 || reply->switches > INT32_MAX)
        return false;
    for (uint32_t i = 0; i < reply->samples; i++)
        if (!isfinite(reply->ns[i]) || reply->ns[i] < 0)
            return false;
    size_t tail = (size_t)got - sizeof *reply;
    return tail == (extra ? reply->description : 0) && tail <= SB_MAX_DESCRIPTION;
}

/* One line of text, whatever a plugin wrote: it goes to a terminal. */
static void tame_text(char *text, size_t size)
{
    text[size - 1] = '\0';
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
}

static bool stopped_or_ended(const sb_worker *worker)
{
    siginfo_t info = { 0 };
    return waitid(P_PID, (id_t)worker->pid, &info, WSTOPPED | WEXITED | WNOHANG | WNOWAIT) < 0 ||
           info.si_pid != 0;
}

/*
 * Stops it and waits until all of its threads have. The signal is taken by one thread, which must
 * have a core for that: a thread that is left at work on the same core goes on for milliseconds
 * meanwhile, and would write to the output that the next worker is about to fill.
 */
static void stop_worker(const sb_worker *worker)
{
    const int64_t start = sb_now_ns();
    signal_worker(worker, SIGSTOP);
    for (int i = 0; !stopped_or_ended(worker) && sb_now_ns() - start < STOP_NS; i++)
        nanosleep(&(struct timespec) { .tv_nsec = i < 10 ? 1000 : 100000 }, NULL);
}

void sb_worker_ask(sb_worker *worker, const sb_request *request, const int *fds, int fd_count)
{
    signal_worker(worker, SIGCONT);
    (void)send_request(worker->socket, request, fds, fd_count); /* the answer will show it */
}

sb_verdict sb_worker_answer(sb_worker *worker, int64_t timeout_ns, sb_reply *reply, char *extra)
{
    if (!await_reply(worker, sb_now_ns() + timeout_ns))
        return fail_late(worker, timeout_ns, reply);
    ssize_t got = receive_reply(worker->socket, reply, extra);
    if (!is_plausible(reply, got, extra != NULL))
        return fail_gone(worker, reply);
    tame_text(reply->text, sizeof reply->text);
    if (!worker->free_running)
        stop_worker(worker);
    return SB_VERDICT_OK;
}

sb_verdict sb_worker_call(sb_worker *worker, const sb_request *request, const int *fds,
                          int fd_count, int64_t timeout_ns, sb_reply *reply)
{
    sb_worker_ask(worker, request, fds, fd_count);
    return sb_worker_answer(worker, timeout_ns, reply, NULL);
}
