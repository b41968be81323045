/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No two valid parameter sets of a kernel lead to the same computation, on any instruction set. The
 * test walks through parameter sets of our plugins and compares the descriptions of the plans. It
 * also checks that the micro-kernels named in them are symbols of the plugin.
 */
#include "conv/problem.h"
#include "core/random.h"
#include "core/text.h"
#include "machine/cpu.h"
#include "measure/worker_host.h"
#include "plugin/rules.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka.h needs some of the above */
#include <cmocka.h>

enum { STEPS_OF_A_WALK = 1000, MOST = STEPS_OF_A_WALK + 1, TEXT = 1024 };

/* Instruction sets, and how the names of their micro-kernels end, and of some more. */
static const struct {
    uint64_t features;
    const char *suffix, *other;
} instruction_sets[] = {
    { 0, "__base", "" },
    { SB_CPU_SSE2 | SB_CPU_AVX | SB_CPU_AVX2, "__avx2", "" },
    { SB_CPU_SSE2 | SB_CPU_AVX | SB_CPU_AVX2 | SB_CPU_AVX512, "__avx512", "__avx512vl" },
};

/* Problems whose channels and pixels fill vectors, and others. */
static const char *const problems[] = {
    "n1 c40 13x13 k72 3x3 s1 p1 bias relu6",
    "n1 c64 16x16 k64 3x3 s1 p1",
    "n2 c32 7x7 k96 1x1 s1 p0 bias",
    "n1 c48 15x15 k48 3x3 s2 p1 g48 relu",
    "n1 c40 20x20 k40 3x3 s1 p2 d2 g40",
    "n1 c32 9x9 k32 3x3 s1 p4 d4 g32 relu",
    "n1 c32 13x21 k64 5x1 s1 p2x0 g32",
    "n1 c12 11x17 k36 1x9 s1 p0x4 g12",
    "n2 c64 15x15 k64 3x3 s2 p1 g16 bias relu6",
    "n1 c32 13x13 k32 3x3 s1 p1 g4 bias relu",
    "n1 c32 9x9 k24 3x3 s2 p1",
    "n8 c72 1x1 k40 1x1 s1 p0",
    "n1 c24 30x1 k40 3x1 s1 p1x0",
    "n1 c32 14x14 k32 3x3 s1 p1 g32 > k64 1x1 s1 p0 bias",
    "n1 c16 9x9 k96 1x1 s1 p0 relu6 > k96 3x3 s1 p1 g96 relu6 > k16 1x1 s1 p0",
};

typedef struct point {
    int64_t values[SB_MAX_PARAMETERS];
    char text[TEXT];
} point;

/* A walk through a kernel's parameter sets for one problem. */
typedef struct walk {
    const char *plugin;
    const char *symbols; /* its symbols, each between a line feed and a space */
    const sb_kernel *kernel;
    const sb_problem *problem;
    const char *problem_text;
    const sb_host *host;
    sb_weights weights;
    sb_range ranges[SB_MAX_PARAMETERS];
    size_t axes;
    point *points; /* [count] */
    size_t count;
} walk;

static void write_values(const walk *own, const int64_t *values, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < own->axes && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, " %s=%lld",
                                 own->kernel->parameters[i]->id, (long long)values[i]);
}

static void complain(const walk *own, const char *what, const int64_t *values, const char *text)
{
    char written[TEXT];
    write_values(own, values, written, sizeof written);
    fail_msg("%s/%s, %s, %s:%s: %s", own->plugin, own->kernel->id,
             sb_cpu_features_text(own->host->cpu, (char[64]) { 0 }, 64), own->problem_text, written,
             text ? text : what);
}

/* Writes the description of the plan, and its layouts. */
static void describe(const walk *own, const int64_t *values, char *text)
{
    const sb_kernel *kernel = own->kernel;
    sb_layouts layouts = { .size = sizeof layouts };
    sb_why why = { .size = sizeof why };
    void *plan;
    if (kernel->layouts)
        kernel->layouts(own->problem, own->host->cpu, values, &layouts);
    if (kernel->plan(own->host, own->problem, values, &own->weights, &plan, &why) != 0)
        complain(own, "no plan", values, why.text);
    snprintf(text, TEXT, "%s > %s: %s", sb_layout_name((sb_layout)layouts.input),
             sb_layout_name((sb_layout)layouts.output), kernel->describe(plan));
    kernel->destroy(plan);
}

