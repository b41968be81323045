/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/contract.h"

#include "conv/layout.h"
#include "conv/problem.h"
#include "conv/tolerance.h"
#include "core/visible.h"
#include "machine/cpu.h"
#include "measure/contract_traces.h"
#include "measure/contract_trial.h"
#include "measure/worker_host.h"
#include "plugin/loader.h"
#include "plugin/rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CYCLES = 16, AGAIN = 4 };

struct sb_contract {
    const sb_contract_watch *watch;
    sb_loaded loaded;
    sb_cpu cpu;
    sb_host host, inner; /* what the plugin sees, and the host behind it */
    /* of the present case */
    const char *layer, *params;
    int64_t threads;
    bool failed;
};

/* Memory that the plugin allocated through the host. The process holds only one plugin. */
static struct {
    const sb_host *inner;
    int64_t blocks; /* not yet freed */
    int64_t calls;  /* of alloc and log */
} taken;

/* --------------------------------------------------------------------------------------- the host
 */

static void *count_alloc(const sb_host *host, size_t bytes)
{
    (void)host;
    void *memory = taken.inner->alloc(taken.inner, bytes);
    __atomic_add_fetch(&taken.blocks, memory != NULL, __ATOMIC_RELAXED);
    __atomic_add_fetch(&taken.calls, 1, __ATOMIC_RELAXED);
    return memory;
}

static void count_free(const sb_host *host, void *memory)
{
    (void)host;
    __atomic_sub_fetch(&taken.blocks, memory != NULL, __ATOMIC_RELAXED);
    taken.inner->free(taken.inner, memory);
}

static void count_log(const sb_host *host, sb_log_level level, const char *text)
{
    (void)host;
    __atomic_add_fetch(&taken.calls, 1, __ATOMIC_RELAXED);
    taken.inner->log(taken.inner, level, text);
}

/* -------------------------------------------------------------------------------------- reporting
 */

