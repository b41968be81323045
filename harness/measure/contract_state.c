/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/contract_state.h"

#include <fenv.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

static const struct {
    unsigned resource;
    const char *what;
} limits[SB_STATE_LIMITS] = {
    { RLIMIT_NOFILE, "the limit of open files" }, { RLIMIT_CPU, "the limit of processor time" },
    { RLIMIT_DATA, "the limit of data" },         { RLIMIT_AS, "the limit of addresses" },
    { RLIMIT_STACK, "the limit of the stack" },
};

static uint32_t read_floats(void)
{
#if defined(__SSE2__)
    enum { FLAGS = 0x3f };
    return _mm_getcsr() & ~(uint32_t)FLAGS;
#elif defined(__aarch64__)
    uint64_t modes;
    __asm__ volatile("mrs %0, fpcr" : "=r"(modes));
    return (uint32_t)modes;
#else
    return 0;
#endif
}

static void write_floats(uint32_t modes)
{
#if defined(__SSE2__)
    _mm_setcsr(modes);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)modes));
#else
    (void)modes;
#endif
}

void sb_process_state_take(sb_process_state *state)
{
    memset(state, 0, sizeof *state);
    state->rounding = fegetround();
    state->floats = read_floats();
    sigprocmask(SIG_SETMASK, NULL, &state->blocked);
    if (!getcwd(state->folder, sizeof state->folder))
        state->folder[0] = '\0';
    snprintf(state->locale, sizeof state->locale, "%s", setlocale(LC_ALL, NULL));
    for (int i = 0; i < SB_STATE_LIMITS; i++)
        (void)getrlimit(limits[i].resource, &state->limits[i]);
}

static bool is_same_mask(const sigset_t *a, const sigset_t *b)
{
    for (int number = 1; number < NSIG; number++)
        if (sigismember(a, number) != sigismember(b, number))
            return false;
    return true;
}

/* To have raised a limit harms nobody. */
static bool is_lower(const struct rlimit *now, const struct rlimit *before)
{
    return now->rlim_cur < before->rlim_cur || now->rlim_max < before->rlim_max;
}

const char *sb_process_state_change(const sb_process_state *before)
{
    sb_process_state now;
    sb_process_state_take(&now);
    if (now.rounding != before->rounding)
        return "the rounding mode";
    if (now.floats != before->floats)
        return "how denormal numbers or floating-point exceptions are treated";
    if (!is_same_mask(&now.blocked, &before->blocked))
        return "which signals are blocked";
    if (strcmp(now.folder, before->folder) != 0)
        return "the current folder";
    if (strcmp(now.locale, before->locale) != 0)
        return "the locale";
    for (int i = 0; i < SB_STATE_LIMITS; i++)
        if (is_lower(&now.limits[i], &before->limits[i]))
            return limits[i].what;
    return NULL;
}

void sb_process_state_restore(const sb_process_state *state)
{
    (void)fesetround(state->rounding);
    write_floats(state->floats);
    sigprocmask(SIG_SETMASK, &state->blocked, NULL);
    if (state->folder[0] && chdir(state->folder) != 0)
        return; /* it cannot be reached any more */
    (void)setlocale(LC_ALL, state->locale);
    for (int i = 0; i < SB_STATE_LIMITS; i++)
        (void)setrlimit(limits[i].resource, &state->limits[i]);
}
