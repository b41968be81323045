/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/contract_traces.h"

#include "measure/contract.h"

#include <dirent.h>
#include <execinfo.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *volatile at_phase = "", *volatile at_layer = "", *volatile at_params = "";
static int runs;

/* Bytes of the heap for each plan: lists of freed blocks grow by some at first. What a plan asks of
 * the host is counted block by block. */
enum { LEAK = 4096 };

/* ------------------------------------------------------------------------------------------ leaks
 */

static int64_t count_entries(const char *path)
{
    DIR *folder = opendir(path);
    int64_t count = 0;
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

int64_t sb_traces_heap(void)
{
    const struct mallinfo2 info = mallinfo2();
    return (int64_t)(info.uordblks + info.hblkhd);
}

bool sb_traces_settled(void)
{
    return runs > 2;
}

sb_traces sb_traces_take(void)
{
    return (sb_traces) { .heap = sb_traces_heap(),
                         .descriptors = count_entries("/proc/self/fd"),
                         .threads = count_entries("/proc/self/task") };
}

bool sb_traces_grew(const sb_traces *before, int times, char *text, size_t size)
{
    const sb_traces now = sb_traces_take();
    const struct {
        const char *what;
        int64_t more, least;
    } grown[] = {
        { "bytes of memory", now.heap - before->heap, LEAK },
        { "descriptors", now.descriptors - before->descriptors, 1 },
        { "threads", now.threads - before->threads, 1 },
    };
    for (size_t i = 0; i < sizeof grown / sizeof *grown; i++)
        if (grown[i].more >= grown[i].least * times) {
            snprintf(text, size, "%d plans, each destroyed, leave %lld %s", times,
                     (long long)grown[i].more, grown[i].what);
            return true;
        }
    return false;
}

/* ---------------------------------------------------------------------------------------- crashes
 */

void sb_traces_phase(const char *phase, const char *layer, const char *params)
{
    at_phase = phase;
    at_layer = layer;
    at_params = params;
    runs += strcmp(phase, "run") == 0;
    if (strcmp(phase, "plan") == 0 && runs > 0)
        runs = 1;
}

static void say(const char *text)
{
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
    (void)ignored;
}

/* Only what a handler may call: it runs on a stack and a heap that may be ruined. */
static void tell_crash(int number, siginfo_t *info, void *context)
{
    static const char digits[] = "0123456789abcdef";
    char address[19] = "0x";
    const uintptr_t where = (uintptr_t)info->si_addr;
    void *frames[48];
    (void)context;
    for (int i = 0; i < 16; i++)
        address[2 + i] = digits[where >> (60 - 4 * i) & 15];
    say("sepbench: crashed (");
    say(number == SIGSEGV   ? "SIGSEGV"
        : number == SIGBUS  ? "SIGBUS"
        : number == SIGFPE  ? "SIGFPE"
        : number == SIGILL  ? "SIGILL"
        : number == SIGABRT ? "SIGABRT"
                            : "a signal");
    say(") in ");
    say(*at_phase ? at_phase : "no function of the plugin");
    say(*at_layer ? ", layer " : "");
    say(at_layer);
    say(*at_params ? ", parameters " : "");
    say(at_params);
    say(", at address ");
    say(address);
    say("; the last calls first:\n");
    backtrace_symbols_fd(frames, backtrace(frames, 48), STDERR_FILENO);
    raise(number); /* SA_RESETHAND: now it ends the process, and leaves a core where they are on */
}

void sb_contract_tell_crashes(void)
{
    static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
    static char stack[1 << 16];
    void *warm_up[1];
    const stack_t alternative = { .ss_sp = stack, .ss_size = sizeof stack };
    struct sigaction action = { .sa_sigaction = tell_crash,
                                .sa_flags = (int)(SA_SIGINFO | SA_RESETHAND | SA_ONSTACK) };
    backtrace(warm_up, 1); /* it loads a library when it is first called */
    sigaltstack(&alternative, NULL);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
}
