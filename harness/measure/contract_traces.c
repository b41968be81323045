/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h> /* Autoconf's, of the build folder */

#include "measure/contract_traces.h"

#include "measure/contract.h"
#include "measure/others.h"
#include "plugin/loader.h"

#include <dirent.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_EXECINFO_H
#include <execinfo.h>
#else /* as in musl: crashes are told without the calls that led to them */
static int backtrace(void **frames, int most)
{
    (void)frames, (void)most;
    return 0;
}

static void backtrace_symbols_fd(void *const *frames, int count, int fd)
{
    (void)frames, (void)count, (void)fd;
}
#endif

static const char *volatile at_phase = "", *volatile at_layer = "", *volatile at_params = "";
static int runs;

/* Bytes of heap growth allowed for each plan: the allocator's lists of freed blocks grow a little
 * at first. Memory from the host is counted block by block instead. */
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
#ifdef HAVE_MALLINFO2
    const struct mallinfo2 info = mallinfo2();
    return (int64_t)(info.uordblks + info.hblkhd);
#else
    return 0; /* this C library does not tell: leaks of the heap are not seen */
#endif
}

bool sb_traces_settled(void)
{
    return runs > 2;
}

sb_traces sb_traces_take(void)
{
    return (sb_traces) { .heap = sb_traces_heap(),
                         .descriptors = count_entries("/proc/self/fd"),
                         .threads = count_entries("/proc/self/task"),
                         .children = sb_others_count() };
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
        { "processes", now.children - before->children, 1 },
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

/* The frames of a signal, and runtimes that call a plugin's code. */
static bool is_systems(const char *path)
{
    static const char *const names[] = {
        "libc.", "ld-", "libm.", "libgomp.", "libomp.", "libasan."
    };
    const char *name = strrchr(path, '/');
    name = name ? name + 1 : path;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(name, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static void say(const char *text)
{
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
    (void)ignored;
}

static void say_hexadecimal(uintptr_t number)
{
    static const char digits[] = "0123456789abcdef";
    char text[19] = "0x";
    for (int i = 0; i < 16; i++)
        text[2 + i] = digits[number >> (60 - 4 * i) & 15];
    say(text);
}

/* The command that shows the lines of those frames that are the plugin's, or of a library that it
 * wraps: of the innermost file. */
static void say_lines_command(void *const *frames, int count)
{
    const char *file = NULL, *told = NULL, *own = "";
    bool interrupted = false; /* by the signal: the frame is the instruction itself */
    uintptr_t offset;
    (void)sb_loader_place((const void *)(uintptr_t)say_lines_command, &own, &offset);
    for (int i = 0; i < count; i++) {
        const bool within = sb_loader_place(frames[i], &file, &offset);
        const bool foreign = !within || strcmp(file, own) == 0 || is_systems(file) ||
                             (told && strcmp(file, told) != 0);
        if (!foreign && !told) {
            say("The lines, where it was built with -g: addr2line -Cfipe '");
            say(told = file);
            say("'");
        }
        if (!foreign) {
            say(" ");
            say_hexadecimal(offset - !interrupted); /* what is returned to is the next line */
        }
        interrupted = within && is_systems(file);
    }
    say(told ? "\n" : "");
}

/* Only what a handler may call: it runs on a stack and a heap that may be ruined. */
static void tell_crash(int number, siginfo_t *info, void *context)
{
    void *frames[48];
    (void)context;
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
    say_hexadecimal((uintptr_t)info->si_addr);
    say("; the last calls first:\n");
    const int count = backtrace(frames, 48);
    backtrace_symbols_fd(frames, count, STDERR_FILENO);
    say_lines_command(frames, count);
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
    backtrace(warm_up, 1); /* its first call loads a library, which a handler must not */
    sigaltstack(&alternative, NULL);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
}
