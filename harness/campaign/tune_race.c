/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/tune_race.h"

#include "campaign/winners.h"
#include "core/text.h"
#include "measure/choose.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RACE_NS  300000000  /* of samples, for an entrant */
#define AGAIN_NS 1000000000 /* for the winner and for the defaults */
#define LEAST_NS 5000000    /* least, if time is short */
#define BRIEF_NS 100000000  /* with less, one process and short turns tell most */

static const double near_enough = 1.02;

/* The defaults come first, then the entrants. Labels are owned. */
static sb_candidate *make_candidates(const sb_race *race, const uint32_t *entrants, size_t count)
{
    const sb_kernel_info *kernel = &race->kernel->plugin->kernels[race->kernel->kernel];
    sb_candidate *candidates = sb_new(count + 1, sizeof *candidates);
    candidates[0] = *race->kernel;
    candidates[0].label = sb_copy_text("defaults");
    for (size_t i = 0; i < count; i++) {
        sb_candidate *c = &candidates[i + 1];
        *c = *race->kernel;
        c->label = sb_space_text(race->space, entrants[i]);
        c->origin = "tuned";
        c->given = (1u << kernel->parameter_count) - 1;
        sb_space_values(race->space, entrants[i], c->values);
    }
    return candidates;
}

static void free_candidates(sb_candidate *candidates, size_t count)
{
    for (size_t i = 0; i <= count; i++)
        free((char *)(uintptr_t)candidates[i].label);
    free(candidates);
}

/* The time for each of `count`: `usual_ns`, or less if the time for all requires it; each of the
 * two measurements gets half of that. */
static int64_t allow_ns(const sb_race *race, int64_t usual_ns, size_t count)
{
    int64_t allowed = race->most_ns / 2 / (int64_t)count;
    if (race->most_ns == 0 || allowed > usual_ns)
        return usual_ns;
    return allowed < LEAST_NS ? LEAST_NS : allowed;
}

static bool is_timed(const sb_result *result)
{
    return result->verdict == SB_VERDICT_OK && result->summary.count > 0;
}

/* The least of a few measurements in turn, because the counters count other programs too. */
static void measure_powers(const sb_race *race, sb_group *group)
{
    enum { TURNS = 3 };
    const sb_kernel_info *kernel = &race->kernel->plugin->kernels[race->kernel->kernel];
    int64_t values[SB_MAX_PARAMETERS] = { 0 };
    for (int turn = 0; turn < TURNS; turn++)
        for (size_t i = 0; i < group->result_count; i++) {
            sb_result *result = &group->results[i];
            if (!is_timed(result) || !sb_winners_parse(kernel, result->params, values))
                continue;
            sb_evaluation e = sb_evaluator_try(race->evaluator, values);
            result->watts = turn == 0 ? e.watts : fmin(result->watts, e.watts);
        }
}

/* Measures them in new workers, for at most `most_ns` each. */
static int measure_entrants(const sb_race *race, const uint32_t *entrants, size_t count,
                            int64_t most_ns, sb_group *group, sb_error *error)
{
    sb_measure_options options = *race->measuring;
    sb_session *session = sb_session_open(race->session);
    sb_candidate *candidates = make_candidates(race, entrants, count);
    sb_layer layer = *race->layer;
    for (int op = 0; op < SB_OPERATIONS; op++)
        layer.operations[op] = op == (int)race->kernel->operation;
    if (options.max_time_ns > most_ns)
        options.max_time_ns = most_ns;
    options.known = sb_evaluator_known(race->evaluator);
    options.brief = race->most_ns && most_ns < BRIEF_NS;
    int rc = sb_measure_group(session, &layer, race->threads, candidates, count + 1, &options,
                              group, error);
    free_candidates(candidates, count);
    sb_session_close(session);
    if (rc == SB_OK && race->kernel->objective == SB_MINIMISE_ENERGY)
        measure_powers(race, group);
    return rc;
}

static double cost_of(const sb_race *race, const sb_result *result)
{
    return sb_objective_of(race->kernel->objective, result->time.value, result->prepare_ns,
                           result->workspace_bytes, result->watts);
}

/* The first result that may win. */
static size_t first_of(const sb_race *race)
{
    return race->barred ? 1 : 0;
}

static const sb_result *fastest_of(const sb_race *race, const sb_group *group)
{
    const sb_result *best = NULL;
    for (size_t i = first_of(race); i < group->result_count; i++)
        if (is_timed(&group->results[i]) &&
            (!best || cost_of(race, &group->results[i]) < cost_of(race, best)))
            best = &group->results[i];
    return best;
}

