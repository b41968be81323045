/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/search.h"

#include "core/clock.h"
#include "core/text.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --------------------------------------------------------------------------- what was evaluated */

static size_t slot_of(const sb_search *search, size_t index)
{
    sb_random mix = { index };
    size_t slot = (size_t)sb_random_next(&mix) & (search->slot_count - 1);
    while (search->slots[slot] && search->evaluated[search->slots[slot] - 1].index != index)
        slot = (slot + 1) & (search->slot_count - 1);
    return slot;
}

bool sb_seen(const sb_search *search, size_t index)
{
    return search->slots[slot_of(search, index)] != 0;
}

static void enlarge_slots(sb_search *search)
{
    search->evaluated_capacity = search->evaluated_capacity ? 2 * search->evaluated_capacity : 256;
    search->evaluated =
        sb_grow(search->evaluated, search->evaluated_capacity, sizeof *search->evaluated);
    free(search->slots);
    search->slot_count = 2 * search->evaluated_capacity;
    search->slots = sb_new(search->slot_count, sizeof *search->slots);
    for (size_t i = 0; i < search->evaluated_count; i++)
        search->slots[slot_of(search, search->evaluated[i].index)] = (uint32_t)i + 1;
}

static void record_evaluated(sb_search *search, size_t index, double objective)
{
    if (search->evaluated_count == search->evaluated_capacity)
        enlarge_slots(search);
    size_t slot = slot_of(search, index);
    if (search->slots[slot])
        return;
    if (!isfinite(objective))
        objective = INFINITY;
    bool first = search->best == search->evaluated_count;
    size_t place = search->evaluated_count++;
    search->evaluated[place] = (sb_evaluated) { .index = (uint32_t)index, .objective = objective };
    search->slots[slot] = (uint32_t)place + 1;
    if (first)
        search->best = isinf(objective) ? search->evaluated_count : place;
    else if (objective < search->evaluated[search->best].objective)
        search->best = place;
}

static double best_objective(const sb_search *search)
{
    return search->best < search->evaluated_count ? search->evaluated[search->best].objective
                                                  : INFINITY;
}

/* ---------------------------------------------------------------------------------- evaluation */

static bool is_spent(const sb_search *search)
{
    return search->evaluations >= search->budget ||
           (search->deadline_ns && sb_now_ns() >= search->deadline_ns);
}

static void evaluate_index(sb_search *search, size_t index)
{
    int64_t values[SB_SPACE_AXES];
    double objective = INFINITY;
    sb_space_values(search->space, index, values);
    if (search->tell_expected)
        *search->tell_expected = search->expected;
    search->expected = NAN;
    int rc = search->evaluate(search->context, index, values, best_objective(search), &objective,
                              search->error);
    if (rc < 0)
        search->status = rc;
    if (rc >= 0) {
        record_evaluated(search, index, objective);
        search->evaluations++;
    }
    if (rc != 0)
        search->stopped = true;
}

bool sb_try(sb_search *search, size_t index, double *objective)
{
    assert(index < search->space->size);
    if (search->stopped)
        return false;
    if (!sb_seen(search, index)) {
        if (is_spent(search)) {
            search->stopped = true;
            return false;
        }
        evaluate_index(search, index);
        if (search->evaluated_count == search->space->size)
            search->stopped = true;
    }
    uint32_t place = search->slots[slot_of(search, index)];
    if (objective)
        *objective = place ? search->evaluated[place - 1].objective : INFINITY;
    return !search->stopped;
}

bool sb_unseen(sb_search *search, size_t *index)
{
    size_t size = search->space->size;
    if (search->stopped || search->evaluated_count >= size) {
        search->stopped = true;
        return false;
    }
    for (int i = 0; i < 32; i++) {
        *index = sb_search_pick(search, size);
        if (!sb_seen(search, *index))
            return true;
    }
    while (sb_seen(search, *index)) /* almost all are evaluated: take the next one */
        *index = (*index + 1) % size;
    return true;
}

/* ----------------------------------------------------------------------------------- sampling */

void sb_search_shuffle(sb_search *search, uint32_t *items, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = sb_search_pick(search, i);
        uint32_t moved = items[i - 1];
        items[i - 1] = items[j];
        items[j] = moved;
    }
}

void sb_search_design(sb_search *search, size_t count, uint32_t *out)
{
    size_t axes = search->space->axis_count;
    uint32_t *digits = sb_new(count * (axes + 1), sizeof *digits);
    uint32_t *strata = sb_new(count, sizeof *strata);
    for (size_t a = 0; a < axes; a++) {
        for (uint32_t i = 0; i < count; i++)
            strata[i] = i;
        sb_search_shuffle(search, strata, count);
        for (size_t i = 0; i < count; i++) {
            double where = (strata[i] + sb_random_unit(&search->random)) / (double)count;
            digits[i * axes + a] = (uint32_t)(where * search->space->axes[a].count);
        }
    }
    for (size_t i = 0; i < count; i++)
        out[i] = (uint32_t)sb_space_repair(search->space, digits + i * axes, &search->random);
    free(strata);
    free(digits);
}

/* ---------------------------------------------------------------------------------------- run */

static void begin_search(sb_search *search, const sb_search_options *options)
{
    enlarge_slots(search);
    for (size_t i = 0; i < options->known_count; i++)
        record_evaluated(search, options->known[i].index, options->known[i].objective);
    search->stopped = search->evaluated_count == search->space->size;
    for (size_t i = 0; i < options->start_count; i++)
        if (!sb_try(search, options->starts[i], NULL))
            return;
}

int sb_search_run(const sb_strategy *strategy, const sb_space *space,
                  const sb_search_options *options, sb_evaluate *evaluator, void *context,
                  sb_search_result *result, sb_error *error)
{
    sb_search search = {
        .space = space,
        .random = { options->seed },
        .budget = options->evaluations ? options->evaluations : space->size,
        .least_gain = options->least_gain,
        .hints = options->hints,
        .hint_count = options->hint_count,
        .expected = NAN,
        .tell_expected = options->expected,
        .deadline_ns = options->time_ns ? sb_now_ns() + options->time_ns : 0,
        .evaluate = evaluator,
        .context = context,
        .error = error,
    };
    begin_search(&search, options);
    if (!search.stopped)
        strategy->search(&search);
    *result = (sb_search_result) {
        .best_objective = best_objective(&search),
        .over = search.hopeless || search.evaluated_count == space->size,
    };
    if (search.best < search.evaluated_count)
        result->best = search.evaluated[search.best].index;
    result->evaluated_count = search.evaluations;
    memmove(search.evaluated, search.evaluated + search.evaluated_count - search.evaluations,
            search.evaluations * sizeof *search.evaluated);
    result->evaluated = search.evaluated;
    free(search.slots);
    return search.status;
}
