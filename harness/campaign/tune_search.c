/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/tune_search.h"

#include "campaign/tune_state.h"
#include "campaign/winners.h"
#include "core/clock.h"
#include "core/log.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

sb_operation sb_tune_target_operation(const sb_tune_target *target)
{
    return target->candidate->operation;
}

/* Search, race, winner; what was evaluated is kept whatever comes. */
static int search_space(sb_tune_search *s, sb_error *error)
{
    const sb_tune_context *t = s->context;
    int rc = sb_tune_explore(s, error);
    if (s->failed)
        sb_warn("%s on %s: %zu configurations failed; see evaluations.csv", s->key.kernel,
                s->target->layer->name, s->failed);
    if (rc == SB_OK && *t->session->stop)
        rc = SB_INTERRUPTED;
    if (rc == SB_OK || rc == SB_INTERRUPTED) {
        int kept = sb_evaluation_log_export(t->records->dir, &s->id, t->records->machine, &s->space,
                                            s->evaluated, s->evaluated_count, error);
        rc = kept < 0 ? kept : rc;
    }
    if (rc == SB_OK)
        rc = sb_tune_draw_base_line(s, error);
    if (rc == SB_OK && *t->session->stop)
        rc = SB_INTERRUPTED;
    return rc == SB_OK ? sb_tune_decide(s, error) : rc;
}

/* Seen from the defaults for this layer, not from those that the kernel declares for all. */
static int build_space(sb_tune_search *s, sb_error *error)
{
    size_t count = s->kernel->parameter_count;
    sb_parameter_info here[SB_MAX_PARAMETERS];
    memcpy(here, s->kernel->parameters, count * sizeof *here);
    for (size_t i = 0; i < count; i++)
        if (sb_parameter_legal(&here[i], s->defaults[i]))
            here[i].initial = s->defaults[i];
    return sb_space_build(here, count, sb_evaluator_valid, s->evaluator, &s->space, error);
}

/* A kernel that does not do the layer, or has nothing valid there, is passed over. */
static int tune_one(sb_tune_search *s, sb_error *error)
{
    sb_error why = { "" };
    sb_verdict verdict = sb_evaluator_take(s->evaluator, s->target->candidate, s->defaults, &why);
    if (verdict == SB_VERDICT_UNSUPPORTED)
        return SB_OK;
    if (verdict != SB_VERDICT_OK)
        sb_warn("%s on %s: its defaults fail: %s", s->key.kernel, s->target->layer->name, why.text);
    int64_t start = sb_now_ns();
    int built = build_space(s, &why);
    s->times.space = sb_seconds_since(start);
    if (built < 0) {
        sb_warn("%s on %s is not tuned: %s", s->key.kernel, s->target->layer->name, why.text);
        return SB_OK;
    }
    s->id.space = s->space.size;
    int rc = search_space(s, error);
    sb_space_free(&s->space);
    return rc;
}

/* ------------------------------------------------------------------------------- all of them */

/* With --resume: is the winner there already? Then it is only told. */
static int find_settled(sb_tune_search *s, sb_error *error)
{
    sb_tune_winner winner;
    int found = s->context->manner->resume
                    ? sb_tunedb_get(s->context->records->db, &s->key, &winner, error)
                    : 0;
    if (found <= 0)
        return found;
    if (!sb_search_log_has(&s->context->records->searches, &s->id))
        sb_search_log_add(&s->context->records->searches,
                          &(sb_search_row) {
                              .id = s->id,
                              .technique = s->kernel->technique,
                              .strategy = winner.strategy,
                              .params = winner.params,
                              .default_ns = winner.default_ns,
                              .tuned_ns = winner.time_ns,
                              .ratio = { winner.default_ns / winner.time_ns, NAN, NAN },
                              .evaluations = (size_t)winner.evaluations,
                              .times = { NAN, NAN, NAN, NAN, NAN },
                          });
    sb_tune_winner_free(&winner);
    return 1;
}

int sb_tune_search_run(const sb_tune_context *context, sb_evaluator *evaluator,
                       const sb_tune_target *target, sb_error *error)
{
    sb_tune_records *records = context->records;
    sb_tune_search s = {
        .context = context,
        .evaluator = evaluator,
        .target = target,
        .kernel = &target->candidate->plugin->kernels[target->candidate->kernel],
    };
    s.key = sb_winners_key(records->machine, target->candidate, target->layer, target->threads,
                           &s.name);
    s.id = (sb_search_id) { .layer = target->layer->name,
                            .kernel = s.key.kernel,
                            .operation = target->candidate->operation,
                            .threads = target->threads };
    int rc = find_settled(&s, error);
    if (rc == 0)
        rc = tune_one(&s, error);
    if (sb_evaluation_log_flush(&records->evaluations, records->dir, rc < 0 ? NULL : error) < 0 &&
        rc >= 0)
        rc = SB_FAILED;
    free(s.evaluated);
    sb_text_free(&s.name);
    context->progress->done += rc >= 0;
    return rc < 0 ? rc : SB_OK;
}
