/* SPDX-License-Identifier: Apache-2.0 */
/* Some values of a kernel's parameters are given; what the others become. */
#include "conv/problem.h"
#include "core/text.h"
#include "machine/cpu.h"
#include "plugin/complete.h"
#include "plugin/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs some of the above */
#include <cmocka.h>

/* --------------------------------------------------------------------- a kernel of three numbers
 */

#define NUMBER(name, at_first)                                                            \
    {                                                                                     \
        .size = sizeof(sb_parameter), .kind = SB_INTEGER, .id = name, .min = 0, .max = 9, \
        .step = 1, .initial = at_first                                                    \
    }

static sb_loaded_kernel three = {
    .parameters = { NUMBER("a", 1), NUMBER("b", 2), NUMBER("c", 3) },
    .parameter_count = 3,
};

static void set_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    (void)problem, (void)cpu;
    values[1] = 4;
}

/* The sum of all is 12. */
static int is_twelve(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    (void)problem, (void)cpu;
    return values[0] + values[1] + values[2] == 12;
}

/* b and c are what a is. */
static int are_equal(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    (void)problem, (void)cpu;
    return values[0] == values[1] && values[1] == values[2];
}

static int is_never(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    (void)problem, (void)cpu, (void)values;
    return 0;
}

/* Sets all, even those that are given. */
static void set_eights(const sb_problem *problem, const sb_cpu *cpu, uint32_t given,
                       int64_t *values)
{
    (void)problem, (void)cpu;
    assert_int_equal(given, 1);
    values[0] = values[1] = values[2] = 8;
}

typedef int valid_function(const sb_problem *, const sb_cpu *, const int64_t *);
typedef void complete_function(const sb_problem *, const sb_cpu *, uint32_t, int64_t *);

static void few_changes_make_it_valid(void **state)
{
    static const struct {
        valid_function *valid;
        complete_function *complete;
        uint32_t given;
        int64_t values[3], must[3];
    } rows[] = {
        { NULL, NULL, 0, { 9, 9, 9 }, { 1, 4, 3 } },
        { NULL, NULL, 1, { 9, 0, 0 }, { 9, 4, 3 } },
        { NULL, NULL, 7, { 9, 8, 7 }, { 9, 8, 7 } },
        { is_twelve, NULL, 1, { 2, 0, 0 }, { 2, 4, 6 } }, /* c, the last */
        { is_twelve, NULL, 4, { 0, 0, 9 }, { 1, 2, 9 } }, /* b, the last that was not given */
        { are_equal, NULL, 1, { 6, 0, 0 }, { 6, 6, 6 } }, /* two of them */
        { is_never, NULL, 1, { 6, 0, 0 }, { 6, 4, 3 } },
        { is_never, NULL, 0, { 6, 0, 0 }, { 1, 4, 3 } }, /* defaults stay as they are */
        { NULL, set_eights, 1, { 2, 0, 0 }, { 2, 8, 8 } },
        { NULL, set_eights, 7, { 1, 2, 3 }, { 1, 2, 3 } },
        { is_twelve, set_eights, 1, { 2, 0, 0 }, { 2, 8, 2 } },
    };
    const sb_problem problem = { .size = sizeof problem };
    const sb_cpu cpu = { .size = sizeof cpu };
    (void)state;
    three.kernel.defaults = set_defaults;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t values[SB_MAX_PARAMETERS];
        memcpy(values, rows[i].values, sizeof rows[i].values);
        three.kernel.valid = rows[i].valid;
        three.kernel.complete = rows[i].complete;
        sb_complete_values(&three, &problem, &cpu, rows[i].given, values);
        for (int n = 0; n < 3; n++)
            if (values[n] != rows[i].must[n])
                fail_msg("row %zu: value %d is %lld, must be %lld", i, n, (long long)values[n],
                         (long long)rows[i].must[n]);
    }
}

/* --------------------------------------------------------------------------------- our kernels */

/* A parameter that is given alone, or two, and that other values must go with. */
typedef struct gift {
    const char *plugin, *problem, *given; /* "name=value name=value" */
} gift;

