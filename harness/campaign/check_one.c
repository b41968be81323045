/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/check_one.h"

#include "conv/odd.h"
#include "core/log.h"
#include "core/random.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

enum { DRAWN = 3 /* attempts to find a valid one */, ATTEMPTS = 20 /* to find a valid one */ };

sb_operation sb_check_operation(const sb_kernel_info *kernel)
{
    int op = 0;
    while (op + 1 < SB_OPERATIONS && !sb_kernel_computes(kernel, (sb_operation)op))
        op++;
    return (sb_operation)op;
}

const sb_plugin_info *sb_check_find(const sb_plugin_list *plugins, const char *label,
                                    size_t *kernel, sb_error *error)
{
    for (size_t p = 0; p < plugins->count; p++)
        for (size_t k = 0; k < plugins->plugins[p].kernel_count; k++) {
            const sb_plugin_info *plugin = &plugins->plugins[p];
            sb_text full = { 0 };
            sb_text_add(&full, "%s/%s", plugin->id, plugin->kernels[k].id);
            const bool hit = strcmp(full.data, label) == 0 ||
                             (plugins->count == 1 && strcmp(plugin->kernels[k].id, label) == 0);
            sb_text_free(&full);
            *kernel = k;
            if (hit)
                return plugin;
        }
    sb_fail(error, "unknown kernel '%s'; see 'sepbench list kernels'", label);
    return NULL;
}

static int set_value(sb_check_case *one, const char *name, const char *value, sb_error *error)
{
    const sb_kernel_info *kernel = &one->plugin->kernels[one->kernel];
    for (size_t i = 0; i < kernel->parameter_count; i++)
        if (strcmp(kernel->parameters[i].id, name) == 0) {
            one->given |= 1u << i;
            return sb_params_parse_value(&kernel->parameters[i], value, &one->values[i], error);
        }
    return sb_fail(error, "%s/%s has no parameter '%s'", one->plugin->id, kernel->id, name);
}

int sb_check_parse_params(const char *text, sb_check_case *one, sb_error *error)
{
    char *copy = sb_copy_text(text), *rest = copy, *part;
    int rc = SB_OK;
    one->fixed = true;
    while (rc == SB_OK && (part = strsep(&rest, ";"))) {
        char *equals = strchr(part, '=');
        if (!*part)
            continue;
        if (!equals) {
            rc = sb_fail(error, "--params: '%s' is not name=value", part);
            break;
        }
        *equals = '\0';
        rc = set_value(one, part, equals + 1, error);
    }
    free(copy);
    return rc;
}

/* -------------------------------------------------------------------------------------- the tries
 */

typedef struct trying {
    const sb_check_case *one;
    sb_contract *contract;
    sb_check_counts *counts;
    sb_random random;
} trying;

/* With the defaults, or the requested parameter set. */
static sb_contract_case case_of(const trying *t, const sb_layer *layer, int64_t threads)
{
    const sb_check_case *one = t->one;
    const sb_kernel_info *kernel = &one->plugin->kernels[one->kernel];
    return (sb_contract_case) { .info = kernel,
                                .kernel = one->kernel,
                                .layer = layer,
                                .operation = sb_check_operation(kernel),
                                .threads = threads,
                                .given = one->given,
                                .values = one->values,
                                .seed = one->seed };
}

static void count(trying *t, sb_contract_outcome outcome)
{
    t->counts->outcomes[outcome]++;
}

/* A random parameter set that is valid for the layer, if a few attempts find one. `alone`: one
 * value is given, and the kernel chooses the others. */
static void try_random(trying *t, const sb_layer *layer, int64_t threads, bool alone)
{
    const sb_kernel_info *kernel = &t->one->plugin->kernels[t->one->kernel];
    int64_t values[SB_MAX_PARAMETERS] = { 0 };
    sb_contract_case drawn = case_of(t, layer, threads);
    drawn.values = values;
    drawn.brief = true;
    sb_contract_outcome outcome = SB_CONTRACT_INVALID;
    for (int i = 0; i < ATTEMPTS && outcome == SB_CONTRACT_INVALID; i++) {
        drawn.given = alone ? 1u << sb_random_below(&t->random, kernel->parameter_count)
                            : (1u << kernel->parameter_count) - 1;
        for (size_t p = 0; p < kernel->parameter_count; p++) {
            const sb_parameter_info *parameter = &kernel->parameters[p];
            const uint64_t most = (uint64_t)sb_parameter_count(parameter);
            values[p] = sb_parameter_value(parameter, (int64_t)sb_random_below(&t->random, most));
        }
        outcome = sb_contract_try(t->contract, &drawn);
    }
    count(t, outcome);
}

static void try_layer(trying *t, const sb_layer *layer, int64_t threads)
{
    const sb_check_case *one = t->one;
    const sb_contract_case wanted = case_of(t, layer, threads);
    const sb_contract_outcome first = sb_contract_try(t->contract, &wanted);
    count(t, first);
    if (one->fixed || first == SB_CONTRACT_UNSUPPORTED ||
        one->plugin->kernels[one->kernel].parameter_count == 0)
        return;
    for (int i = 0; i < DRAWN; i++)
        try_random(t, layer, threads, i == 0);
}

static void tell_layer(const trying *t, const sb_layer *layer, int64_t threads,
                       const sb_check_counts *before)
{
    const size_t *now = t->counts->outcomes, *then = before->outcomes;
    if (t->one->verbose)
        sb_info("layer %s, threads %lld: %zu passed, %zu failed, %zu unsupported, %zu invalid",
                layer->name, (long long)threads, now[SB_CONTRACT_PASSED] - then[SB_CONTRACT_PASSED],
                now[SB_CONTRACT_FAILED] - then[SB_CONTRACT_FAILED],
                now[SB_CONTRACT_UNSUPPORTED] - then[SB_CONTRACT_UNSUPPORTED],
                now[SB_CONTRACT_INVALID] - then[SB_CONTRACT_INVALID]);
}

static size_t try_layers(trying *t, int64_t threads)
{
    const sb_check_case *one = t->one;
    const sb_operation operation = sb_check_operation(&one->plugin->kernels[one->kernel]);
    size_t layer_count, tried = 0;
    const sb_layer *layers = sb_odd_layers(&layer_count);
    if (!one->layer)
        sb_contract_check_pure(t->contract, one->kernel, layers, layer_count, operation, threads);
    for (size_t i = 0; i < layer_count; i++) {
        if (!layers[i].operations[operation] ||
            (one->layer && !sb_glob_match(one->layer, layers[i].name)))
            continue;
        const sb_check_counts before = *t->counts;
        try_layer(t, &layers[i], threads);
        tell_layer(t, &layers[i], threads, &before);
        tried++;
    }
    return tried;
}

int sb_check_one(const sb_check_case *one, const sb_contract_watch *watch, sb_check_counts *counts,
                 sb_error *error)
{
    *counts = (sb_check_counts) { 0 };
    trying t = { .one = one, .counts = counts, .random = { one->seed } };
    t.contract = sb_contract_open(one->plugin->path, watch, error);
    if (!t.contract)
        return SB_FAILED;
    size_t tried = try_layers(&t, one->threads ? one->threads : 1);
    if (!one->threads && one->most_threads > 1)
        tried += try_layers(&t, one->most_threads);
    if (!one->leaves)
        sb_contract_close(t.contract);
    if (tried == 0)
        return sb_fail(
            error,
            "--layer %s: no layer that this kernel is checked on has such a name; --verbose "
            "without --layer prints the names",
            one->layer);
    return SB_OK;
}
