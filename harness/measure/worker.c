/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/worker.h"

#include "conv/problem.h"
#include "core/clock.h"
#include "core/text.h"
#include "machine/cpu.h"
#include "measure/legs.h"
#include "measure/misfit.h"
#include "measure/protocol.h"
#include "measure/turn.h"
#include "measure/worker_host.h"
#include "measure/worker_memory.h"
#include "measure/worker_socket.h"
#include "measure/worker_state.h"
#include "plugin/describe.h"
#include "plugin/rules.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct slot {
    void *plan; /* NULL: empty */
    const sb_kernel *kernel;
} slot;

/* A plugin in this process. */
typedef struct tenant {
    const char *path;
    sb_loaded loaded;
    bool is_loaded, initialised;
    sb_why refused; /* not empty: what init said */
} tenant;

typedef struct worker {
    tenant *tenants; /* one, but where kernels of several take turns in a network */
    size_t tenant_count;
    tenant *at; /* that the request is for */
    sb_cpu cpu;
    sb_host host;
    sb_worker_memory memory;
    slot *slots;
    size_t slot_count;
    cpu_set_t cpus; /* where the harness pinned it */
    bool varied;    /* inputs may have pages of the worker's own */
} worker;

/* -------------------------------------------------------------------------------- the answers */

static void copy_text(char *to, const char *from, size_t size)
{
    size_t length = strnlen(from, size - 1);
    memcpy(to, from, length);
    to[length] = '\0';
}

static void refuse_request(sb_reply *reply, sb_verdict verdict, const char *text)
{
    reply->verdict = verdict;
    copy_text(reply->text, text, sizeof reply->text);
}

/* Text from a plugin is cut to fit; an empty text is replaced by `otherwise`. */
static void refuse_why(sb_reply *reply, sb_verdict verdict, sb_why *why, const char *otherwise)
{
    why->text[sizeof why->text - 1] = '\0';
    refuse_request(reply, verdict, why->text[0] ? why->text : otherwise);
}

static void load_plugin(worker *w, sb_reply *reply)
{
    sb_error error;
    tenant *t = w->at;
    if (t->is_loaded)
        return;
    if (sb_loader_open(t->path, &t->loaded, &error) < 0)
        refuse_request(reply, SB_VERDICT_ERROR, error.text);
    else
        t->is_loaded = true;
}

static void initialise_plugin(worker *w, sb_reply *reply)
{
    sb_error error;
    tenant *t = w->at;
    load_plugin(w, reply);
    if (reply->verdict != SB_VERDICT_OK)
        return;
    /* Not earlier: it takes time, and a plugin that is only listed does not need it. */
    if (w->cpu.size == 0 && sb_cpu_detect(&w->cpu, &error) < 0) {
        refuse_request(reply, SB_VERDICT_ERROR, error.text);
        return;
    }
    if (!t->initialised && t->loaded.plugin.init) {
        t->refused.size = sizeof t->refused;
        if (t->loaded.plugin.init(&w->host, &t->refused) != 0 && !t->refused.text[0])
            copy_text(t->refused.text, "init failed without a reason", sizeof t->refused.text);
    }
    t->initialised = true;
    if (t->refused.text[0])
        refuse_why(reply, SB_VERDICT_UNSUPPORTED, &t->refused, "");
}

static void free_slot(slot *held)
{
    if (held->plan)
        held->kernel->destroy(held->plan);
    held->plan = NULL;
}

static void unbind_tensors(worker *w)
{
    for (size_t i = 0; i < w->slot_count; i++)
        free_slot(&w->slots[i]);
    sb_worker_memory_unbind(&w->memory);
}

static void bind_memory(worker *w, const int *fds, int fd_count, sb_reply *reply)
{
    unbind_tensors(w);
    if (fd_count != 2) {
        refuse_request(reply, SB_VERDICT_ERROR, "no shared memory came along");
        return;
    }
    w->memory.input_fd = fds[0];
    w->memory.output_fd = fds[1];
}

static float *map_region(worker *w, sb_region region, bool output, int64_t slack, sb_reply *reply)
{
    sb_error error;
    float *tensor = NULL;
    if (sb_worker_memory_map(&w->memory, region, output, slack, &tensor, &error) < 0)
        refuse_request(reply, SB_VERDICT_ERROR, error.text);
    return tensor;
}

static slot *slot_at(worker *w, uint32_t index)
{
    if (index >= SB_MAX_SLOTS)
        return NULL;
    if (index >= w->slot_count) {
        w->slots = sb_grow(w->slots, index + 1, sizeof *w->slots);
        memset(w->slots + w->slot_count, 0, (index + 1 - w->slot_count) * sizeof *w->slots);
        w->slot_count = index + 1;
    }
    return &w->slots[index];
}

