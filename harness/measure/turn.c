/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/turn.h"

#include "conv/fill.h"
#include "core/clock.h"
#include "core/random.h"
#include "measure/flips.h"

#include <fenv.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

void sb_turn_reset_floats(void)
{
    fesetenv(FE_DFL_ENV);
#if defined(__SSE2__)
    _mm_setcsr(_mm_getcsr() | 0x8040); /* FTZ and DAZ */
#elif defined(__aarch64__)
    uint64_t fpcr;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    __asm__ volatile("msr fpcr, %0" : : "r"(fpcr | (UINT64_C(1) << 24))); /* FZ */
#endif
}

void sb_turn_reset_direction(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __asm__ volatile("cld" : : : "memory", "cc");
#endif
}

/* Writes through a large memory area of its own, so that nothing else remains in the caches. */
static void evict_caches(uint64_t bytes)
{
    static volatile unsigned char *memory;
    static uint64_t held;
    if (held < bytes) {
        free((void *)(uintptr_t)memory);
        memory = malloc(bytes);
        held = memory ? bytes : 0;
    }
    for (uint64_t i = 0; i < held; i += 64)
        memory[i]++;
}

static void read_lines(const void *tensor, size_t bytes)
{
    const volatile unsigned char *at = tensor;
    for (size_t i = 0; at && i < bytes; i += 64)
        (void)at[i];
}

/* Where the layer before would have left them. */
static void refill_caches(const sb_turn *t)
{
    read_lines(t->call.output, t->output_bytes);
    read_lines(t->call.residual, t->residual_bytes);
    read_lines(t->call.input, t->input_bytes); /* last: it is what the call reads first */
}

static int repeat_calls(const sb_turn *t, uint32_t calls)
{
    int rc = 0;
    for (uint32_t i = 0; i < calls && rc == 0; i++)
        rc = t->kernel->run(t->plan, &t->call);
    sb_turn_reset_direction();
    return rc == 0 ? 0 : -1;
}

static int warm_up(const sb_turn *t, sb_reply *reply)
{
    int64_t start = sb_now_ns();
    for (uint32_t done = 0; done < t->warm_calls || sb_now_ns() - start < t->warm_ns; done++)
        if (repeat_calls(t, 1) != 0)
            return -1;
    reply->warm_ns = sb_now_ns() - start;
    return 0;
}

static int64_t involuntary_switches(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_nivcsw : 0;
}

/* Changes so few elements that the caches are not affected, at places that the kernel cannot
 * predict: they show whether the very next call computes, not an earlier one. */
static void mark_places(const sb_turn *t)
{
    enum { PLACES = 8 };
    sb_random random = { t->marks };
    for (int i = 0; i < PLACES; i++)
        sb_fill_unwritten(
            (float *)t->call.output + sb_random_below(&random, t->output_bytes / sizeof(float)), 1);
}

/* If a sample has several calls, they share the effects of the first on the thread; the verified
 * call comes after them. */
static int last_call(const sb_turn *t, sb_reply *reply)
{
    if (t->iterations > 1) {
        mark_places(t);
        sb_turn_reset_floats();
        if (repeat_calls(t, 1) != 0)
            return -1;
    }
    reply->digest = XXH3_64bits(t->call.output, t->output_bytes);
    return 0;
}

static float *input_at(const sb_turn *t, uint32_t sample)
{
    return (float *)(uintptr_t)t->call.input + t->variations[sample].input;
}

static bool renews(const sb_turn *t)
{
    return t->flips[0] != 0;
}

static void flip_input(const sb_turn *t)
{
    for (int i = 0; renews(t) && i < 2; i++)
        sb_flip_signs(t->flips[i], (float *)(uintptr_t)t->call.input,
                      t->input_bytes / sizeof(float));
}

/* Makes the pages writable, and thereby private copies of the worker's, before any time is
 * taken. */
static int open_inputs(const sb_turn *t, uint32_t samples, float *kept)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (uint32_t i = 0; t->variations && i < samples; i++) {
        volatile float *at = input_at(t, i);
        void *start = (void *)((uintptr_t)at & ~(page - 1));
        if (mprotect(start, page, PROT_READ | PROT_WRITE) != 0)
            return -1;
        kept[i] = *at;
        *at = kept[i];
    }
    return 0;
}

/* All of the input becomes a private copy, and is written. */
static int renew_input(const sb_turn *t)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), at = (uintptr_t)t->call.input;
    const uintptr_t start = at & ~(page - 1);
    if (renews(t) && mprotect((void *)start, at - start + t->input_bytes, PROT_READ | PROT_WRITE))
        return -1;
    flip_input(t);
    return 0;
}

