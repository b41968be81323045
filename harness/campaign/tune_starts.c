/* SPDX-License-Identifier: Apache-2.0 */
/* Where a search starts. */
#include "campaign/tune_state.h"

#include "campaign/tune_allowed.h"
#include "campaign/winners.h"
#include "core/log.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

static size_t add_start(const sb_tune_search *s, const int64_t *values, uint32_t *starts,
                        size_t count)
{
    ptrdiff_t index = sb_space_find_values(&s->space, values);
    if (index >= 0)
        starts[count++] = (uint32_t)index;
    return count;
}

size_t sb_tune_find_near(const sb_tune_search *s, uint32_t near[SB_TUNE_NEAREST])
{
    sb_tune_winner winners[SB_TUNE_NEAREST];
    size_t count = 0;
    if (s->context->manner->alone)
        return 0;
    int found = sb_tunedb_nearest(s->context->records->db, &s->key, winners, SB_TUNE_NEAREST, NULL);
    for (int i = 0; i < found; i++) {
        int64_t values[SB_MAX_PARAMETERS] = { 0 };
        if (sb_winners_parse(s->kernel, winners[i].params, values))
            count = add_start(s, values, near, count);
        sb_tune_winner_free(&winners[i]);
    }
    return count;
}

/* Says why the space does not have the configuration's starting point. */
static void explain_start(const sb_tune_search *s, const sb_start *start, const int64_t *values)
{
    const sb_candidate *candidate = s->target.candidate;
    const sb_constraint *violated = sb_tune_violated(candidate, values);
    char *params = sb_params_text(s->kernel, values);
    sb_error why = { "" };
    if (violated)
        sb_fail(&why, "it violates the constraint %s (%s)",
                sb_expression_text(violated->expression), violated->where);
    else if (!sb_tune_listed(candidate, values))
        sb_fail(&why, "'params' of the kernel does not allow it");
    else if (sb_evaluator_explain(s->evaluator, values, &why) == SB_VERDICT_OK)
        sb_fail(&why, "the space was truncated");
    sb_warn("%s: starting point %s is not used for %s on %s: %s", start->where, params,
            s->key.kernel, s->target.layer->name, why.text);
    free(params);
}

/* The values that the starting point or `params` fixes are given; the kernel completes them. If it
 * cannot, or if the space does not have the result, the others are the defaults. */
static void complete_start(const sb_tune_search *s, const sb_start *start, int64_t *values)
{
    const sb_candidate *candidate = s->target.candidate;
    int64_t completed[SB_MAX_PARAMETERS];
    sb_error why = { "" };
    memcpy(values, s->defaults, sizeof completed);
    memcpy(completed, candidate->values, sizeof completed);
    for (size_t p = 0; p < s->kernel->parameter_count; p++)
        if (start->given & 1u << p)
            values[p] = completed[p] = start->values[p];
    if (sb_evaluator_complete(s->evaluator, start->given | candidate->given, completed, &why) ==
            SB_VERDICT_OK &&
        sb_space_find_values(&s->space, completed) >= 0)
        memcpy(values, completed, sizeof completed);
}

static size_t add_given(const sb_tune_search *s, uint32_t *starts, size_t count)
{
    const sb_candidate *candidate = s->target.candidate;
    for (size_t i = 0; i < candidate->start_count; i++) {
        const sb_start *start = &candidate->starts[i];
        int64_t values[SB_MAX_PARAMETERS];
        complete_start(s, start, values);
        size_t before = count;
        count = add_start(s, values, starts, count);
        if (count == before)
            explain_start(s, start, values);
    }
    return count;
}

size_t sb_tune_make_starts(const sb_tune_search *s, uint32_t **starts)
{
    *starts = sb_new(1 + s->target.candidate->start_count + SB_TUNE_NEAREST, sizeof **starts);
    size_t count = add_start(s, s->defaults, *starts, 0);
    count = add_given(s, *starts, count);
    return count + sb_tune_find_near(s, *starts + count);
}
