/* SPDX-License-Identifier: Apache-2.0 */
/* Random parameter sets, with which figures compare a search. */
#include "campaign/tune_state.h"

#include "core/clock.h"

#include <math.h>
#include <stdlib.h>

/* Parameter sets that the search has measured are not measured again, but count: the draws stay
 * uniform. */
static sb_evaluation evaluate_or_recall(const sb_tune_search *s, size_t index,
                                        const int64_t *values)
{
    for (size_t i = 0; i < s->evaluated_count; i++)
        if (s->evaluated[i].index == index)
            return (sb_evaluation) {
                .verdict = isfinite(s->evaluated[i].objective) ? SB_VERDICT_OK : SB_VERDICT_ERROR,
                .objective = s->evaluated[i].objective,
                .ns = s->evaluated[i].objective,
            };
    return sb_evaluator_try(s->evaluator, values);
}

/* As sb_evaluate, for a search that is only used by figures. */
static int evaluate_drawn(void *context, size_t index, const int64_t *values, double incumbent,
                          double *objective, sb_error *error)
{
    (void)incumbent, (void)error;
    sb_tune_search *s = context;
    sb_evaluation e = evaluate_or_recall(s, index, values);
    char *params = sb_space_text(&s->space, index);
    *objective = e.objective;
    s->drawn_best = fmin(s->drawn_best, e.ns);
    sb_evaluation_log_add(&s->context->records->evaluations, &s->id,
                          &(sb_evaluation_row) { .strategy = "base_line",
                                                 .params = params,
                                                 .number = ++s->drawn,
                                                 .evaluation = &e,
                                                 .predicted = NAN,
                                                 .best = s->drawn_best });
    free(params);
    return sb_tune_is_stopped(s->context);
}

/* As many random parameter sets as the search evaluated. If it evaluated all, none are needed: the
 * expected result of random search can be computed from these. */
int sb_tune_draw_base_line(sb_tune_search *s, sb_error *error)
{
    if (!s->context->manner->base_line || s->evaluated_count >= s->space.size)
        return SB_OK;
    int64_t start = sb_now_ns();
    const sb_search_options options = { .evaluations = s->evaluated_count,
                                        .seed = s->context->manner->limits.seed };
    const sb_strategy *random = sb_strategy_find("random", error);
    sb_search_result result;
    s->drawn_best = INFINITY;
    int rc = sb_search_run(random, &s->space, &options, evaluate_drawn, s, &result, error);
    free(result.evaluated);
    s->times.base = sb_seconds_since(start);
    return rc;
}