static void restore_inputs(const sb_turn *t, uint32_t samples, const float *kept)
{
    for (uint32_t i = samples; t->variations && i-- > 0;)
        *input_at(t, i) = kept[i];
}

static void mark_watched(const sb_turn *t, const sb_variation *v)
{
    for (int i = 0; i < SB_WATCHED; i++)
        ((float *)t->call.output)[v->watched[i]] = v->mark;
}

/* Does the input change between two calls of the sample? The watched elements are then noted after
 * the next call. */
static bool changes_within(const sb_turn *t, uint32_t sample)
{
    const sb_variation *v = t->variations ? &t->variations[sample] : NULL;
    return v && !v->restores && v->call > 0 && v->call < t->iterations;
}

static void vary_sample(const sb_turn *t, uint32_t sample, const float *kept)
{
    const sb_variation *v = &t->variations[sample];
    if (v->restores)
        restore_inputs(t, sample, kept);
    else if (!changes_within(t, sample))
        *input_at(t, sample) = v->value;
    mark_watched(t, v);
}

static void note_watched(const sb_turn *t, uint32_t sample, float *seen)
{
    for (int i = 0; i < SB_WATCHED; i++)
        seen[i] = ((const float *)t->call.output)[t->variations[sample].watched[i]];
}

static int run_sample(const sb_turn *t, uint32_t sample, sb_reply *reply)
{
    if (!changes_within(t, sample))
        return repeat_calls(t, t->iterations);
    const sb_variation *v = &t->variations[sample];
    if (repeat_calls(t, v->call) != 0)
        return -1;
    *input_at(t, sample) = v->value;
    if (repeat_calls(t, 1) != 0)
        return -1;
    note_watched(t, sample, reply->seen[sample]);
    return repeat_calls(t, t->iterations - v->call - 1);
}

static void rest_after(const sb_turn *t, uint32_t sample, sb_reply *reply)
{
    mark_watched(t, &t->variations[sample]);
    nanosleep(&(struct timespec) { .tv_nsec = (long)t->rest_ns }, NULL);
    note_watched(t, sample, reply->rested);
}

static int take_samples(const sb_turn *t, uint32_t samples, const float *kept, sb_reply *reply)
{
    for (uint32_t i = 0; i < samples; i++) {
        if (t->refills)
            refill_caches(t);
        if (t->variations)
            vary_sample(t, i, kept);
        if (t->marks && i + 1 == samples)
            mark_places(t);
        sb_turn_reset_floats();
        int64_t start = sb_now_ns();
        int rc = run_sample(t, i, reply);
        int64_t stop = sb_now_ns();
        if (rc != 0)
            return -1;
        reply->ns[i] = (double)(stop - start) / (double)(t->iterations ? t->iterations : 1);
        reply->samples = i + 1;
        if (t->variations && !changes_within(t, i))
            note_watched(t, i, reply->seen[i]);
    }
    return 0;
}

static uint32_t count_samples(const sb_turn *t)
{
    return t->samples > SB_MAX_TURN_SAMPLES ? SB_MAX_TURN_SAMPLES : t->samples;
}

int sb_turn_prepare(const sb_turn *t, sb_reply *reply)
{
    const int64_t began = sb_now_ns();
    float kept[SB_MAX_TURN_SAMPLES];
    if (open_inputs(t, count_samples(t), kept) != 0 || warm_up(t, reply) != 0)
        return -1;
    evict_caches(t->evict_bytes);
    reply->wall_ns = sb_now_ns() - began;
    return 0;
}

int sb_turn_take(const sb_turn *t, sb_reply *reply)
{
    const uint32_t samples = count_samples(t);
    float kept[SB_MAX_TURN_SAMPLES];
    if (open_inputs(t, samples, kept) != 0)
        return -1;
    const int64_t began = sb_now_ns(), switches = involuntary_switches();
    if (warm_up(t, reply) != 0 || renew_input(t) != 0)
        return -1;
    const int rc = take_samples(t, samples, kept, reply);
    flip_input(t);
    restore_inputs(t, samples, kept);
    if (rc != 0)
        return -1;
    reply->wall_ns = sb_now_ns() - began;
    reply->switches = involuntary_switches() - switches;
    if (t->variations && t->rest_ns && samples)
        rest_after(t, samples - 1, reply);
    return t->marks ? last_call(t, reply) : 0;
}