static const gift gifts[] = {
    { "direct", "n1 c64 56x56 k128 1x1 s1 p0", "layout=1" },
    { "direct", "n1 c1024 7x7 k1024 1x1 s1 p0", "layout=1" },
    { "direct", "n1 c40 13x13 k72 3x3 s1 p1 bias relu6", "layout=1" },
    { "direct", "n1 c512 14x14 k512 3x3 s1 p1 g512", "layout=1" },
    { "direct", "n1 c144 56x56 k144 3x3 s2 p1 g144", "layout=1" },
    { "direct", "n1 c3 224x224 k32 3x3 s2 p1", "layout=1" },
    { "direct", "n1 c3 224x224 k32 3x3 s2 p1", "layout=0" },
    { "direct", "n2 c64 15x15 k64 3x3 s2 p1 g16", "layout=1" },
    { "direct", "n1 c256 28x28 k256 1x1 s1 p0", "vectors=4" },
    { "direct", "n1 c256 28x28 k256 1x1 s1 p0", "vectors=1" },
    { "direct", "n1 c256 28x28 k256 1x1 s1 p0", "layout=1 vectors=3" },
    { "direct", "n1 c256 28x28 k256 3x3 s1 p1", "channels=64" },
    { "direct", "n1 c32 112x112 k32 3x3 s1 p1 g32 > k64 1x1 s1 p0", "layout=1" },
    { "direct", "n1 c24 56x56 k144 1x1 s1 p0 > k144 3x3 s1 p1 g144 > k24 1x1 s1 p0", "layout=1" },
    { "fused", "n1 c32 112x112 k32 3x3 s1 p1 g32 > k64 1x1 s1 p0", "layout=1" },
    { "fused", "n1 c200 14x14 k200 3x3 s1 p1 g200 > k80 1x1 s1 p0", "layout=1" },
    { "fused", "n1 c32 112x112 k32 3x3 s1 p1 g32 > k64 1x1 s1 p0", "vectors=2" },
    { "fused", "n1 c32 112x112 k32 3x3 s1 p1 g32 > k64 1x1 s1 p0", "rows=8" },
    { "fused", "n1 c24 56x56 k144 1x1 s1 p0 > k144 3x3 s1 p1 g144 > k24 1x1 s1 p0", "layout=1" },
    { "winograd", "n1 c64 56x56 k64 3x3 s1 p1", "layout=1" },
    { "winograd", "n1 c64 56x56 k64 3x3 s1 p1", "vectors=1" },
    { "strassen", "n1 c256 28x28 k256 1x1 s1 p0", "vectors=1" },
};

static size_t find_parameter(const sb_loaded_kernel *kernel, const char *name, size_t length)
{
    for (size_t i = 0; i < kernel->parameter_count; i++)
        if (strlen(kernel->parameters[i].id) == length &&
            strncmp(kernel->parameters[i].id, name, length) == 0)
            return i;
    fail_msg("no parameter %s", name);
    return 0;
}

static uint32_t read_given(const sb_loaded_kernel *kernel, const char *text, int64_t *values)
{
    uint32_t given = 0;
    for (const char *at = text; *at; at += strspn(at, " ")) {
        const size_t i = find_parameter(kernel, at, strcspn(at, "="));
        char *end;
        values[i] = strtoll(strchr(at, '=') + 1, &end, 10);
        given |= 1u << i;
        at = end;
    }
    return given;
}

static void check_gift(const gift *one, const sb_loaded_kernel *kernel, const sb_problem *problem,
                       const sb_cpu *cpu)
{
    int64_t values[SB_MAX_PARAMETERS] = { 0 }, again[SB_MAX_PARAMETERS];
    sb_why why = { .size = sizeof why };
    if ((problem->needs & ~kernel->kernel.handles) != 0 ||
        !kernel->kernel.supports(problem, cpu, &why))
        return;
    const uint32_t given = read_given(kernel, one->given, values);
    memcpy(again, values, sizeof again);
    sb_complete_values(kernel, problem, cpu, given, values);
    for (size_t i = 0; i < kernel->parameter_count; i++) {
        assert_true(sb_rules_legal(&kernel->parameters[i], values[i]));
        if (given & 1u << i)
            assert_int_equal(values[i], again[i]);
    }
    if (!kernel->kernel.valid(problem, cpu, values))
        fail_msg("%s/%s, %s, %s: not valid", one->plugin, kernel->kernel.id, one->problem,
                 one->given);
}

static void take_gift(const gift *one, const sb_cpu *cpu)
{
    static const uint64_t lists[] = { 0, SB_NEED_STANDARD, SB_NEED_SEPARABLE, SB_NEED_BOTTLENECK };
    sb_problem problem = { .size = sizeof problem };
    sb_loaded loaded;
    sb_error error;
    char path[4096];
    snprintf(path, sizeof path, "%s/plugins/.libs/%s.so", getenv("BUILDDIR"), one->plugin);
    assert_true(sb_problem_parse(one->problem, &problem));
    problem.size = sizeof problem;
    problem.threads = 1;
    problem.needs = lists[problem.step_count] | sb_problem_epilogue_needs(&problem);
    if (sb_loader_open(path, &loaded, &error) < 0)
        fail_msg("%s: %s", path, error.text);
    for (size_t i = 0; i < loaded.kernel_count; i++)
        check_gift(one, &loaded.kernels[i], &problem, cpu);
    sb_loader_close(&loaded);
}

static void our_kernels_complete_what_is_given(void **state)
{
    static const uint64_t sets[] = { 0, SB_CPU_SSE2 | SB_CPU_AVX | SB_CPU_AVX2, UINT64_MAX };
    sb_cpu cpu;
    sb_error error;
    (void)state;
    assert_int_equal(sb_cpu_detect(&cpu, &error), SB_OK);
    const uint64_t hardware = cpu.features;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        cpu.features = hardware & sets[i];
        for (size_t n = 0; n < sizeof gifts / sizeof *gifts; n++)
            take_gift(&gifts[n], &cpu);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_changes_make_it_valid),
        cmocka_unit_test(our_kernels_complete_what_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
