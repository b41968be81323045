/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/contract.h"

#include "conv/layout.h"
#include "conv/problem.h"
#include "conv/tolerance.h"
#include "core/text.h"
#include "machine/cpu.h"
#include "measure/contract_answers.h"
#include "measure/contract_state.h"
#include "measure/contract_traces.h"
#include "measure/contract_trial.h"
#include "measure/contract_watch.h"
#include "measure/others.h"
#include "measure/worker_host.h"
#include "plugin/complete.h"
#include "plugin/loader.h"
#include "plugin/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CYCLES = 16, AGAIN = 4 };

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

/* ------------------------------------------------------------------------------------ open, close
 */

sb_contract *sb_contract_open(const char *path, const sb_contract_watch *watch, sb_error *error)
{
    sb_contract *c = sb_new(1, sizeof *c);
    *c = (sb_contract) { .watch = watch, .layer = "", .params = "" };
    c->children = sb_others_count();
    sb_contract_enter(c, "loading");
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
    sb_contract_enter(c, "init");
    if (!c->loaded.plugin.init || c->loaded.plugin.init(&c->host, &why) == 0) {
        sb_contract_ask_libraries(c);
        return c;
    }
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
    sb_contract_enter(c, "deinit");
    if (c->loaded.plugin.deinit)
        c->loaded.plugin.deinit();
    if (taken.blocks > 0 && before >= taken.blocks)
        sb_contract_find(c, "deinit releases everything",
                         "%lld blocks of the host's memory are left", (long long)taken.blocks);
    const int left = sb_others_count() - c->children;
    if (left > 0)
        sb_contract_find(c, "deinit ends what was started", "%d process%s left", left,
                         left == 1 ? " is" : "es are");
    sb_contract_enter(c, "unloading");
    sb_loader_close(&c->loaded);
    free(c);
}

/* ------------------------------------------------------------------------------------------ plans
 */

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
    sb_contract_enter(c, "plan");
    int rc = s->loaded->kernel.plan(&c->host, (const sb_problem *)(const void *)lent.tensor, values,
                                    &weights, &t->plan, &why);
    why.text[sizeof why.text - 1] = '\0';
    if (rc != 0 || !t->plan)
        sb_contract_find(c, "plan succeeds where the kernel is supported and valid", "%s",
                         why.text[0] ? why.text : "it failed without a reason");
    if (rc != 0)
        t->plan = NULL;
    if (t->plan)
        sb_contract_ask_description(c, &s->loaded->kernel, t->plan);
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
    sb_contract_enter(c, "destroy");
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

static void check_state(sb_contract *c, const sb_process_state *before)
{
    const char *changed = sb_process_state_change(before);
    if (!changed)
        return;
    sb_contract_find(c, "run leaves its process as it was", "it changed %s", changed);
    sb_process_state_restore(before);
}

static bool run_once(sb_contract *c, const sb_setting *s, sb_trial *t)
{
    sb_process_state before;
    sb_why why = { .size = sizeof why };
    const sb_call call = { .size = sizeof call,
                           .input = t->input.tensor,
                           .residual = t->residual.tensor,
                           .output = t->output.tensor,
                           .why = &why };
    sb_fill_unwritten(t->output.tensor, t->output.bytes / sizeof(float));
    const int64_t calls = taken.calls;
    const int64_t heap = sb_traces_heap();
    sb_process_state_take(&before);
    sb_contract_enter(c, "run");
    int rc = s->loaded->kernel.run(t->plan, &call);
    why.text[sizeof why.text - 1] = '\0';
    if (rc != 0)
        sb_contract_find(c, "run succeeds", "%s",
                         why.text[0] ? why.text : "it failed without a reason");
    check_state(c, &before);
    if (taken.calls != calls)
        sb_contract_find(c, "run allocates and logs nothing", "it called the host's alloc or log");
    if (sb_traces_heap() > heap + 4096 && sb_traces_settled() && !is_peer(c))
        sb_contract_find(c, "run allocates and logs nothing",
                         "the heap has %lld bytes more after it",
                         (long long)(sb_traces_heap() - heap));
    if (!sb_bordered_intact(&t->output))
        sb_contract_find(c, "run writes its output alone", "bytes beside it were written");
    return rc == 0;
}

static bool is_right(sb_contract *c, const sb_setting *s, const sb_trial *t, const char *when)
{
    sb_check check = sb_check_real(&s->problem, (sb_layout)s->layouts.output, s->info->arithmetic,
                                   t->output.tensor, t->value, t->magnitude);
    if (!check.passed)
        sb_contract_find(c, when, "%s", check.reason);
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
            sb_contract_find(c, "run is repeatable",
                             "the same call gave other bits, and the kernel does not "
                             "have SB_KERNEL_UNREPEATABLE");
            break;
        }
    }
    free(kept);
}

