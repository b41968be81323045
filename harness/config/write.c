/* SPDX-License-Identifier: Apache-2.0 */
#include "config/write.h"

#include <inttypes.h>
#include <string.h>

/* Plain if YAML cannot read it as anything but a text, otherwise quoted as in JSON. */
static void add_string(sb_text *text, const char *string)
{
    static const char safe[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-/";
    bool letter = (string[0] >= 'a' && string[0] <= 'z') || (string[0] >= 'A' && string[0] <= 'Z');
    if (letter && strspn(string, safe) == strlen(string) && strcmp(string, "null") != 0) {
        sb_text_add(text, "%s", string);
        return;
    }
    sb_text_add(text, "\"");
    for (; *string; string++)
        sb_text_add(text, *string == '"' || *string == '\\' ? "\\%c" : "%c", *string);
    sb_text_add(text, "\"");
}

static void add_pair(sb_text *text, const char *key, int64_t high, int64_t wide, int64_t usual)
{
    if (high == usual && wide == usual)
        return;
    if (high == wide)
        sb_text_add(text, ", %s: %" PRId64, key, high);
    else
        sb_text_add(text, ", %s: [%" PRId64 ", %" PRId64 "]", key, high, wide);
}

static void add_padding(sb_text *text, const sb_geometry *p)
{
    if (p->pad_top == p->pad_bottom && p->pad_left == p->pad_right)
        add_pair(text, "padding", p->pad_top, p->pad_left, 0);
    else
        sb_text_add(text, ", padding: [%" PRId64 ", %" PRId64 ", %" PRId64 ", %" PRId64 "]",
                    p->pad_top, p->pad_bottom, p->pad_left, p->pad_right);
}

static void add_operations(sb_text *text, const bool operations[SB_OPERATIONS])
{
    const char *separator = "";
    for (int i = 0; i < SB_OPERATIONS; i++) {
        if (!operations[i])
            continue;
        sb_text_add(text, "%s%s", separator, sb_operation_name((sb_operation)i));
        separator = ", ";
    }
}

/* Biases and activations by step, and the residual, if there are any. */
static void add_epilogue(sb_text *text, const sb_layer *layer)
{
    sb_role roles[SB_MAX_STEPS];
    const uint32_t steps = sb_layer_chain_roles(layer, roles);
    bool bias = false, activation = false;
    for (uint32_t i = 0; i < steps; i++) {
        bias = bias || layer->biases[roles[i]];
        activation = activation || layer->activations[roles[i]] != SB_ACTIVATION_NONE;
    }
    for (uint32_t i = 0; i < steps && bias; i++)
        sb_text_add(text, "%s%s", i ? ", " : ", bias: [",
                    layer->biases[roles[i]] ? "true" : "false");
    sb_text_add(text, bias ? "]" : "");
    for (uint32_t i = 0; i < steps && activation; i++)
        sb_text_add(text, "%s%s", i ? ", " : ", activation: [",
                    sb_activation_name(layer->activations[roles[i]]));
    sb_text_add(text, activation ? "]" : "");
    sb_text_add(text, layer->residual ? ", residual: true" : "");
}

static void add_layer(sb_text *text, const sb_layer *layer)
{
    const sb_geometry *p = &layer->shape;
    sb_text_add(text, "  - {name: ");
    add_string(text, layer->name);
    add_pair(text, "batch", p->n, p->n, 1);
    sb_text_add(text, ", input: [%" PRId64 ", %" PRId64 ", %" PRId64 "]", p->c, p->h, p->w);
    add_pair(text, "out_channels", p->k, p->k, 0);
    add_pair(text, "kernel", p->r, p->s, 0);
    add_pair(text, "stride", p->stride_h, p->stride_w, 1);
    add_padding(text, p);
    add_pair(text, "dilation", p->dilation_h, p->dilation_w, 1);
    add_pair(text, "groups", p->groups, p->groups, 1);
    add_pair(text, "multiplier", p->multiplier, p->multiplier, 1);
    add_pair(text, "expand", p->expand, p->expand, 0);
    add_epilogue(text, layer);
    add_pair(text, "repeat", layer->repeat, layer->repeat, 1);
    sb_text_add(text, ", operations: [");
    add_operations(text, layer->operations);
    sb_text_add(text, "]}\n");
}

static bool is_same_param(const sb_kernel_choice *choice, size_t i, size_t other)
{
    return other < choice->param_count &&
           strcmp(choice->param_names[i], choice->param_names[other]) == 0;
}

static void add_param(sb_text *text, const sb_kernel_choice *choice, size_t i)
{
    bool first = i == 0 || !is_same_param(choice, i, i - 1),
         last = !is_same_param(choice, i, i + 1);
    sb_text_add(text, i == 0 ? ", params: {" : ", ");
    if (first) {
        add_string(text, choice->param_names[i]);
        sb_text_add(text, last ? ": " : ": [");
    }
    add_string(text, choice->param_values[i]);
    if (last && !first)
        sb_text_add(text, "]");
}

static void add_kernel(sb_text *text, const sb_kernel_choice *choice)
{
    sb_text_add(text, "  - {kernel: ");
    add_string(text, choice->pattern);
    if (choice->as) {
        sb_text_add(text, ", as: ");
        add_string(text, choice->as);
    }
    for (size_t i = 0; i < choice->param_count; i++)
        add_param(text, choice, i);
    sb_text_add(text, choice->param_count ? "}}\n" : "}\n");
}

static void add_kernels(sb_text *text, const sb_config *config)
{
    if (config->kernel_count)
        sb_text_add(text, "kernels:\n");
    for (size_t i = 0; i < config->kernel_count; i++)
        add_kernel(text, &config->kernels[i]);
}

static void add_threads(sb_text *text, const sb_config *config)
{
    sb_text_add(text, "threads: [");
    for (size_t i = 0; i < config->thread_count; i++) {
        sb_text_add(text, i ? ", " : "");
        if (config->threads[i] == SB_THREADS_MAX)
            sb_text_add(text, "max");
        else
            sb_text_add(text, "%" PRId64, config->threads[i]);
    }
    sb_text_add(text, "]\n");
}

static void add_caches(sb_text *text, const sb_config *config)
{
    if (config->measure.cache_count <= 1) {
        sb_text_add(text, "  cache: %s\n", sb_cache_mode_name(config->measure.cache));
        return;
    }
    for (size_t i = 0; i < config->measure.cache_count; i++)
        sb_text_add(text, "%s%s", i ? ", " : "  cache: [",
                    sb_cache_mode_name(config->measure.caches[i]));
    sb_text_add(text, "]\n");
}

static void add_measure(sb_text *text, const sb_config *config)
{
    sb_text_add(text,
                "measure:\n  confidence: %.17g\n  precision: %.17g\n  estimator: %s\n"
                "  min_samples: %" PRId64 "\n  max_time: %" PRId64 "ns\n  timeout: %" PRId64 "ns\n",
                config->measure.confidence, config->measure.precision,
                sb_estimator_name(config->measure.estimator), config->measure.min_samples,
                config->measure.max_time_ns, config->measure.timeout_ns);
    add_caches(text, config);
    sb_text_add(text, "  seed: %" PRIu64 "\n", config->measure.seed);
    if (config->measure.processes)
        sb_text_add(text, "  processes: %" PRId64 "\n", config->measure.processes);
}

static void add_constraints(sb_text *text, const sb_config *config)
{
    for (size_t i = 0; i < config->tune.constraint_count; i++) {
        sb_text_add(text, i ? ", " : "  constraints: [");
        add_string(text, sb_expression_text(config->tune.constraints[i].expression));
    }
    sb_text_add(text, config->tune.constraint_count ? "]\n" : "");
}

static void add_start(sb_text *text, const sb_config_start *start)
{
    for (size_t i = 0; i < start->count; i++) {
        sb_text_add(text, i ? ", " : "    - {");
        add_string(text, start->names[i]);
        sb_text_add(text, ": ");
        add_string(text, start->values[i]);
    }
    sb_text_add(text, "}\n");
}

static void add_tune(sb_text *text, const sb_config *config)
{
    sb_text_add(text, "tune:\n  strategy: ");
    add_string(text, config->tune.strategy);
    if (config->tune.budget)
        sb_text_add(text, "\n  budget: %" PRId64 "\n", config->tune.budget);
    else
        sb_text_add(text, "\n  budget: %" PRId64 "ns\n", config->tune.budget_ns);
    if (config->tune.objective != SB_MINIMISE_TIME)
        sb_text_add(text, "  objective: %s\n", sb_objective_name(config->tune.objective));
    if (!config->tune.hints)
        sb_text_add(text, "  hints: false\n");
    add_constraints(text, config);
    sb_text_add(text, config->tune.start_count ? "  start:\n" : "");
    for (size_t i = 0; i < config->tune.start_count; i++)
        add_start(text, &config->tune.starts[i]);
}

static void add_report(sb_text *text, const sb_config *config)
{
    sb_formats formats = config->report;
    const char *separator = "";
    sb_text_add(text, "report:\n  formats: [");
    for (size_t i = 0; sb_format_names[i]; i++) {
        if (!*sb_format_flag(&formats, i))
            continue;
        sb_text_add(text, "%s%s", separator, sb_format_names[i]);
        separator = ", ";
    }
    sb_text_add(text, "]\n");
}

void sb_config_write(const sb_config *config, sb_text *text)
{
    static const char *const tuned[] = { "auto", "never", "require" };
    sb_text_add(text, "name: ");
    add_string(text, config->name);
    sb_text_add(text, "\nlayers:\n");
    for (size_t i = 0; i < config->layer_count; i++)
        add_layer(text, &config->layers[i]);
    add_kernels(text, config);
    add_threads(text, config);
    sb_text_add(text, "cores: ");
    add_string(text, config->cores);
    sb_text_add(text, "\ntuned: %s\n", tuned[config->tuned]);
    if (config->network)
        sb_text_add(text, "network: true\n");
    add_measure(text, config);
    add_tune(text, config);
    add_report(text, config);
}
