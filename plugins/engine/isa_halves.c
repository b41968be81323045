/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The width of the processor's units, by measurement: no processor tells it reliably. As many
 * multiply-adds of 16 lanes take as long as those of 8, or twice as long; half way between is far
 * from both, and the shortest of many short times is right on a busy machine too.
 */
#include "common/kit.h"
#include "engine/isa.h"

#ifdef __x86_64__

#include <stdatomic.h>
#include <time.h>

enum { TURNS = 256, ROUNDS = 64 };

/* Multiply-adds of zeros, twelve independent ones a turn, which hide the latency. */
#define LOOP(name, v)                                                                             \
    static void name(void)                                                                        \
    {                                                                                             \
        int turns = TURNS;                                                                        \
        __asm__ volatile("vzeroall\n"                                                             \
                         "1:\n\t"                                                                 \
                         ".irp i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12\n\t"                      \
                         "vfmadd231ps %%" v "0, %%" v "0, %%" v "\\i\n\t"                         \
                         ".endr\n\t"                                                              \
                         "dec %0\n\t"                                                             \
                         "jnz 1b\n\t"                                                             \
                         "vzeroupper"                                                             \
                         : "+r"(turns)                                                            \
                         :                                                                        \
                         : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",  \
                           "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"); \
    }

LOOP(multiply_8, "ymm")
LOOP(multiply_16, "zmm")

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t time_ns(void (*loop)(void))
{
    const int64_t start = now_ns();
    loop();
    return now_ns() - start;
}

static bool measure(void)
{
    int64_t narrow = INT64_MAX, wide = INT64_MAX;
    for (int i = 0; i < ROUNDS; i++) {
        narrow = smaller(narrow, time_ns(multiply_8));
        wide = smaller(wide, time_ns(multiply_16));
    }
    return 2 * wide > 3 * narrow;
}

bool isa_halves(const sb_cpu *cpu)
{
    static atomic_int known = -1;
    if (!(cpu->features & SB_CPU_AVX512))
        return false;
    if (known < 0)
        known = measure();
    return known == 1;
}

#else

bool isa_halves(const sb_cpu *cpu)
{
    (void)cpu;
    return false;
}

#endif
