/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/cpu.h"

#include "core/text.h"
#include "core/words.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
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
    for (size_t i = 0; i < COUNT(levels); i++)
        names[i] = levels[i].name;
    char *expected = sb_words_expected(name, names);
    sb_fail(error, "SEPBENCH_ISA=%s: unknown instruction set; %s", name, expected);
    free(expected);
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

/* A cache of a core as the C library knows it: on x86, from the processor itself. 0: not known. */
static uint64_t cache_bytes(int name)
{
    const long bytes = name ? sysconf(name) : 0;
    return bytes > 0 ? (uint64_t)bytes : 0;
}

#ifdef _SC_LEVEL1_DCACHE_SIZE
enum { L1D = _SC_LEVEL1_DCACHE_SIZE, L2 = _SC_LEVEL2_CACHE_SIZE, L3 = _SC_LEVEL3_CACHE_SIZE };
#else
enum { L1D, L2 = 0, L3 = 0 };
#endif

/* What a kernel must know, without hwloc: it fails in a process that is bound to one processor if
 * /sys is not mounted. */
static void describe_without_topology(sb_topology *t)
{
    cpu_set_t allowed;
    *t = (sb_topology) {
        .l1d_bytes = cache_bytes(L1D),
        .l2_bytes = cache_bytes(L2),
        .l3_bytes = cache_bytes(L3),
    };
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        t->allowed_cores = CPU_COUNT(&allowed);
}

int sb_cpu_detect(sb_cpu *cpu, sb_error *error)
{
    sb_topology *topology = sb_new(1, sizeof *topology);
    sb_error ignored;
    if (sb_topology_read(NULL, topology, &ignored) < 0)
        describe_without_topology(topology);
    int rc = sb_cpu_from(topology, cpu, error);
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
