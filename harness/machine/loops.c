/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/loops.h"

#include "sepbench/plugin.h"

/* Non-temporal stores, if the compiler has them. */
#if defined(__has_builtin)
#if __has_builtin(__builtin_nontemporal_store)
#define STREAM(place, value) __builtin_nontemporal_store((value), (place))
#endif
#endif

#pragma STDC FP_CONTRACT ON

/* 12 accumulators fit 16 registers, 24 fit 32. */
#define EACH12(EVEN, ODD) \
    EVEN(0) ODD(1) EVEN(2) ODD(3) EVEN(4) ODD(5) EVEN(6) ODD(7) EVEN(8) ODD(9) EVEN(10) ODD(11)
#define EACH24(EVEN, ODD) \
    EACH12(EVEN, ODD)     \
    EVEN(12)              \
    ODD(13) EVEN(14) ODD(15) EVEN(16) ODD(17) EVEN(18) ODD(19) EVEN(20) ODD(21) EVEN(22) ODD(23)
#define FUSED(i) x##i = x##i * a + b;
/* Without a fused instruction, multiplications and additions use separate chains. */
#define TIMES(i) x##i = x##i * a;
#define PLUS(i)  x##i = x##i + b;

#if defined(__aarch64__)
#define NAME(x) x##_neon
#define TARGET
#define WIDTH    16
#define EACH     EACH24
#define MULTIPLY FUSED
#define ADD      FUSED
#if defined(STREAM)
#define PUT_PAST STREAM
#else
#define PUT_PAST(place, value) (*(place) = (value))
#endif
#include "machine/loops.inc"
#endif

#define NAME(x) x##_generic
#define TARGET
#define WIDTH    16
#define EACH     EACH12
#define MULTIPLY TIMES
#define ADD      PLUS
#if defined(STREAM)
#define PUT_PAST STREAM
#elif defined(__SSE__)
#define PUT_PAST(place, value) __builtin_ia32_movntps((float *)(place), (NAME(floats))(value))
#else
#define PUT_PAST(place, value) (*(place) = (value))
#endif
#include "machine/loops.inc"

#if defined(__x86_64__) || defined(__i386__)
#define NAME(x)  x##_avx
#define TARGET   __attribute__((target("avx")))
#define WIDTH    32
#define EACH     EACH12
#define MULTIPLY TIMES
#define ADD      PLUS
#if defined(STREAM)
#define PUT_PAST STREAM
#else
#define PUT_PAST(place, value) __builtin_ia32_movntps256((float *)(place), (NAME(floats))(value))
#endif
#include "machine/loops.inc"

#define NAME(x)  x##_avx2
#define TARGET   __attribute__((target("avx2,fma")))
#define WIDTH    32
#define EACH     EACH12
#define MULTIPLY FUSED
#define ADD      FUSED
#if defined(STREAM)
#define PUT_PAST STREAM
#else
#define PUT_PAST(place, value) __builtin_ia32_movntps256((float *)(place), (NAME(floats))(value))
#endif
#include "machine/loops.inc"

#define NAME(x)  x##_avx512
#define TARGET   __attribute__((target("avx512f")))
#define WIDTH    64
#define EACH     EACH24
#define MULTIPLY FUSED
#define ADD      FUSED
#if defined(STREAM)
#define PUT_PAST STREAM
#else
#define PUT_PAST(place, value) __builtin_ia32_movntps512((float *)(place), (NAME(floats))(value))
#endif
#include "machine/loops.inc"
#endif

/* The widest first. */
static const sb_loops table[] = {
#define ENTRY(set, bits, width, accumulators, operations)            \
    { .name = #set,                                                  \
      .needs = bits,                                                 \
      .flops_per_turn = (accumulators) * (operations) * (width) / 4, \
      .bytes_per_turn = 8 * (width),                                 \
      .arithmetic = arithmetic_##set,                                \
      .loads = loads_##set,                                          \
      .stores = stores_##set,                                        \
      .streams = streams_##set,                                      \
      .copies = copies_##set,                                        \
      .stream_copies = stream_copies_##set },
#if defined(__x86_64__) || defined(__i386__)
    ENTRY(avx512, SB_CPU_AVX512, 64, 24, 2) ENTRY(avx2, SB_CPU_AVX2, 32, 12, 2)
        ENTRY(avx, SB_CPU_AVX, 32, 12, 1)
#elif defined(__aarch64__)
    ENTRY(neon, SB_CPU_NEON, 16, 24, 2)
#endif
            ENTRY(generic, 0, 16, 12, 1)
};

const sb_loops *sb_loops_for(uint64_t features)
{
    const sb_loops *loops = table;
    while ((features & loops->needs) != loops->needs)
        loops++;
    return loops;
}

uint64_t sb_loops_chain(int64_t turns)
{
    uint64_t x = 0, one = 1;
    /* The addend is in a register: some processors eliminate constants by renaming. */
    __asm__ volatile("" : "+r"(one));
#define LINK  \
    x += one; \
    __asm__ volatile("" : "+r"(x));
    for (int64_t turn = 0; turn < turns; turn++) {
        LINK LINK LINK LINK LINK LINK LINK LINK LINK LINK LINK LINK LINK LINK LINK LINK
    }
#undef LINK
    return x;
}