static const sb_loaded_kernel *kernel_at(worker *w, uint32_t index, sb_reply *reply)
{
    initialise_plugin(w, reply);
    if (reply->verdict != SB_VERDICT_OK)
        return NULL;
    if (index < w->at->loaded.kernel_count)
        return &w->at->loaded.kernels[index];
    refuse_request(reply, SB_VERDICT_ERROR, "no such kernel");
    return NULL;
}

/* Fills reply->values: the kernel's defaults, overridden by the values in the request. */
static void choose_values(worker *w, const sb_loaded_kernel *l, const sb_request *q,
                          sb_reply *reply)
{
    for (size_t i = 0; i < l->parameter_count; i++)
        reply->values[i] = l->parameters[i].initial;
    if (l->kernel.defaults)
        l->kernel.defaults(&q->problem, &w->cpu, reply->values);
    for (size_t i = 0; i < l->parameter_count; i++)
        if (q->given & (1u << i))
            reply->values[i] = q->values[i];
}

/* A kernel is not asked about needs that it does not handle: they are not its fault. */
static bool is_supported(worker *w, const sb_loaded_kernel *l, const sb_request *q, sb_reply *reply)
{
    const uint64_t missing = q->problem.needs & ~l->kernel.handles;
    char names[128], text[SB_MAX_WHY];
    sb_why why = { .size = sizeof why };
    if (missing) {
        snprintf(text, sizeof text, "does not handle %s",
                 sb_needs_text(missing, names, sizeof names));
        refuse_request(reply, SB_VERDICT_UNSUPPORTED, text);
        return false;
    }
    if (l->kernel.supports(&q->problem, &w->cpu, &why))
        return true;
    refuse_why(reply, SB_VERDICT_UNSUPPORTED, &why, "refused without a reason");
    return false;
}

static bool is_acceptable(worker *w, const sb_loaded_kernel *l, const sb_request *q,
                          sb_reply *reply)
{
    if (!is_supported(w, l, q, reply))
        return false;
    choose_values(w, l, q, reply);
    for (size_t i = 0; i < l->parameter_count; i++)
        if (!sb_rules_legal(&l->parameters[i], reply->values[i])) {
            refuse_request(reply, SB_VERDICT_ERROR,
                           "its defaults give a parameter an illegal value");
            return false;
        }
    if (l->kernel.valid && !l->kernel.valid(&q->problem, &w->cpu, reply->values)) {
        char text[SB_MAX_WHY];
        sb_misfit_tell(l, &q->problem, &w->cpu, reply->values, q->given, text, sizeof text);
        refuse_request(reply, SB_VERDICT_SKIPPED, text);
        return false;
    }
    sb_layouts layouts = { .size = sizeof layouts, .input = SB_NCHW, .output = SB_NCHW };
    if (l->kernel.layouts)
        l->kernel.layouts(&q->problem, &w->cpu, reply->values, &layouts);
    reply->input_layout = layouts.input;
    reply->output_layout = layouts.output;
    if (layouts.input > SB_NCHW16C || layouts.output > SB_NCHW16C) {
        reply->input_layout = reply->output_layout = SB_NCHW;
        refuse_request(reply, SB_VERDICT_ERROR, "asks for a layout that does not exist");
    }
    return reply->verdict == SB_VERDICT_OK;
}

static void plan_kernel(worker *w, const sb_request *q, sb_reply *reply)
{
    const sb_loaded_kernel *l = kernel_at(w, q->kernel, reply);
    slot *to = slot_at(w, q->slot);
    if (!l || !to || !is_acceptable(w, l, q, reply))
        return;
    free_slot(to);
    if (w->varied)
        sb_worker_memory_drop_pages(&w->memory);
    w->varied = false;
    sb_weights weights = { .size = sizeof weights, .step_count = q->problem.step_count };
    for (uint32_t i = 0; i < SB_MAX_STEPS; i++) {
        weights.weights[i] = map_region(w, q->weights[i], false, 0, reply);
        weights.biases[i] = map_region(w, q->biases[i], false, 0, reply);
    }
    if (reply->verdict != SB_VERDICT_OK)
        return;
    sb_why why = { .size = sizeof why };
    void *made = NULL;
    const int64_t held = sb_worker_heap();
    int64_t start = sb_now_ns();
    int rc = l->kernel.plan(&w->host, &q->problem, reply->values, &weights, &made, &why);
    reply->prepare_ns = sb_now_ns() - start;
    reply->workspace_bytes = sb_worker_heap() - held;
    if (rc != 0 || !made) {
        refuse_why(reply, SB_VERDICT_ERROR, &why, "plan failed without a reason");
        return;
    }
    *to = (slot) { .plan = made, .kernel = &l->kernel };
    const char *said = l->kernel.describe ? l->kernel.describe(made) : NULL;
    if (said)
        copy_text(reply->text, said, sizeof reply->text);
}