/* Does the name end with the suffix of an instruction set that the processor supports? */
static bool has_suffix(const walk *own, const char *name)
{
    const char *suffix = strstr(name, "__");
    for (size_t i = 0; i < sizeof instruction_sets / sizeof *instruction_sets; i++)
        if (strcmp(suffix, instruction_sets[i].suffix) == 0 ||
            strcmp(suffix, instruction_sets[i].other) == 0)
            return (instruction_sets[i].features & ~own->host->cpu->features) == 0;
    return false;
}

/* Checks the micro-kernels in a description. Their names are the words with two underscores. */
static void check_kernels(const walk *own, const int64_t *values, const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    int found = 0;
    for (const char *at = text; *at != '\0'; at += strcspn(at, letters)) {
        char name[TEXT], line[TEXT + 2];
        const int length = (int)strspn(at, letters);
        snprintf(name, sizeof name, "%.*s", length, at);
        snprintf(line, sizeof line, "\n%s ", name);
        at += length;
        if (strstr(name, "__") == NULL)
            continue;
        found++;
        if (!has_suffix(own, name) || strstr(own->symbols, line) == NULL)
            complain(own, "names what is no kernel of it", values, text);
    }
    if (found == 0 && strcmp(own->plugin, "im2col_gemm") != 0)
        complain(own, "names no kernel", values, text);
}

static bool is_known(const walk *own, const int64_t *values)
{
    for (size_t i = 0; i < own->count; i++)
        if (memcmp(own->points[i].values, values, own->axes * sizeof *values) == 0)
            return true;
    return false;
}

static void check_ranges(const walk *own, const int64_t *values)
{
    for (size_t i = 0; i < own->axes; i++)
        if (values[i] < own->ranges[i].min || values[i] > own->ranges[i].max)
            complain(own, "valid, but out of its ranges", values, NULL);
}

static void visit(walk *own, const int64_t *values)
{
    point *to = &own->points[own->count];
    char both[3 * TEXT], other[TEXT];
    check_ranges(own, values);
    describe(own, values, to->text);
    check_kernels(own, values, to->text);
    memcpy(to->values, values, own->axes * sizeof *values);
    for (size_t i = 0; i < own->count; i++) {
        if (strcmp(own->points[i].text, to->text) != 0)
            continue;
        write_values(own, own->points[i].values, other, sizeof other);
        snprintf(both, sizeof both, "says the same as%s: %s", other, to->text);
        complain(own, NULL, values, both);
    }
    own->count++;
}

static int64_t draw(const sb_parameter *parameter, sb_random *random)
{
    const uint64_t span = (uint64_t)(parameter->max - parameter->min);
    int64_t value;
    do
        value = parameter->kind == SB_POWER_OF_TWO
                    ? parameter->min << sb_random_below(random, 24)
                    : parameter->min + (int64_t)sb_random_below(random, span + 1);
    while (!sb_rules_legal(parameter, value));
    return value;
}

/* Walks from the defaults, changing one parameter at a time, because neighbouring parameter sets
 * are the most likely to be the same. */
static void take(walk *own)
{
    const sb_kernel *kernel = own->kernel;
    const sb_cpu *cpu = own->host->cpu;
    sb_random random = { own->axes };
    int64_t values[SB_MAX_PARAMETERS], next[SB_MAX_PARAMETERS];
    for (size_t i = 0; i < own->axes; i++)
        values[i] = kernel->parameters[i]->initial;
    if (kernel->defaults)
        kernel->defaults(own->problem, cpu, values);
    if (!kernel->valid(own->problem, cpu, values))
        complain(own, "the defaults are not valid", values, NULL);
    visit(own, values);
    for (int i = 0; i < STEPS_OF_A_WALK; i++) {
        const size_t axis = sb_random_below(&random, own->axes);
        memcpy(next, values, sizeof next);
        next[axis] = draw(kernel->parameters[axis], &random);
        if (!kernel->valid(own->problem, cpu, next))
            continue;
        memcpy(values, next, sizeof values);
        if (!is_known(own, values))
            visit(own, values);
    }
}

