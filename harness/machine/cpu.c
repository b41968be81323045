/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/cpu.h"

#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

static const struct {
    const char *name;
    uint64_t bit;
} features[] = {
    { "sse2", SB_CPU_SSE2 },     { "avx", SB_CPU_AVX },   { "avx2", SB_CPU_AVX2 },
    { "avx512", SB_CPU_AVX512 }, { "neon", SB_CPU_NEON },
};

/* The features that each value of SEPBENCH_ISA leaves enabled. */
static const struct {
    const char *name;
    uint64_t allowed;
} levels[] = {
    { "generic", 0 },
    { "sse2", SB_CPU_SSE2 },
    { "avx", SB_CPU_SSE2 | SB_CPU_AVX },
    { "avx2", SB_CPU_SSE2 | SB_CPU_AVX | SB_CPU_AVX2 },
    { "avx512", SB_CPU_SSE2 | SB_CPU_AVX | SB_CPU_AVX2 | SB_CPU_AVX512 },
    { "neon", SB_CPU_NEON },
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The compiler's run-time library also checks XGETBV: a register set that the kernel does not save
 * is not reported. */
uint64_t sb_cpu_hardware(void)
{
    uint64_t found = 0;
#if defined(__x86_64__) || defined(__i386__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("sse2"))
        found |= SB_CPU_SSE2;
    if (__builtin_cpu_supports("avx"))
        found |= SB_CPU_AVX;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        found |= SB_CPU_AVX2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        found |= SB_CPU_AVX512;
#elif defined(__aarch64__)
    const unsigned long asimd = 1UL << 1; /* HWCAP_ASIMD */
    if (getauxval(AT_HWCAP) & asimd)
        found |= SB_CPU_NEON;
#endif
    return found;
}

static int unknown_level(const char *name, sb_error *error)
{
    const char *names[COUNT(levels) + 1] = { NULL };
    sb_text known = { 0 };
    for (size_t i = 0; i < COUNT(levels); i++) {
        names[i] = levels[i].name;
        sb_text_add(&known, "%s%s", i ? ", " : "", levels[i].name);
    }
    const char *nearest = sb_nearest(name, names);
    sb_fail(error, "SEPBENCH_ISA=%s: unknown instruction set; expected %s%s%s%s", name, known.data,
            nearest ? " (did you mean " : "", nearest ? nearest : "", nearest ? "?)" : "");
    sb_text_free(&known);
    return SB_FAILED;
}

static int mask_features(uint64_t *found, sb_error *error)
{
    const char *name = getenv("SEPBENCH_ISA");
    if (!name || !*name)
        return SB_OK;
    for (size_t i = 0; i < COUNT(levels); i++) {
        if (strcmp(name, levels[i].name) == 0) {
            *found &= levels[i].allowed;
            return SB_OK;
        }
    }
    return unknown_level(name, error);
}

int sb_cpu_from(const sb_topology *topology, sb_cpu *cpu, sb_error *error)
{
    uint64_t found = sb_cpu_hardware();
    int rc = mask_features(&found, error);
    if (rc < 0)
        return rc;
    *cpu = (sb_cpu) {
        .size = sizeof *cpu,
        .cores = (uint32_t)sb_max_threads(topology),
        .features = found,
        .l1d_bytes = topology->l1d_bytes,
        .l2_bytes = topology->l2_bytes,
        .l3_bytes = topology->l3_bytes,
    };
    return SB_OK;
}

int sb_cpu_detect(sb_cpu *cpu, sb_error *error)
{
    sb_topology *topology = sb_new(1, sizeof *topology);
    int rc = sb_topology_read(NULL, topology, error);
    if (rc == SB_OK)
        rc = sb_cpu_from(topology, cpu, error);
    free(topology);
    return rc;
}

const char *sb_cpu_features_text(const sb_cpu *cpu, char *buffer, size_t size)
{
    size_t used = 0;
    snprintf(buffer, size, "%s", cpu->features ? "" : "generic");
    for (size_t i = 0; i < COUNT(features); i++) {
        if (!(cpu->features & features[i].bit) || used >= size)
            continue;
        used +=
            (size_t)snprintf(buffer + used, size - used, "%s%s", used ? " " : "", features[i].name);
    }
    return buffer;
}