static void run_kernel(worker *w, const sb_request *q, sb_reply *reply)
{
    slot *from = q->slot < w->slot_count ? &w->slots[q->slot] : NULL;
    if (!from || !from->plan) {
        refuse_request(reply, SB_VERDICT_ERROR, "no such plan");
        return;
    }
    sb_why why = { .size = sizeof why };
    const int64_t slack = from->kernel->input_slack;
    sb_turn turn = {
        .kernel = from->kernel,
        .plan = from->plan,
        .call = {
            .size = sizeof turn.call,
            .input = map_region(w, q->input, false, slack, reply),
            .residual = map_region(w, q->residual, false, slack, reply),
            .output = map_region(w, q->output, true, 0, reply),
            .why = &why,
        },
        .warm_ns = q->warm_ns,
        .warm_calls = q->warm_calls,
        .iterations = q->iterations,
        .samples = q->samples,
        .evict_bytes = q->evict_bytes,
        .refills = q->refills,
        .input_bytes = (size_t)q->input.bytes,
        .residual_bytes = (size_t)q->residual.bytes,
        .output_bytes = (size_t)q->output.bytes,
        .marks = q->marks,
        .variations = q->varies ? q->variations : NULL,
        .rest_ns = q->rest_ns,
    };
    w->varied |= q->varies;
    if (reply->verdict == SB_VERDICT_OK && sb_turn_take(&turn, reply) != 0)
        refuse_why(reply, SB_VERDICT_ERROR, &why, "run failed without a reason");
}

static void rest_for(int64_t ns)
{
    nanosleep(&(struct timespec) { ns / 1000000000, ns % 1000000000 }, NULL);
}

static void drop_slot(worker *w, const sb_request *q)
{
    if (q->slot < w->slot_count)
        free_slot(&w->slots[q->slot]);
}

static void validate_values(worker *w, const sb_request *q, sb_reply *reply)
{
    const sb_loaded_kernel *l = kernel_at(w, q->kernel, reply);
    if (!l || !is_supported(w, l, q, reply))
        return;
    if (q->count > SB_VALID_BATCH || q->count * l->parameter_count != q->batch_count) {
        refuse_request(reply, SB_VERDICT_ERROR, "not as many values as the configurations have");
        return;
    }
    const int64_t *values = q->batch;
    for (uint32_t i = 0; i < q->count; i++, values += l->parameter_count)
        reply->valid[i] = !l->kernel.valid || l->kernel.valid(&q->problem, &w->cpu, values) != 0;
}

static void tell_ranges(worker *w, const sb_request *q, sb_reply *reply)
{
    const sb_loaded_kernel *l = kernel_at(w, q->kernel, reply);
    if (!l)
        return;
    for (size_t i = 0; i < l->parameter_count; i++)
        reply->ranges[i] = (sb_range) { l->parameters[i].min, l->parameters[i].max };
    if (l->kernel.ranges)
        l->kernel.ranges(&q->problem, &w->cpu, reply->ranges);
}

static char *describe_plugin(worker *w, sb_reply *reply)
{
    load_plugin(w, reply);
    if (reply->verdict != SB_VERDICT_OK)
        return NULL;
    char *text = sb_describe(&w->at->loaded);
    size_t length = strlen(text);
    if (length <= SB_MAX_DESCRIPTION) {
        reply->description = (uint32_t)length;
        return text;
    }
    free(text);
    refuse_request(reply, SB_VERDICT_ERROR,
                   "its description is too long: fewer kernels or shorter texts");
    return NULL;
}

static void tell_libraries(worker *w, sb_reply *reply)
{
    initialise_plugin(w, reply);
    if (reply->verdict != SB_VERDICT_OK)
        return;
    const sb_plugin *plugin = &w->at->loaded.plugin;
    const char *wrapped = plugin->libraries ? plugin->libraries() : NULL;
    if (wrapped)
        copy_text(reply->text, wrapped, sizeof reply->text);
    sb_worker_add_runtime(reply->text, sizeof reply->text);
}

static void tell_layouts(worker *w, const sb_request *q, sb_reply *reply)
{
    const sb_loaded_kernel *l = kernel_at(w, q->kernel, reply);
    if (l)
        (void)is_acceptable(w, l, q, reply);
}

