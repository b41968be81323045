/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/cpu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t detect(const char *isa)
{
    sb_cpu cpu;
    sb_error error;
    if (isa)
        setenv("SEPBENCH_ISA", isa, 1);
    else
        unsetenv("SEPBENCH_ISA");
    assert_int_equal(sb_cpu_detect(&cpu, &error), SB_OK);
    assert_int_equal(cpu.size, sizeof cpu);
    assert_true(cpu.cores >= 1);
    unsetenv("SEPBENCH_ISA");
    return cpu.features;
}

static void names_mask_features(void **state)
{
    (void)state;
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
    uint64_t all = detect(NULL);
    assert_true(detect("") == all);
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        assert_true(detect(levels[i].name) == (all & levels[i].allowed));
}

static void baseline_is_found(void **state)
{
    (void)state;
#if defined(__x86_64__)
    assert_true(detect(NULL) & SB_CPU_SSE2);
#elif defined(__aarch64__)
    assert_true(detect(NULL) & SB_CPU_NEON);
#endif
    uint64_t features = detect(NULL);
    if (features & SB_CPU_AVX512)
        assert_true(features & SB_CPU_AVX2);
    if (features & SB_CPU_AVX2)
        assert_true(features & SB_CPU_AVX);
}

static void unknown_name_is_an_error(void **state)
{
    (void)state;
    sb_cpu cpu;
    sb_error error;
    setenv("SEPBENCH_ISA", "avx51", 1);
    assert_int_equal(sb_cpu_detect(&cpu, &error), SB_FAILED);
    assert_non_null(strstr(error.text, "avx51"));
    assert_non_null(strstr(error.text, "did you mean 'avx512'?"));
    unsetenv("SEPBENCH_ISA");
}

static void features_as_text(void **state)
{
    (void)state;
    sb_cpu cpu = { .features = SB_CPU_SSE2 | SB_CPU_AVX | SB_CPU_AVX2 };
    char text[32], tiny[7];
    assert_string_equal(sb_cpu_features_text(&cpu, text, sizeof text), "sse2 avx avx2");
    assert_string_equal(sb_cpu_features_text(&cpu, tiny, sizeof tiny), "sse2 a");
    cpu.features = 0;
    assert_string_equal(sb_cpu_features_text(&cpu, text, sizeof text), "generic");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_mask_features),
        cmocka_unit_test(baseline_is_found),
        cmocka_unit_test(unknown_name_is_an_error),
        cmocka_unit_test(features_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