static bool is_tie(const sb_race *race, const sb_group *group, const sb_result *result,
                   const sb_result *fastest)
{
    if (!is_timed(result) || result == fastest)
        return result == fastest;
    if (cost_of(race, result) > near_enough * cost_of(race, fastest))
        return false;
    if (race->kernel->objective == SB_MINIMISE_PACKING ||
        race->kernel->objective == SB_MINIMISE_ENERGY)
        return true; /* plans and powers are not paired */
    sb_interval ratio = sb_paired_ratio(result, fastest, group->result_count - 1,
                                        race->measuring->confidence, race->measuring->seed);
    return ratio.value <= near_enough && sb_decide(ratio, race->floor) != SB_SLOWER;
}

/* Its place among what the nearest problems use; after all of these, if it is not. */
static size_t find_near(const sb_race *race, uint32_t index)
{
    size_t at = 0;
    while (at < race->near_count && race->near[at] != index)
        at++;
    return at;
}

bool sb_race_prefers(const sb_race *race, uint32_t first, uint32_t second)
{
    size_t x = find_near(race, first), y = find_near(race, second);
    return x != y ? x < y : first < second;
}

/* Selects the winner among the ties: 0 the defaults, i entrant i - 1; -1 if none passed. Stores the
 * ties' text. */
static ptrdiff_t choose_winner(const sb_race *race, const sb_group *group, const uint32_t *entrants,
                               sb_text *others)
{
    const sb_result *fastest = fastest_of(race, group);
    ptrdiff_t chosen = -1;
    for (size_t i = first_of(race); fastest && i < group->result_count; i++)
        if (is_tie(race, group, &group->results[i], fastest) &&
            (chosen < 0 ||
             (chosen > 0 && sb_race_prefers(race, entrants[i - 1], entrants[chosen - 1]))))
            chosen = (ptrdiff_t)i;
    sb_text_add(others, "%s", "");
    for (size_t i = first_of(race); fastest && i < group->result_count; i++)
        if ((ptrdiff_t)i != chosen && is_tie(race, group, &group->results[i], fastest))
            sb_text_add(others, "%s%s", others->length ? "\n" : "", group->results[i].params);
    return chosen;
}

/* Compares the group's result `at` with the defaults, which are its first. */
static void note_winner(const sb_race *race, const sb_group *group, size_t at,
                        sb_race_result *result)
{
    const sb_result *winner = &group->results[at], *defaults = &group->results[0];
    free(result->params);
    result->params = sb_copy_text(winner->params);
    result->defaults = at == 0;
    result->time_ns = winner->time.value;
    result->default_ns = is_timed(defaults) ? defaults->time.value : NAN;
    result->gain = (sb_interval) { NAN, NAN, NAN };
    if (at == 0)
        result->gain = (sb_interval) { 1, 1, 1 };
    else if (is_timed(defaults) && race->kernel->objective != SB_MINIMISE_TIME)
        result->gain.value = cost_of(race, defaults) / cost_of(race, winner);
    else if (is_timed(defaults))
        result->gain = sb_paired_ratio(defaults, winner, 1, race->measuring->confidence,
                                       race->measuring->seed);
}

/* The race may have been decided by chance. */
static bool is_proven(const sb_race *race, const sb_race_result *result)
{
    if (race->kernel->objective != SB_MINIMISE_TIME)
        return result->gain.value > near_enough;
    return sb_decide(result->gain, race->floor) == SB_SLOWER;
}

static int measure_again(const sb_race *race, uint32_t winner, sb_race_result *result,
                         sb_error *error)
{
    sb_group group;
    int rc = measure_entrants(race, &winner, 1, allow_ns(race, AGAIN_NS, 2), &group, error);
    if (rc < 0)
        return rc;
    if (is_timed(&group.results[1])) {
        note_winner(race, &group, 1, result);
        if (!race->barred && is_timed(&group.results[0]) && !is_proven(race, result))
            note_winner(race, &group, 0, result);
    } else if (!race->barred && is_timed(&group.results[0])) {
        note_winner(race, &group, 0, result);
    }
    sb_group_free(&group);
    return SB_OK;
}

int sb_race_run(const sb_race *race, const uint32_t *entrants, size_t count, sb_race_result *result,
                sb_error *error)
{
    sb_group group;
    sb_text others = { 0 };
    *result = (sb_race_result) { .time_ns = NAN, .default_ns = NAN, .gain = { NAN, NAN, NAN } };
    int rc =
        measure_entrants(race, entrants, count, allow_ns(race, RACE_NS, count + 1), &group, error);
    if (rc < 0)
        return rc;
    ptrdiff_t chosen = choose_winner(race, &group, entrants, &others);
    if (chosen == 0)
        note_winner(race, &group, 0, result);
    sb_group_free(&group);
    result->ties = others.data;
    if (chosen > 0)
        rc = measure_again(race, entrants[chosen - 1], result, error);
    if (rc < 0)
        sb_race_result_free(result);
    return rc;
}

void sb_race_result_free(sb_race_result *result)
{
    free(result->params);
    free(result->ties);
    *result = (sb_race_result) { 0 };
}