/* The legs, with the plans that they run; free() them. */
static sb_leg_run *find_legs(worker *w, const sb_request *q, char *memory, sb_reply *reply)
{
    sb_leg_run *legs = sb_new(q->count, sizeof *legs);
    for (uint32_t i = 0; i < q->count; i++) {
        sb_leg leg;
        memcpy(&leg, q->batch + i * SB_LEG_VALUES, sizeof leg);
        const slot *from =
            leg.slot >= 0 && (size_t)leg.slot < w->slot_count ? &w->slots[leg.slot] : NULL;
        if (leg.slot >= 0 && (!from || !from->plan))
            refuse_request(reply, SB_VERDICT_ERROR, "no such plan");
        legs[i] = sb_leg_place(&leg, memory);
        legs[i].kernel = from ? from->kernel : NULL;
        legs[i].plan = from ? from->plan : NULL;
    }
    return legs;
}

static void pass_through(worker *w, const sb_request *q, sb_reply *reply)
{
    char *memory = (char *)map_region(w, q->output, true, 0, reply);
    sb_why why = { .size = sizeof why };
    if (q->batch_count != q->count * SB_LEG_VALUES)
        refuse_request(reply, SB_VERDICT_ERROR, "not as many values as the legs have");
    if (reply->verdict != SB_VERDICT_OK)
        return;
    sb_leg_run *legs = find_legs(w, q, memory, reply);
    const sb_legs pass = {
        .legs = legs,
        .count = q->count,
        .warm_passes = q->warm_calls,
        .passes = q->samples,
        .apart = q->apart,
        .times = (double *)(void *)(memory + q->times),
    };
    if (reply->verdict == SB_VERDICT_OK && sb_legs_run(&pass, &why, reply) != 0)
        refuse_why(reply, SB_VERDICT_ERROR, &why, "run failed without a reason");
    free(legs);
}

static void serve_request(worker *w, const sb_request *q, const int *fds, int fd_count,
                          sb_reply *reply, char **extra)
{
    if (q->plugin >= w->tenant_count) {
        refuse_request(reply, SB_VERDICT_ERROR, "no such plugin");
        return;
    }
    w->at = &w->tenants[q->plugin];
    switch (q->ask) {
    case SB_ASK_DESCRIBE:
        *extra = describe_plugin(w, reply);
        break;
    case SB_ASK_BIND:
        bind_memory(w, fds, fd_count, reply);
        break;
    case SB_ASK_PLAN:
        plan_kernel(w, q, reply);
        break;
    case SB_ASK_RUN:
        run_kernel(w, q, reply);
        break;
    case SB_ASK_DROP:
        drop_slot(w, q);
        break;
    case SB_ASK_VALID:
        validate_values(w, q, reply);
        break;
    case SB_ASK_RANGES:
        tell_ranges(w, q, reply);
        break;
    case SB_ASK_REST:
        rest_for(q->warm_ns);
        break;
    case SB_ASK_LIBRARIES:
        tell_libraries(w, reply);
        break;
    case SB_ASK_LAYOUTS:
        tell_layouts(w, q, reply);
        break;
    case SB_ASK_PASS:
        pass_through(w, q, reply);
        break;
    default:
        refuse_request(reply, SB_VERDICT_ERROR, "unknown request");
    }
}

static void see_off(tenant *t)
{
    if (t->initialised && !t->refused.text[0] && t->loaded.plugin.deinit)
        t->loaded.plugin.deinit();
    sb_loader_close(&t->loaded);
}

int sb_worker_main(int socket, const char *const *paths, size_t count)
{
    worker w = {
        .tenants = sb_new(count, sizeof *w.tenants),
        .tenant_count = count,
        .memory = SB_WORKER_MEMORY_NONE,
    };
    static sb_request request;
    static sb_reply reply;
    int fds[2];
    for (size_t i = 0; i < count; i++)
        w.tenants[i].path = paths[i];
    sb_worker_settle(socket, &w.cpus);
    sb_worker_host(&w.host, &w.cpu);
    for (;;) {
        int fd_count = sb_worker_receive(socket, &request, fds);
        if (fd_count < 0)
            break;
        char *extra = NULL;
        sb_worker_tidy(&w.cpus);
        memset(&reply, 0, sizeof reply);
        reply.token = request.token;
        request.token = 0;
        serve_request(&w, &request, fds, fd_count, &reply, &extra);
        int rc = sb_worker_send(socket, &reply, extra);
        free(extra);
        if (rc < 0)
            break;
    }
    unbind_tensors(&w);
    for (size_t i = count; i-- > 0;)
        see_off(&w.tenants[i]);
    free(w.slots);
    sb_worker_memory_free(&w.memory);
    free(w.tenants);
    return 0;
}
