/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/probe.h"

#include "core/clock.h"
#include "core/text.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define WINDOW_NS 1000000 /* unless the probe sets another */
#define PLATEAU   4       /* this many windows ... */
#define AGREEMENT 0.99    /* ... this close to the best one mean that it is no accident */

/* The members of one probe meet before and after each window. */
typedef struct team {
    const sb_probe *probe;
    atomic_int arrived;
    atomic_int meeting;
    atomic_bool dismissed; /* a thread is missing: stop waiting */
    bool done;             /* written by member 0 between two meetings */
    int64_t turns;         /* of a window */
    double best;
    int agreeing;
} team;

typedef struct member {
    _Alignas(64) team *team;
    int index;
    size_t at;
    int64_t start, end;
    pthread_t thread;
} member;

/* Spins, so that all start together; yields if a processor is shared, where spinning would only
 * keep the others away. */
static void meet_team(team *t)
{
    int meeting = atomic_load_explicit(&t->meeting, memory_order_relaxed);
    if (atomic_fetch_add(&t->arrived, 1) + 1 == t->probe->threads) {
        atomic_store_explicit(&t->arrived, 0, memory_order_relaxed);
        atomic_store_explicit(&t->meeting, meeting + 1, memory_order_release);
        return;
    }
    for (int spins = 0; atomic_load_explicit(&t->meeting, memory_order_acquire) == meeting;
         spins++) {
        if (t->dismissed)
            return;
        if (spins > 10000)
            sched_yield();
    }
}

/* A processor that is forbidden or does not exist is not an error: the thread stays where the
 * system put it. */
static void pin_thread(int number)
{
    size_t cpu = (size_t)number, size = CPU_ALLOC_SIZE(cpu + 1);
    cpu_set_t *set = CPU_ALLOC(cpu + 1);
    if (!set)
        return;
    CPU_ZERO_S(size, set);
    CPU_SET_S(cpu, size, set);
    pthread_setaffinity_np(pthread_self(), size, set);
    CPU_FREE(set);
}

static unsigned char *memory_part(const sb_probe_memory *memory, int index)
{
    return memory->base + (size_t)index * memory->stride;
}

static void write_part(sb_probe_memory *memory, int index, size_t bytes)
{
    size_t *written = &memory->written[index];
    if (*written >= bytes)
        return;
    memset(memory_part(memory, index) + *written, 1, bytes - *written);
    *written = bytes;
}

static bool needs_memory(const sb_probe *probe)
{
    return probe->kind >= SB_PROBE_LOADS;
}

static sb_memory_loop *memory_loop(const sb_probe *probe)
{
    switch (probe->kind) {
    case SB_PROBE_STORES:
        return probe->loops->stores;
    case SB_PROBE_COPIES:
        return probe->loops->copies;
    case SB_PROBE_STREAMS:
        return probe->loops->streams;
    case SB_PROBE_STREAM_COPIES:
        return probe->loops->stream_copies;
    default:
        return probe->loops->loads;
    }
}

static void run_turns(member *m, int64_t turns)
{
    const sb_probe *probe = m->team->probe;
    float io[2] = { 1, 0 };
    if (needs_memory(probe))
        m->at = memory_loop(probe)(memory_part(probe->memory, m->index), probe->bytes - 1, m->at,
                                   turns, io);
    else if (probe->kind == SB_PROBE_ARITHMETIC)
        probe->loops->arithmetic(turns, io);
    else
        sb_loops_chain(turns);
}

static double amount_per_turn(const sb_probe *probe)
{
    switch (probe->kind) {
    case SB_PROBE_ARITHMETIC:
        return probe->loops->flops_per_turn;
    case SB_PROBE_CLOCK:
        return SB_CHAIN_PER_TURN;
    case SB_PROBE_COPIES:
    case SB_PROBE_STREAM_COPIES:
        return 2.0 * probe->loops->bytes_per_turn;
    default:
        return probe->loops->bytes_per_turn;
    }
}

