/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels that compute correctly but forge the time that it took. Their verdict is `wrong`. */
#include "rogue.h"

#include "measure/protocol.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Sends a forged reply to the harness, with a time of one nanosecond per call. */
static void answer_first(uint64_t token)
{
    static sb_reply reply;
    reply = (sb_reply) { .token = token, .samples = 1, .ns = { 1 }, .wall_ns = 1 };
    for (int fd = 3; fd < LAST_DESCRIPTOR; fd++)
        (void)send(fd, &reply, sizeof reply, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static int answers_run(void *plan, const float *input, float *output)
{
    answer_first(0);
    return right(plan, input, output);
}
KERNEL(answers, SB_NEED_STANDARD, yes, keep, answers_run, forget, .flags = 0);

static int answers_late_run(void *plan, const float *input, float *output)
{
    if (((rogue *)plan)->runs > 12)
        answer_first(12);
    return right(plan, input, output);
}
KERNEL(answers_late, SB_NEED_STANDARD, yes, keep, answers_late_run, forget, .flags = 0);

#ifdef __x86_64__
static int slowness; /* in tenths; 0: the clock has not been replaced */
static int64_t real_since, slow_since;

/* The time in ns of a clock that runs slower since real_since. */
static int64_t slow_time(int64_t real)
{
    return slow_since + (real - real_since) * 10 / slowness;
}

/* Replaces clock_gettime(). */
static int slow_clock(clockid_t id, struct timespec *time)
{
    const long rc = syscall(SYS_clock_gettime, id, time);
    const int64_t ns = slow_time((int64_t)time->tv_sec * 1000000000 + time->tv_nsec);
    *time = (struct timespec) { ns / 1000000000, ns % 1000000000 };
    return (int)rc;
}

static void slow_down(int tenths)
{
    struct timespec time;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
    const int64_t real = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
    slow_since = slowness ? slow_time(real) : real;
    real_since = real;
    slowness = tenths;
}

/* Overwrites the C library's clock_gettime() with a jump to slow_clock(). */
static void turn_clock(int tenths)
{
    unsigned char jump[12] = { 0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0 };
    int (*const from)(clockid_t, struct timespec *) = clock_gettime;
    int (*const to)(clockid_t, struct timespec *) = slow_clock;
    unsigned char *code;
    const int replaced = slowness != 0;
    if (slowness != tenths)
        slow_down(tenths);
    if (replaced)
        return;
    memcpy(&code, &from, sizeof code);
    memcpy(jump + 2, &to, sizeof to);
    void *page = (void *)((uintptr_t)code & ~(uintptr_t)4095);
    if (mprotect(page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
        return;
    memcpy(code, jump, sizeof jump);
}
#else
static void turn_clock(int tenths)
{
    (void)tenths;
}
#endif

/* TURNS(name, tenths): a kernel that makes the clock run slower by the factor tenths / 10. */
#define TURNS(name, tenths)                                              \
    static int name##_run(void *plan, const float *input, float *output) \
    {                                                                    \
        turn_clock(tenths);                                              \
        return right(plan, input, output);                               \
    }                                                                    \
    KERNEL(name, SB_NEED_STANDARD, yes, keep, name##_run, forget, .flags = 0)

TURNS(turns_to_a_tenth, 100);
TURNS(turns_to_a_half, 20);
TURNS(turns_to_nine_tenths, 11);

GOOD;
PLUGIN("forger", NULL, &answers, &answers_late, &turns_to_a_tenth, &turns_to_a_half,
       &turns_to_nine_tenths);