__attribute__((format(printf, 3, 4))) static void find(sb_contract *c, const char *what,
                                                       const char *format, ...)
{
    char detail[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    sb_make_visible(detail);
    c->failed = true;
    c->watch->found(c->watch->context,
                    &(sb_finding) { c->layer, c->threads, c->params, what, detail });
}

static void enter(const sb_contract *c, const char *phase)
{
    sb_traces_phase(phase, c->layer, c->params);
    if (c->watch->at)
        c->watch->at(c->watch->context, c->layer, c->threads, c->params, phase);
}

/* ------------------------------------------------------------------------------------ open, close
 */

sb_contract *sb_contract_open(const char *path, const sb_contract_watch *watch, sb_error *error)
{
    sb_contract *c = sb_new(1, sizeof *c);
    *c = (sb_contract) { .watch = watch, .layer = "", .params = "" };
    enter(c, "loading");
    if (sb_cpu_detect(&c->cpu, error) < 0 || sb_loader_open(path, &c->loaded, error) < 0) {
        free(c);
        return NULL;
    }
    sb_worker_host(&c->inner, &c->cpu);
    c->host = c->inner;
    c->host.alloc = count_alloc;
    c->host.free = count_free;
    c->host.log = count_log;
    taken.inner = &c->inner;
    sb_why why = { .size = sizeof why };
    enter(c, "init");
    if (!c->loaded.plugin.init || c->loaded.plugin.init(&c->host, &why) == 0)
        return c;
    why.text[sizeof why.text - 1] = '\0';
    sb_fail(error, "init: %s", why.text[0] ? why.text : "failed without a reason");
    sb_loader_close(&c->loaded);
    free(c);
    return NULL;
}

void sb_contract_close(sb_contract *c)
{
    const int64_t before = taken.blocks;
    c->layer = c->params = "";
    c->threads = 0;
    enter(c, "deinit");
    if (c->loaded.plugin.deinit)
        c->loaded.plugin.deinit();
    if (taken.blocks > 0 && before >= taken.blocks)
        find(c, "deinit releases everything", "%lld blocks of the host's memory are left",
             (long long)taken.blocks);
    enter(c, "unloading");
    sb_loader_close(&c->loaded);
    free(c);
}

/* ------------------------------------------------------------------------------------------- pure
 */

/* A kernel's answers about a problem. */
typedef struct answers {
    int supported, valid;
    int64_t values[SB_MAX_PARAMETERS];
    sb_layouts layouts;
} answers;

static answers ask(sb_contract *c, const sb_loaded_kernel *l, const sb_problem *problem)
{
    answers a = { .layouts = { .size = sizeof a.layouts } };
    sb_why why = { .size = sizeof why };
    if (problem->needs & ~l->kernel.handles)
        return a;
    enter(c, "supports");
    a.supported = l->kernel.supports(problem, &c->cpu, &why) != 0;
    if (!a.supported)
        return a;
    for (size_t i = 0; i < l->parameter_count; i++)
        a.values[i] = l->parameters[i].initial;
    enter(c, "defaults");
    if (l->kernel.defaults)
        l->kernel.defaults(problem, &c->cpu, a.values);
    enter(c, "valid");
    a.valid = !l->kernel.valid || l->kernel.valid(problem, &c->cpu, a.values) != 0;
    enter(c, "layouts");
    if (a.valid && l->kernel.layouts)
        l->kernel.layouts(problem, &c->cpu, a.values, &a.layouts);
    return a;
}

static void compare_answers(sb_contract *c, const answers *a, const answers *b)
{
    const char *what =
        a->supported != b->supported                          ? "supports is pure"
        : memcmp(a->values, b->values, sizeof a->values) != 0 ? "defaults is pure"
        : a->valid != b->valid                                ? "valid is pure"
        : a->layouts.input != b->layouts.input || a->layouts.output != b->layouts.output
            ? "layouts is pure"
            : NULL;
    if (what)
        find(c, what, "it answers differently when it is asked again, after other problems");
}

void sb_contract_check_pure(sb_contract *c, size_t kernel, const sb_layer *layers, size_t count,
                            sb_operation operation, int64_t threads)
{
    const sb_loaded_kernel *l = &c->loaded.kernels[kernel];
    answers *first = sb_new(count, sizeof *first);
    for (size_t i = 0; i < 2 * count; i++) {
        const size_t at = i < count ? i : 2 * count - 1 - i; /* forwards, then backwards */
        if (!layers[at].operations[operation])
            continue;
        const sb_problem problem = sb_layer_problem(&layers[at], operation, threads);
        c->layer = layers[at].name;
        c->threads = threads;
        if (i < count)
            first[at] = ask(c, l, &problem);
        for (int again = 0; i >= count && again < 2; again++) { /* twice: answers may alternate */
            const answers now = ask(c, l, &problem);
            compare_answers(c, &first[at], &now);
        }
    }
    free(first);
}

/* Weights, problem and values are valid only during the call: afterwards they are unmapped or
 * overwritten, so that `run` fails if the plan kept a pointer to them. */
static bool make_plan(sb_contract *c, const sb_setting *s, sb_trial *t)
{
    const sb_problem *p = &s->problem;
    sb_weights weights = { .size = sizeof weights, .step_count = p->step_count };
    sb_bordered lent = sb_bordered_map(sizeof *p, 0, false);
    int64_t values[SB_MAX_PARAMETERS];
    sb_why why = { .size = sizeof why };
    memcpy(values, s->values, sizeof values);
    memcpy(lent.tensor, p, sizeof *p);
    for (uint32_t i = 0; i < p->step_count; i++) {
        t->weights[i] = sb_bordered_copy(t->tensors.weights[i], sb_step_weights(&p->steps[i]));
        weights.weights[i] = t->weights[i].tensor;
        if (p->steps[i].bias)
            t->biases[i] = sb_bordered_copy(t->tensors.biases[i], p->steps[i].k);
        weights.biases[i] = t->biases[i].tensor;
    }
    enter(c, "plan");
    int rc = s->loaded->kernel.plan(&c->host, (const sb_problem *)(const void *)lent.tensor, values,
                                    &weights, &t->plan, &why);
    why.text[sizeof why.text - 1] = '\0';
    if (rc != 0 || !t->plan)
        find(c, "plan succeeds where the kernel is supported and valid", "%s",
             why.text[0] ? why.text : "it failed without a reason");
    if (rc != 0)
        t->plan = NULL;
    memset(values, SB_BORDER_PATTERN, sizeof values);
    sb_bordered_unmap(&lent);
    for (uint32_t i = 0; i < p->step_count; i++) {
        sb_bordered_unmap(&t->weights[i]);
        sb_bordered_unmap(&t->biases[i]);
    }
    return t->plan != NULL;
}

static void drop_plan(sb_contract *c, const sb_setting *s, sb_trial *t)
{
    enter(c, "destroy");
    if (t->plan)
        s->loaded->kernel.destroy(t->plan);
    t->plan = NULL;
}

/* ------------------------------------------------------------------------------------------- runs
 */

/* Peers are exempt from checks of the heap: their libraries keep caches, pools and threads for
 * later plans. */
static bool is_peer(const sb_contract *c)
{
    return (c->loaded.plugin.flags & SB_PLUGIN_PEER) != 0;
}

static bool run_once(sb_contract *c, const sb_setting *s, sb_trial *t)
{
    sb_why why = { .size = sizeof why };
    const sb_call call = { .size = sizeof call,
                           .input = t->input.tensor,
                           .residual = t->residual.tensor,
                           .output = t->output.tensor,
                           .why = &why };
    sb_fill_unwritten(t->output.tensor, t->output.bytes / sizeof(float));
    const int64_t calls = taken.calls;
    const int64_t heap = sb_traces_heap();
    enter(c, "run");
    int rc = s->loaded->kernel.run(t->plan, &call);
    why.text[sizeof why.text - 1] = '\0';
    if (rc != 0)
        find(c, "run succeeds", "%s", why.text[0] ? why.text : "it failed without a reason");
    if (taken.calls != calls)
        find(c, "run allocates and logs nothing", "it called the host's alloc or log");
    if (sb_traces_heap() > heap + 4096 && sb_traces_settled() && !is_peer(c))
        find(c, "run allocates and logs nothing", "the heap has %lld bytes more after it",
             (long long)(sb_traces_heap() - heap));
    if (!sb_bordered_intact(&t->output))
        find(c, "run writes its output alone", "bytes beside it were written");
    return rc == 0;
}

static bool is_right(sb_contract *c, const sb_setting *s, const sb_trial *t, const char *when)
{
    sb_check check = sb_check_real(&s->problem, (sb_layout)s->layouts.output, s->info->arithmetic,
                                   t->output.tensor, t->value, t->magnitude);
    if (!check.passed)
        find(c, when, "%s", check.reason);
    return check.passed;
}

/* Repeats the same call: the output must be identical bit for bit if the kernel promises that. In a
 * blocked layout, channels past the last one may differ, so blocked outputs are not compared. */
static void run_again(sb_contract *c, const sb_setting *s, sb_trial *t)
{
    const bool promised =
        s->layouts.output < SB_NCHW8C && !(s->info->flags & SB_KERNEL_UNREPEATABLE);
    char *kept = sb_new(t->output.bytes, 1);
    memcpy(kept, t->output.tensor, t->output.bytes);
    for (int i = 0; i < AGAIN && run_once(c, s, t); i++) {
        if (!is_right(c, s, t, "run may be called again"))
            break;
        if (promised && memcmp(kept, t->output.tensor, t->output.bytes) != 0) {
            find(c, "run is repeatable",
                 "the same call gave other bits, and the kernel does not "
                 "have SB_KERNEL_UNREPEATABLE");
            break;
        }
    }
    free(kept);
}

/* Runs A, then B, then A again, which exposes state that the two plans share. */
static void run_both(sb_contract *c, const sb_setting *s, sb_trial *a, sb_trial *b)
{
    static const char independent[] = "two plans at once are independent";
    if (run_once(c, s, a) && is_right(c, s, a, independent) && run_once(c, s, b) &&
        is_right(c, s, b, independent) && run_once(c, s, a) && is_right(c, s, a, independent))
        run_again(c, s, a);
}

/* Plans and destroys repeatedly: memory, descriptors and threads must not grow. */
static void check_leaks(sb_contract *c, const sb_setting *s, sb_trial *t)
{
    sb_traces first = { 0 };
    for (int i = 0; i < CYCLES && !c->failed; i++) {
        if (i == CYCLES / 2)
            first = sb_traces_take();
        const int64_t blocks = taken.blocks;
        if (make_plan(c, s, t))
            run_once(c, s, t);
        drop_plan(c, s, t);
        if (taken.blocks > blocks)
            find(c, "destroy releases the plan", "%lld blocks of the host's memory are left",
                 (long long)(taken.blocks - blocks));
    }
    char text[128];
    if (!c->failed && !is_peer(c) && sb_traces_grew(&first, CYCLES / 2, text, sizeof text))
        find(c, "destroy releases the plan", "%s", text);
}

/* ------------------------------------------------------------------------------------------ choice
 */

static sb_contract_outcome choose(sb_contract *c, sb_setting *s, uint32_t given,
                                  const int64_t *values)
{
    const sb_kernel *k = &s->loaded->kernel;
    const answers a = ask(c, s->loaded, &s->problem);
    if (!a.supported)
        return SB_CONTRACT_UNSUPPORTED;
    if (!a.valid)
        find(c, "defaults are valid", "valid refuses them");
    memcpy(s->values, a.values, sizeof s->values);
    for (size_t i = 0; i < s->loaded->parameter_count; i++) {
        if (!sb_rules_legal(&s->loaded->parameters[i], a.values[i]))
            find(c, "defaults are legal values", "%s is not", s->info->parameters[i].id);
        if (given & (1u << i))
            s->values[i] = values[i];
    }
    enter(c, "valid");
    if (k->valid && !k->valid(&s->problem, &c->cpu, s->values))
        return SB_CONTRACT_INVALID;
    s->layouts = (sb_layouts) { .size = sizeof s->layouts };
    enter(c, "layouts");
    if (k->layouts)
        k->layouts(&s->problem, &c->cpu, s->values, &s->layouts);
    if (s->layouts.input <= SB_NCHW16C && s->layouts.output <= SB_NCHW16C)
        return SB_CONTRACT_PASSED;
    find(c, "layouts exist", "it asks for layouts %u and %u", s->layouts.input, s->layouts.output);
    return SB_CONTRACT_FAILED;
}

/* Small integers, whose sums are exact in any order. */
static void check_exact(sb_contract *c, const sb_setting *s)
{
    sb_trial t = { 0 };
    if (sb_trial_make(s, SB_INTEGERS, false, &t) && make_plan(c, s, &t) && run_once(c, s, &t)) {
        sb_check check =
            sb_check_exact(&s->problem, (sb_layout)s->layouts.output, t.output.tensor, t.value);
        if (!check.passed)
            find(c, "whole numbers come out exactly", "%s", check.reason);
    }
    drop_plan(c, s, &t);
    sb_trial_free(&t);
}

static void try_setting(sb_contract *c, sb_setting *s, bool brief)
{
    sb_trial a = { 0 }, b = { 0 };
    if (s->info->arithmetic == SB_DIRECT)
        check_exact(c, s);
    if (sb_trial_make(s, SB_REALS, false, &a) && sb_trial_make(s, SB_REALS, true, &b) &&
        make_plan(c, s, &a) && make_plan(c, s, &b))
        run_both(c, s, &a, &b);
    drop_plan(c, s, &a);
    drop_plan(c, s, &b);
    if (!c->failed && !brief)
        check_leaks(c, s, &a);
    sb_trial_free(&a);
    sb_trial_free(&b);
}

sb_contract_outcome sb_contract_try(sb_contract *c, const sb_contract_case *one)
{
    sb_setting s = { .info = one->info,
                     .loaded = &c->loaded.kernels[one->kernel],
                     .problem = sb_layer_problem(one->layer, one->operation, one->threads),
                     .seed = one->seed };
    c->layer = one->layer->name;
    c->threads = one->threads;
    c->failed = false;
    c->params = "";
    sb_contract_outcome outcome = choose(c, &s, one->given, one->values);
    char *params = outcome == SB_CONTRACT_UNSUPPORTED ? NULL : sb_params_text(one->info, s.values);
    c->params = params ? params : "";
    if (outcome == SB_CONTRACT_PASSED && !c->failed)
        try_setting(c, &s, one->brief);
    c->params = "";
    sb_traces_phase("", "", "");
    free(params);
    return c->failed ? SB_CONTRACT_FAILED : outcome;
}