/* Finds how many iterations fill a window: doubles until the clock can measure it, then scales. */
static int64_t calibrate_turns(member *m)
{
    const int64_t wanted = m->team->probe->window_ns, window = wanted ? wanted : WINDOW_NS;
    for (int64_t turns = 256;; turns *= 2) {
        int64_t start = sb_now_ns();
        run_turns(m, turns);
        int64_t elapsed = sb_now_ns() - start;
        if (elapsed > window / 4)
            return 1 + turns * window / elapsed;
    }
}

static void judge_window(team *t, const member *members)
{
    int64_t start = members[0].start, end = members[0].end;
    for (int i = 1; i < t->probe->threads; i++) {
        start = members[i].start < start ? members[i].start : start;
        end = members[i].end > end ? members[i].end : end;
    }
    double amount = amount_per_turn(t->probe) * (double)t->turns * t->probe->threads;
    double rate = end > start ? amount / (double)(end - start) : 0;
    if (rate > t->best) {
        t->agreeing = rate * AGREEMENT > t->best ? 0 : t->agreeing;
        t->best = rate;
    }
    t->agreeing += rate >= t->best * AGREEMENT;
}

/* Member 0 decides, between the meeting after one window and the meeting before the next. */
static bool is_enough(const team *t, int64_t began)
{
    int64_t elapsed = sb_now_ns() - began;
    return elapsed > t->probe->most_ns || (elapsed > t->probe->least_ns && t->agreeing >= PLATEAU);
}

static void *member_main(void *argument)
{
    member *m = argument;
    team *t = m->team;
    const sb_probe *probe = t->probe;
    pin_thread(probe->cpus[m->index]);
    if (needs_memory(probe))
        write_part(probe->memory, m->index, probe->bytes);
    if (m->index == 0)
        t->turns = calibrate_turns(m);
    int64_t began = sb_now_ns();
    for (;;) {
        meet_team(t);
        if (t->done || t->dismissed)
            return NULL;
        m->start = sb_now_ns();
        run_turns(m, t->turns);
        m->end = sb_now_ns();
        meet_team(t);
        if (m->index != 0)
            continue;
        judge_window(t, m);
        t->done = is_enough(t, began);
    }
}

static int run_team(team *t, member *members, sb_error *error)
{
    int rc = SB_OK, started = 0;
    for (; started < t->probe->threads; started++) {
        members[started].team = t;
        members[started].index = started;
        errno = pthread_create(&members[started].thread, NULL, member_main, &members[started]);
        if (errno) {
            rc = sb_fail_errno(error, "cannot start a thread to probe the machine");
            break;
        }
    }
    t->dismissed = rc < 0;
    for (int i = 0; i < started; i++)
        pthread_join(members[i].thread, NULL);
    return rc;
}

int sb_probe_run(const sb_probe *probe, double *best, sb_error *error)
{
    assert(!needs_memory(probe) || probe->bytes <= probe->memory->stride);
    team t = { .probe = probe, .best = *best };
    size_t bytes = sizeof(member) * (size_t)probe->threads;
    member *members = aligned_alloc(_Alignof(member), bytes);
    if (!members)
        return sb_fail(error, "no memory for %d probe threads", probe->threads);
    memset(members, 0, bytes);
    int rc = run_team(&t, members, error);
    if (rc == SB_OK)
        *best = t.best;
    free(members);
    return rc;
}

int sb_probe_memory_open(sb_probe_memory *memory, int parts, size_t stride, sb_error *error)
{
    size_t bytes = (size_t)parts * stride;
    void *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED)
        return sb_fail_errno(error, "no memory (%zu MiB) to probe the bandwidth", bytes >> 20);
    madvise(base, bytes, MADV_HUGEPAGE); /* otherwise a large buffer measures the TLB */
    *memory = (sb_probe_memory) {
        .base = base,
        .stride = stride,
        .written = sb_new((size_t)parts, sizeof(size_t)),
        .parts = parts,
    };
    return SB_OK;
}

void sb_probe_memory_close(sb_probe_memory *memory)
{
    if (memory->base)
        munmap(memory->base, (size_t)memory->parts * memory->stride);
    free(memory->written);
    *memory = (sb_probe_memory) { 0 };
}