static void walk_kernel(walk *own)
{
    const sb_kernel *kernel = own->kernel;
    sb_why why = { .size = sizeof why };
    if ((own->problem->needs & ~kernel->handles) != 0 ||
        !kernel->supports(own->problem, own->host->cpu, &why))
        return;
    for (own->axes = 0; kernel->parameters[own->axes]; own->axes++)
        own->ranges[own->axes] =
            (sb_range) { kernel->parameters[own->axes]->min, kernel->parameters[own->axes]->max };
    if (kernel->ranges)
        kernel->ranges(own->problem, own->host->cpu, own->ranges);
    own->count = 0;
    take(own);
}

static sb_problem parse(const char *text)
{
    static const uint64_t lists[] = { 0, SB_NEED_STANDARD, SB_NEED_SEPARABLE, SB_NEED_BOTTLENECK };
    sb_problem problem = { .size = sizeof problem };
    if (!sb_problem_parse(text, &problem))
        fail_msg("cannot read %s", text);
    problem.size = sizeof problem;
    problem.threads = 2;
    problem.needs = lists[problem.step_count] | sb_problem_epilogue_needs(&problem);
    return problem;
}

static void walk_problem(walk *own, const sb_plugin *plugin, const char *text)
{
    static float numbers[1 << 17]; /* the values do not matter */
    const sb_problem problem = parse(text);
    own->problem = &problem;
    own->problem_text = text;
    own->weights = (sb_weights) { .size = sizeof own->weights, .step_count = problem.step_count };
    for (uint32_t i = 0; i < problem.step_count; i++) {
        assert_true(sb_step_weights(&problem.steps[i]) <=
                    (int64_t)(sizeof numbers / sizeof *numbers));
        own->weights.weights[i] = numbers;
        own->weights.biases[i] = problem.steps[i].bias ? numbers : NULL;
    }
    for (size_t i = 0; plugin->kernels[i]; i++) {
        own->kernel = plugin->kernels[i];
        walk_kernel(own);
    }
}

/* Reads the output of nm, after an initial line feed. */
static void read_symbols(const char *path, sb_text *symbols)
{
    char command[4200], line[4096];
    snprintf(command, sizeof command, "%s -P '%s'", getenv("NM") ? getenv("NM") : "nm", path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    sb_text_add(symbols, "\n");
    while (fgets(line, sizeof line, pipe))
        sb_text_add(symbols, "%s", line);
    assert_int_equal(pclose(pipe), 0);
}

static void walk_plugin(const char *name, const sb_cpu *cpu)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/plugins/.libs/%s.so", getenv("BUILDDIR"), name);
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        fail_msg("%s", dlerror());
    sb_host host;
    sb_text symbols = { 0 };
    sb_worker_host(&host, cpu);
    read_symbols(path, &symbols);
    walk own = {
        .plugin = name,
        .symbols = symbols.data,
        .host = &host,
        .points = calloc(MOST, sizeof *own.points),
    };
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
        walk_problem(&own, dlsym(handle, "sb_plugin_entry"), problems[i]);
    free(own.points); /* the plugin stays: an OpenMP runtime that is unloaded leaks */
    sb_text_free(&symbols);
}

static void no_computation_has_two_names(void **state)
{
    sb_cpu cpu;
    sb_error error;
    assert_int_equal(sb_cpu_detect(&cpu, &error), SB_OK);
    const uint64_t hardware = cpu.features;
    for (size_t i = 0; i < sizeof instruction_sets / sizeof *instruction_sets; i++) {
        if ((instruction_sets[i].features & ~hardware) != 0)
            continue;
        cpu.features = instruction_sets[i].features;
        walk_plugin(*state, &cpu);
    }
}

/* cmocka takes the state as a pointer to non-const, hence an array of its own. */
#define PLUGIN(name_)                                                                       \
    {                                                                                       \
        .name = name_, .test_func = no_computation_has_two_names, .initial_state = (char[]) \
        {                                                                                   \
            name_                                                                           \
        }                                                                                   \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLUGIN("tiled"), PLUGIN("openmp"),   PLUGIN("im2col_gemm"), PLUGIN("direct"),
        PLUGIN("fused"), PLUGIN("strassen"), PLUGIN("winograd"),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