/* The same plan with other tensors, when the first ones are gone. */
static void run_elsewhere(sb_contract *c, const sb_setting *s, sb_trial *t)
{
    sb_bordered_move(&t->input, true);
    sb_bordered_move(&t->residual, true);
    sb_bordered_move(&t->output, false);
    if (run_once(c, s, t))
        is_right(c, s, t, "run may be given other tensors");
}

/* Runs A, then B, then A again, which exposes state that the two plans share. */
static void run_both(sb_contract *c, const sb_setting *s, sb_trial *a, sb_trial *b)
{
    static const char independent[] = "two plans at once are independent";
    if (run_once(c, s, a) && is_right(c, s, a, independent) && run_once(c, s, b) &&
        is_right(c, s, b, independent) && run_once(c, s, a) && is_right(c, s, a, independent)) {
        run_again(c, s, a);
        run_elsewhere(c, s, a);
    }
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
            sb_contract_find(c, "destroy releases the plan",
                             "%lld blocks of the host's memory are left",
                             (long long)(taken.blocks - blocks));
    }
    char text[128];
    if (!c->failed && !is_peer(c) && sb_traces_grew(&first, CYCLES / 2, text, sizeof text))
        sb_contract_find(c, "destroy releases the plan", "%s", text);
}

/* ------------------------------------------------------------------------------------------ choice
 */

/* `complete` may neither change given values nor answer differently when it is asked again. */
static void check_complete(sb_contract *c, const sb_setting *s, uint32_t given)
{
    const size_t count = s->loaded->parameter_count;
    int64_t said[2][SB_MAX_PARAMETERS] = { 0 };
    sb_contract_enter(c, "complete");
    for (int i = 0; i < 2; i++) {
        memcpy(said[i], s->values, count * sizeof *s->values);
        s->loaded->kernel.complete(&s->problem, &c->cpu, given, said[i]);
    }
    if (memcmp(said[0], said[1], sizeof *said) != 0)
        sb_contract_find(c, "complete is pure", "it answers differently when it is asked again");
    for (size_t i = 0; i < count; i++) {
        if (given & (1u << i) && said[0][i] != s->values[i])
            sb_contract_find(c, "complete keeps given values", "%s is changed",
                             s->info->parameters[i].id);
        if (!sb_rules_legal(&s->loaded->parameters[i], said[0][i]))
            sb_contract_find(c, "complete sets legal values", "%s has another",
                             s->info->parameters[i].id);
    }
}

/* The given values, and what goes with them. */
static void complete(sb_contract *c, sb_setting *s, uint32_t given, const int64_t *values)
{
    const size_t count = s->loaded->parameter_count;
    const uint32_t all = (uint32_t)((UINT64_C(1) << count) - 1);
    for (size_t i = 0; i < count; i++)
        if (given & (1u << i))
            s->values[i] = values[i];
    if ((given & all) != 0 && (given & all) != all && s->loaded->kernel.complete)
        check_complete(c, s, given & all);
    sb_contract_enter(c, "valid");
    sb_complete_values(s->loaded, &s->problem, &c->cpu, given, s->values);
}

static sb_contract_outcome choose(sb_contract *c, sb_setting *s, uint32_t given,
                                  const int64_t *values)
{
    const sb_kernel *k = &s->loaded->kernel;
    const sb_answers a = sb_contract_ask(c, s->loaded, &s->problem);
    if (!a.supported)
        return SB_CONTRACT_UNSUPPORTED;
    if (!a.valid)
        sb_contract_find(c, "defaults are valid", "valid refuses them");
    memcpy(s->values, a.values, sizeof s->values);
    for (size_t i = 0; i < s->loaded->parameter_count; i++) {
        if (!sb_rules_legal(&s->loaded->parameters[i], a.values[i]))
            sb_contract_find(c, "defaults are legal values", "%s is not",
                             s->info->parameters[i].id);
    }
    complete(c, s, given, values);
    sb_contract_enter(c, "valid");
    if (k->valid && !k->valid(&s->problem, &c->cpu, s->values))
        return SB_CONTRACT_INVALID;
    s->layouts = (sb_layouts) { .size = sizeof s->layouts };
    sb_contract_enter(c, "layouts");
    if (k->layouts)
        k->layouts(&s->problem, &c->cpu, s->values, &s->layouts);
    if (s->layouts.input <= SB_NCHW16C && s->layouts.output <= SB_NCHW16C)
        return SB_CONTRACT_PASSED;
    sb_contract_find(c, "layouts exist", "it asks for layouts %u and %u", s->layouts.input,
                     s->layouts.output);
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
            sb_contract_find(c, "whole numbers come out exactly", "%s", check.reason);
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
