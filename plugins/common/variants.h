/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The instruction sets that kernels are compiled for, each of which makes a variant of every
 * kernel: the sources named in SB_KERNELS (plugins/local.mk) are compiled once for each, with
 * SB_ISA defined as its name. What is compiled so gets names that end in it, see VEC_NAME().
 * Everything else is compiled once and picks a variant at run time.
 *
 * SB_ISA alone decides names and widths, never what the compiler says that it may use: with
 * CFLAGS=-march=native that is the same for all variants. To add one: a row here, its lanes and
 * registers, and its flags in plugins/local.mk.
 */
#ifndef SB_PLUGINS_VARIANTS_H
#define SB_PLUGINS_VARIANTS_H

#include "sepbench/plugin.h"

/* VARIANTS(X) is X(name, what the processor must have), the widest first. "base" needs nothing.
 * DENSE_VARIANTS(X) has only the micro-kernels in SB_DENSE_KERNELS (plugins/local.mk); see isa.h.
 */
#if defined(__x86_64__) || defined(__i386__)
#define VARIANTS(X)       X(avx512, SB_CPU_AVX512) X(avx2, SB_CPU_AVX2) X(base, 0)
#define DENSE_VARIANTS(X) X(avx512vl, SB_CPU_AVX512)
#else
#define VARIANTS(X) X(base, 0)
#define DENSE_VARIANTS(X)
#endif

/* Floats in a vector, and vector registers. */
#define VARIANT_LANES_avx512       16
#define VARIANT_REGISTERS_avx512   32
#define VARIANT_LANES_avx512vl     8
#define VARIANT_REGISTERS_avx512vl 32
#define VARIANT_LANES_avx2         8
#define VARIANT_REGISTERS_avx2     16
#define VARIANT_LANES_base         4
#ifdef __aarch64__
#define VARIANT_REGISTERS_base 32
#else
#define VARIANT_REGISTERS_base 16
#endif

#define VARIANT_PASTE2(a, b) a##b
#define VARIANT_PASTE(a, b)  VARIANT_PASTE2(a, b)

/* The places in a table of variants: VARIANT_avx512 and so on. */
typedef enum variant {
#define VARIANT_ID(name, needs) VARIANT_##name,
    VARIANTS(VARIANT_ID) VARIANT_COUNT,
    VARIANT_LAST = VARIANT_COUNT - 1,
    DENSE_VARIANTS(VARIANT_ID)
#undef VARIANT_ID
        DENSE_VARIANT_COUNT
} variant;

typedef struct variant_facts {
    const char *name;
    uint64_t needs; /* SB_CPU_... */
    int lanes;
} variant_facts;

extern const variant_facts variants[VARIANT_COUNT];

/* The first that the processor has, of at most `lanes` lanes. */
variant variant_select(const sb_cpu *cpu, int lanes);

/* In a file that is compiled for each variant. */
#ifdef SB_ISA
#define VARIANT_TEXT2(name) #name
#define VARIANT_TEXT(name)  VARIANT_TEXT2(name)
#define VEC_NAME(name)      VARIANT_PASTE(name##__, SB_ISA) /* f__avx512 */
#define VEC_TEXT            VARIANT_TEXT(SB_ISA)            /* "avx512" */
#define VEC_LANES           VARIANT_PASTE(VARIANT_LANES_, SB_ISA)
#define VEC_REGISTERS       VARIANT_PASTE(VARIANT_REGISTERS_, SB_ISA)

/* The floats of 1 to 4 vectors, for names: VEC_WIDTH_2 is 32. */
#if VEC_LANES == 16
#define VEC_WIDTH_1 16
#define VEC_WIDTH_2 32
#define VEC_WIDTH_3 48
#define VEC_WIDTH_4 64
#elif VEC_LANES == 8
#define VEC_WIDTH_1 8
#define VEC_WIDTH_2 16
#define VEC_WIDTH_3 24
#define VEC_WIDTH_4 32
#else
#define VEC_WIDTH_1 4
#define VEC_WIDTH_2 8
#define VEC_WIDTH_3 12
#define VEC_WIDTH_4 16
#endif

/* The variants' flags stand before CFLAGS, where they hold against -march, but not against flags
 * like -mavx2. */
#if VEC_REGISTERS < 32 && defined(__AVX512F__)
#error "not made for AVX-512: give CFLAGS a processor (-march=native), not single instruction sets"
#elif VEC_LANES < 8 && defined(__SSE3__)
#error "not made for SSE3: give CFLAGS a processor (-march=native), not single instruction sets"
#endif
#endif

#endif
