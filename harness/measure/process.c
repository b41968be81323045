/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/process.h"

#include "core/clock.h"
#include "core/random.h"
#include "core/text.h"
#include "measure/environment.h"
#include "measure/fence.h"
#include "measure/others.h"
#include "measure/packets.h"
#include "measure/reply.h"
#include "measure/spawn.h"
#include "measure/tasks.h"
#include "measure/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define QUIET_PAUSES 16         /* they make up for one in which the worker ran */
#define STOP_NS      1000000000 /* for a process that does not stop at all: it hangs in the kernel */

struct sb_worker {
    sb_spawned process; /* pid is also the number of its process group; 0: reaped */
    int socket;
    int ended; /* readable once the process has ended; -1 if the kernel lacks pidfds */
    bool free_running;
    sb_others others;
    uint64_t token;                 /* of the request in progress */
    int64_t asked_ns, asked_cpu_ns; /* when that was sent */
    int64_t stopped_cpu_ns;         /* when it was stopped last; 0: not yet */
    int awakenings;       /* QUIET_PAUSES for each pause in which it ran, less one for each other */
    sb_waits asked_waits; /* of its threads at that time, if requested, */
    int64_t asked_own_ns; /* and of this thread */
    bool notes_delay, counts_threads;
    sb_tasks asked_tasks, tasks; /* when that was sent, and answered */
    sb_output_reader output;
    const volatile sig_atomic_t *stop;
    char *notes[SB_MAX_TENANTS]; /* of each plugin; borrowed; NULL: none */
    uint32_t asked;              /* the plugin that the request is for */
};

/* To the worker and all that its plugin has forked. The worker is signalled separately as well,
 * because a plugin may have moved it to another group. */
static void signal_worker(const sb_worker *worker, int signal)
{
    (void)kill(-worker->process.pid, signal);
    (void)kill(worker->process.pid, signal);
}

/* Best effort: if the system forbids it, `sepbench machine` and run.json say so. */
static bool pin_process(const sb_worker_options *o)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int i = 0; i < o->cpu_count; i++)
        CPU_SET((size_t)o->cpus[i], &set);
    return o->cpu_count > 0 && sched_setaffinity(0, sizeof set, &set) == 0;
}

/*
 * The same address layout in every worker and every run. If the system randomises it for each
 * process, two copies of one kernel differ by up to 5 %, each constantly for the life of its
 * process: address bits select the sets of the first-level cache and the slots of branch
 * predictors. No number of samples averages that out. Best effort: some containers forbid it.
 */
static void fix_layout(void)
{
    (void)personality(ADDR_NO_RANDOMIZE);
}

/* What the child needs. */
typedef struct birth {
    const sb_worker_options *options;
    int socket, output;
    pid_t parent;
} birth;

/* Standard input and output of a worker; no other descriptor is inherited. */
static void set_descriptors(const birth *b)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null >= 0)
        dup2(null, STDIN_FILENO);
    dup2(b->output, STDOUT_FILENO);
    dup2(b->output, STDERR_FILENO);
}

/* Also those that the harness itself inherited. */
static void close_others(int kept)
{
    if (kept > 3)
        syscall(SYS_close_range, 3, (unsigned)kept - 1, 0);
    syscall(SYS_close_range, (unsigned)kept + 1, ~0u, 0);
}

static size_t count_plugins(const sb_worker_options *o)
{
    size_t count = 1;
    while (o->more_paths && count < SB_MAX_TENANTS && o->more_paths[count - 1])
        count++;
    return count;
}

static void execute_worker(const birth *b)
{
    const sb_worker_options *o = b->options;
    char number[16];
    snprintf(number, sizeof number, "%d", b->socket);
    const char *words[4 + SB_MAX_TENANTS] = { "sepbench", "worker", number, o->plugin_path };
    for (size_t i = 1; i < count_plugins(o); i++)
        words[3 + i] = o->more_paths[i - 1];
    execv("/proc/self/exe", (char *const *)(uintptr_t)words);
}

/* In the child: become the worker, or exit with 127. */
static void become_worker(void *context)
{
    const birth *b = context;
    const sb_worker_options *o = b->options;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != b->parent && getppid() != 0)
        _exit(127); /* the harness died before the line above */
    setsid();       /* the harness alone handles a Ctrl-C on the terminal */
    if (!o->random_layout)
        fix_layout();
    /* If the process may not be pinned, a runtime that tried to pin its threads would fail. */
    const bool pinned = pin_process(o);
    sb_environment_make(o->threads, o->cpus, pinned ? o->cpu_count : 0);
    if (o->traceable)
        sb_fence_leave_out("tracing");
    set_descriptors(b);
    close_others(b->socket);
    if (o->only_describes)
        _exit(sb_worker_main(b->socket, &o->plugin_path, 1));
    fcntl(b->socket, F_SETFD, 0); /* no close-on-exec */
    execute_worker(b);
    _exit(127);
}

