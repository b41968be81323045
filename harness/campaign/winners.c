/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/winners.h"

#include "core/log.h"
#include "machine/cpu.h"
#include "measure/validity.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *sb_winners_machine(const sb_topology *topology, const sb_cpu *cpu)
{
    char features[128];
    sb_text text = { 0 };
    sb_text_add(&text, "%s; %s", topology->model,
                sb_cpu_features_text(cpu, features, sizeof features));
    if (topology->kinds > 1)
        sb_text_add(&text, "; %s", topology->chosen);
    return text.data;
}

static const sb_kernel_info *kernel_of(const sb_candidate *candidate)
{
    return &candidate->plugin->kernels[candidate->kernel];
}

/* "{objective=memory;layout=nhwc;pixels=7|14;rows<=4}": a restricted tuning, or one by another
 * objective, has its own key, so that others do not use its result. */
static void add_restrictions(const sb_candidate *candidate, sb_text *text)
{
    const sb_kernel_info *kernel = kernel_of(candidate);
    size_t some = 0;
    if (candidate->objective != SB_MINIMISE_TIME) {
        sb_text_add(text, "{objective=%s", sb_objective_name(candidate->objective));
        some = 1;
    }
    for (size_t p = 0; p < kernel->parameter_count; p++) {
        if (!(candidate->given & 1u << p))
            continue;
        sb_text_add(text, "%s%s", some++ ? ";" : "{", kernel->parameters[p].id);
        for (size_t i = 0, values = 0; i < candidate->choice_count; i++)
            if (candidate->choices[i].parameter == p)
                sb_text_add(text, "%s%" PRId64, values++ ? "|" : "=", candidate->choices[i].value);
    }
    for (size_t i = 0; i < candidate->constraint_count; i++)
        sb_text_add(text, "%s%s", some++ ? ";" : "{",
                    sb_expression_text(candidate->constraints[i].expression));
    if (some)
        sb_text_add(text, "}");
}

sb_tune_key sb_winners_key(const char *machine, const sb_candidate *candidate,
                           const sb_layer *layer, int64_t threads, sb_text *kernel)
{
    sb_text_clear(kernel);
    sb_text_add(kernel, "%s/%s", candidate->plugin->id, kernel_of(candidate)->id);
    add_restrictions(candidate, kernel);
    return (sb_tune_key) {
        .machine = machine,
        .build = candidate->plugin->build,
        .kernel = kernel->data,
        .problem = sb_layer_problem(layer, candidate->operation, threads),
    };
}

/* One "name=value" of `length` bytes. */
static bool parse_one(const sb_kernel_info *kernel, const char *part, size_t length,
                      int64_t *values, uint32_t *given)
{
    char text[256];
    if (length >= sizeof text)
        return false;
    memcpy(text, part, length);
    text[length] = '\0';
    char *value = strchr(text, '=');
    if (!value)
        return false;
    *value++ = '\0';
    for (size_t i = 0; i < kernel->parameter_count; i++)
        if (strcmp(kernel->parameters[i].id, text) == 0) {
            *given |= 1u << i;
            return sb_params_parse_value(&kernel->parameters[i], value, &values[i], NULL) == SB_OK;
        }
    return false;
}

bool sb_winners_parse(const sb_kernel_info *kernel, const char *params, int64_t *values)
{
    uint32_t given = 0;
    while (*params) {
        size_t length = strcspn(params, ";");
        if (!parse_one(kernel, params, length, values, &given))
            return false;
        params += length + (params[length] == ';');
    }
    return given == (1u << kernel->parameter_count) - 1;
}

bool sb_winners_open(const sb_candidate *candidate)
{
    uint32_t all = (1u << kernel_of(candidate)->parameter_count) - 1;
    return !candidate->plain && all & ~(candidate->given & ~candidate->listed);
}

/* --------------------------------------------------------------------------------- for a sweep */

int sb_winners_start(sb_winners *winners, sb_tuned tuned, const sb_topology *topology,
                     const sb_cpu *cpu, sb_error *error)
{
    *winners = (sb_winners) { .tuned = tuned };
    if (tuned == SB_TUNED_NEVER)
        return SB_OK;
    sb_error local;
    char *path = sb_tunedb_default_path(&local);
    bool there = path && access(path, F_OK) == 0;
    if (there)
        winners->db = sb_tunedb_open(path, false, &local);
    free(path);
    winners->machine = sb_winners_machine(topology, cpu);
    if (!there || winners->db)
        return SB_OK;
    if (tuned == SB_TUNED_REQUIRE) {
        sb_winners_end(winners);
        return sb_fail(error, "%s", local.text);
    }
    sb_warn("tuned parameters are not used: %s", local.text);
    return SB_OK;
}

void sb_winners_end(sb_winners *winners)
{
    sb_tunedb_close(winners->db);
    free(winners->machine);
    *winners = (sb_winners) { 0 };
}

/* 1 if the candidate has a winner and got its parameters, 0 if there is none. */
static int take_winner(const sb_winners *w, const sb_tune_key *key, sb_candidate *candidate,
                       sb_error *error)
{
    const sb_kernel_info *kernel = kernel_of(candidate);
    sb_tune_winner winner = { 0 };
    int64_t values[SB_MAX_PARAMETERS] = { 0 };
    int found = w->db ? sb_tunedb_get(w->db, key, &winner, error) : 0;
    if (found <= 0)
        return found;
    bool usable = sb_winners_parse(kernel, winner.params, values);
    if (usable) {
        memcpy(candidate->values, values, sizeof values);
        candidate->given = (1u << kernel->parameter_count) - 1;
        candidate->origin = "tuned";
    } else {
        sb_warn("the tuning database contains parameters that %s does not have: %s", key->kernel,
                winner.params);
    }
    sb_tune_winner_free(&winner);
    return usable;
}

static bool supports_problem(sb_session *session, const sb_candidate *candidate,
                             const sb_problem *problem)
{
    const sb_validity asked = { session, candidate->plugin, candidate->kernel, *problem };
    return sb_validity_support(&asked) == SB_VERDICT_OK;
}

int sb_winners_apply(const sb_winners *winners, sb_session *session, const sb_config *config,
                     const sb_layer *layer, int64_t threads, sb_candidate *candidates, size_t count,
                     sb_error *error)
{
    sb_text kernel = { 0 };
    int rc = SB_OK;
    for (size_t i = 0; i < count && rc == SB_OK && winners->tuned != SB_TUNED_NEVER; i++) {
        sb_candidate *candidate = &candidates[i];
        if (!sb_winners_open(candidate) || !layer->operations[candidate->operation])
            continue;
        sb_tune_key key = sb_winners_key(winners->machine, candidate, layer, threads, &kernel);
        int found = take_winner(winners, &key, candidate, error);
        if (found < 0)
            rc = SB_FAILED;
        else if (!found && winners->tuned == SB_TUNED_REQUIRE &&
                 supports_problem(session, candidate, &key.problem))
            rc = sb_fail(error,
                         "tuned: require: %s is not tuned for layer %s with %" PRId64
                         " threads; run: sepbench tune %s",
                         key.kernel, layer->name, threads, config->path);
    }
    sb_text_free(&kernel);
    return rc;
}