/* The worker's ends, and the harness's. */
typedef struct channel {
    int socket[2], output[2];
} channel;

static int open_channel(channel *c, sb_error *error)
{
    int room = SB_MAX_DESCRIPTION * 2;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, c->socket) < 0)
        return sb_fail_errno(error, "cannot make a socket for a worker");
    if (pipe2(c->output, O_CLOEXEC) < 0) {
        sb_fail_errno(error, "cannot make a pipe for a worker");
        close(c->socket[0]);
        close(c->socket[1]);
        return SB_FAILED;
    }
    setsockopt(c->socket[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    fcntl(c->output[0], F_SETFL, O_NONBLOCK);
    return SB_OK;
}

static uint64_t first_token(void)
{
    uint64_t token = 0;
    if (getrandom(&token, sizeof token, GRND_NONBLOCK) != (ssize_t)sizeof token)
        token = (uint64_t)sb_now_ns();
    return token;
}

sb_worker *sb_worker_start(const sb_worker_options *options, sb_error *error)
{
    channel c;
    sb_spawned process;
    if (open_channel(&c, error) < 0)
        return NULL;
    birth b = { options, c.socket[1], c.output[1], getpid() };
    /* Debuggers look for files and threads as they see them themselves. */
    const int rc = options->traceable ? sb_spawn_beside(become_worker, &b, &process)
                                      : sb_spawn(become_worker, &b, &process);
    if (rc < 0)
        sb_fail_errno(error, "cannot start a worker");
    close(c.socket[1]);
    close(c.output[1]);
    if (rc < 0) {
        close(c.socket[0]);
        close(c.output[0]);
        return NULL;
    }
    sb_worker *worker = sb_new(1, sizeof *worker);
    *worker = (sb_worker) {
        .process = process,
        .socket = c.socket[0],
        .ended = (int)syscall(SYS_pidfd_open, process.pid, 0), /* it is close-on-exec already */
        .free_running = options->free_running,
        .token = first_token(),
        .output = { .output = options->output, .fd = c.output[0] },
        .stop = options->stop,
    };
    for (size_t i = 0; options->notes && i < count_plugins(options); i++)
        worker->notes[i] = options->notes[i];
    return worker;
}

bool sb_worker_alive(const sb_worker *worker)
{
    siginfo_t info = { 0 };
    return waitid(P_PID, (id_t)worker->process.pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0;
}

pid_t sb_worker_pid(const sb_worker *worker)
{
    return worker->process.pid;
}

void sb_worker_kill(const sb_worker *worker)
{
    if (worker->process.pid > 0)
        sb_spawn_kill(&worker->process);
}

void sb_worker_end(sb_worker *worker)
{
    if (!worker)
        return;
    if (worker->process.pid > 0)
        sb_spawn_end(&worker->process);
    sb_output_close(&worker->output);
    if (worker->ended >= 0)
        close(worker->ended);
    close(worker->socket);
    sb_tasks_free(&worker->asked_tasks);
    sb_tasks_free(&worker->tasks);
    free(worker);
}

typedef enum outcome { ANSWERED, LATE, GIVEN_UP } outcome;

/* If the user wants to stop, the deadline moves closer. */
static bool hurry_up(const sb_worker *worker, bool hurried, int64_t *deadline)
{
    if (hurried || !worker->stop || !*worker->stop)
        return hurried;
    const int64_t latest = sb_now_ns() + SB_STOP_GRACE_NS;
    *deadline = *deadline < latest ? *deadline : latest;
    return true;
}

/* The timeout for poll: from time to time it must check whether the user wants to stop. */
static int poll_ms(const sb_worker *worker, int64_t left_ns)
{
    const int64_t ms = left_ns / 1000000 + 1, most = worker->stop ? 200 : 1000000;
    return (int)(ms < most ? ms : most);
}

/* Waits until the socket is readable, the process has ended, or the deadline has passed. The socket
 * alone is not enough: a child that the plugin forked keeps it open. A signal (Ctrl-C) does not end
 * the wait at once: the turn in progress is completed. */
static outcome await_reply(sb_worker *worker, int64_t deadline)
{
    bool hurried = false;
    for (;;) {
        hurried = hurry_up(worker, hurried, &deadline);
        const int64_t left = deadline - sb_now_ns();
        if (left <= 0)
            return hurried ? GIVEN_UP : LATE;
        struct pollfd pollers[3] = {
            { .fd = worker->socket, .events = POLLIN },
            { .fd = worker->ended, .events = POLLIN },
            { .fd = worker->output.fd, .events = POLLIN },
        };
        const int ready = poll(pollers, 3, poll_ms(worker, left));
        if (ready > 0 && pollers[2].revents)
            sb_output_drain(&worker->output);
        if (ready > 0 && (pollers[0].revents || pollers[1].revents))
            return ANSWERED;
        if (ready < 0 && errno != EINTR)
            return ANSWERED; /* recv will report the error */
    }
}

/* "SIGSEGV"; "signal 35" where it has no name. */
static const char *name_signal(int number, char text[16])
{
    static const struct {
        int number;
        const char *name;
    } names[] = {
#define SIGNAL(name) { name, #name }
        SIGNAL(SIGSEGV), SIGNAL(SIGBUS),  SIGNAL(SIGFPE),  SIGNAL(SIGILL),  SIGNAL(SIGABRT),
        SIGNAL(SIGTRAP), SIGNAL(SIGSYS),  SIGNAL(SIGTERM), SIGNAL(SIGINT),  SIGNAL(SIGQUIT),
        SIGNAL(SIGHUP),  SIGNAL(SIGPIPE), SIGNAL(SIGALRM), SIGNAL(SIGXCPU), SIGNAL(SIGXFSZ),
        SIGNAL(SIGUSR1), SIGNAL(SIGUSR2),
#undef SIGNAL
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].number == number)
            return names[i].name;
    snprintf(text, 16, "signal %d", number);
    return text;
}

static sb_verdict fail_gone(sb_worker *worker, sb_reply *reply)
{
    char name[16];
    int status = sb_spawn_end(&worker->process); /* it may only have closed its socket */
    memset(reply, 0, sizeof *reply);
    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
        snprintf(reply->text, sizeof reply->text, "killed by %s (%s)",
                 name_signal(WTERMSIG(status), name), strsignal(WTERMSIG(status)));
    else if (WIFSIGNALED(status))
        snprintf(reply->text, sizeof reply->text,
                 "the worker was killed, or sent an invalid reply");
    else
        snprintf(reply->text, sizeof reply->text, "the plugin ended the process with status %d",
                 WEXITSTATUS(status));
    return SB_VERDICT_CRASHED;
}

static sb_verdict fail_late(sb_worker *worker, int64_t timeout_ns, outcome how, sb_reply *reply)
{
    sb_spawn_end(&worker->process);
    memset(reply, 0, sizeof *reply);
    if (how == GIVEN_UP)
        snprintf(reply->text, sizeof reply->text, "no answer before the user ended");
    else
        snprintf(reply->text, sizeof reply->text, "no answer within %g s",
                 (double)timeout_ns * 1e-9);
    return SB_VERDICT_TIMEOUT;
}

static sb_verdict fail_caught(sb_worker *worker, const char *what, sb_reply *reply)
{
    sb_spawn_end(&worker->process);
    memset(reply, 0, sizeof *reply);
    snprintf(reply->text, sizeof reply->text, "%s", what);
    return SB_VERDICT_WRONG;
}

static bool stopped_or_ended(const sb_worker *worker)
{
    siginfo_t info = { 0 };
    return waitid(P_PID, (id_t)worker->process.pid, &info, WSTOPPED | WEXITED | WNOHANG | WNOWAIT) <
               0 ||
           info.si_pid != 0;
}

/* Timers usually have a slack of 50 us: a hundredth of a turn. */
static void sleep_exactly(long ns)
{
    const int slack = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);
    (void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    nanosleep(&(struct timespec) { .tv_nsec = ns }, NULL);
    if (slack > 0)
        (void)prctl(PR_SET_TIMERSLACK, (unsigned long)slack, 0, 0, 0);
}

/*
 * Stops the worker and waits until all of its threads have stopped. One thread takes the signal and
 * needs a core for that: a thread still at work on the same core would continue for milliseconds,
 * and write to the output that the next worker is about to fill.
 */
static void stop_worker(sb_worker *worker)
{
    const int64_t start = sb_now_ns();
    signal_worker(worker, SIGSTOP);
    for (int i = 0; !stopped_or_ended(worker) && sb_now_ns() - start < STOP_NS; i++)
        sleep_exactly(i < 10 ? 1000 : 100000);
}

/* A timer or another process can continue a stopped process, which then disturbs the other kernels,
 * or computes when nobody measures. Once may be somebody's mistake: they have signals, too. What
 * the system does on a core while a process stops, such as interrupts, is accounted to that
 * process: on a busy machine a millisecond in one of some thousand pauses. Therefore quiet pauses
 * make up for a disturbed one. */
static void note_pause(sb_worker *worker)
{
    enum { LEAST_NS = 1000000 };
    const bool stopped = !worker->free_running && worker->stopped_cpu_ns > 0;
    const int64_t ran = worker->asked_cpu_ns - worker->stopped_cpu_ns;
    const bool others_ran = sb_others_continue(&worker->others, &worker->process) > LEAST_NS;
    if (stopped && (ran > LEAST_NS || others_ran))
        worker->awakenings += QUIET_PAUSES;
    else if (worker->awakenings > 0)
        worker->awakenings--;
}

static void note_waits(sb_worker *worker)
{
    worker->asked_waits = sb_tasks_waits(worker->process.pid);
    worker->asked_own_ns = sb_tasks_own_wait_ns();
}

static void find_delay(const sb_worker *worker, sb_reply *reply)
{
    const sb_waits *then = &worker->asked_waits;
    reply->delay_ns = reply->waited_ns = reply->slices = 0;
    if (!worker->notes_delay)
        return;
    const sb_waits now = sb_tasks_waits(worker->process.pid);
    const int64_t own_ns = sb_tasks_own_wait_ns();
    if (now.ns < 0 || own_ns < 0 || then->ns < 0 || worker->asked_own_ns < 0) {
        reply->delay_ns = INT64_MAX / 2;
        return;
    }
    reply->waited_ns = now.ns - then->ns;
    reply->slices = now.slices - then->slices;
    reply->delay_ns = reply->waited_ns + own_ns - worker->asked_own_ns;
}

static int64_t count_threads(sb_worker *worker)
{
    if (!worker->counts_threads)
        return 0;
    sb_tasks_read(&worker->tasks, worker->process.pid);
    return sb_tasks_count_ran(&worker->asked_tasks, &worker->tasks);
}

void sb_worker_ask(sb_worker *worker, const sb_request *request, const int *fds, int fd_count)
{
    sb_request marked = *request;
    sb_random random = { worker->token };
    marked.token = worker->token = sb_random_next(&random);
    worker->asked = request->plugin;
    if (worker->notes[worker->asked])
        memcpy(marked.notes, worker->notes[worker->asked], sizeof marked.notes);
    worker->notes_delay = request->notes_delay != 0;
    if (worker->notes_delay)
        note_waits(worker);
    worker->counts_threads = request->counts_threads != 0;
    if (worker->counts_threads)
        sb_tasks_read(&worker->asked_tasks, worker->process.pid);
    worker->asked_cpu_ns = sb_cpu_time_ns(worker->process.pid);
    note_pause(worker);
    worker->asked_ns = sb_now_ns();
    if (!worker->free_running)
        signal_worker(worker, SIGCONT);
    (void)sb_request_send(worker->socket, &marked, fds, fd_count); /* the answer will show it */
}

sb_verdict sb_worker_answer(sb_worker *worker, int64_t timeout_ns, sb_reply *reply, char *extra)
{
    const outcome how = await_reply(worker, sb_now_ns() + timeout_ns);
    if (how != ANSWERED)
        return fail_late(worker, timeout_ns, how, reply);
    const int64_t answered_ns = sb_now_ns();
    ssize_t got = sb_reply_receive(worker->socket, reply, extra);
    if (got < 0 || !sb_reply_check(reply, (size_t)got, extra != NULL))
        return fail_gone(worker, reply);
    if (reply->token != worker->token)
        return fail_caught(worker, "the plugin replied in place of the worker", reply);
    if (worker->awakenings > 2 * QUIET_PAUSES)
        return fail_caught(worker, "it ran while other kernels were timed", reply);
    if (!worker->free_running)
        stop_worker(worker);
    if (reply->notes[0] && worker->notes[worker->asked])
        memcpy(worker->notes[worker->asked], reply->notes, sizeof reply->notes);
    reply->span_ns = answered_ns - worker->asked_ns;
    reply->window_ns = sb_now_ns() - worker->asked_ns;
    worker->stopped_cpu_ns = sb_cpu_time_ns(worker->process.pid);
    reply->cpu_ns = worker->stopped_cpu_ns - worker->asked_cpu_ns;
    reply->others_ns = 0;
    if (!worker->free_running)
        reply->others_ns = sb_others_stop(&worker->others, &worker->process, reply->window_ns);
    find_delay(worker, reply);
    reply->threads_ran = count_threads(worker);
    return SB_VERDICT_OK;
}

sb_verdict sb_worker_call(sb_worker *worker, const sb_request *request, const int *fds,
                          int fd_count, int64_t timeout_ns, sb_reply *reply)
{
    sb_worker_ask(worker, request, fds, fd_count);
    return sb_worker_answer(worker, timeout_ns, reply, NULL);
}
