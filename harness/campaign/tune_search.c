/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/tune_state.h"

#include "campaign/tune_allowed.h"
#include "campaign/winners.h"
#include "core/clock.h"
#include "core/log.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LISTING = 2 }; /* this part of a search's first time, at most, lists the space */

/* ---------------------------------------------------------------------------------- to begin */

/* As sb_valid_batch, for what is valid and allowed. */
static int ask_allowed(void *context, const int64_t *values, size_t count, unsigned char *ok,
                       sb_error *error)
{
    const sb_tune_search *s = context;
    if (sb_evaluator_valid(s->evaluator, values, count, ok, error) < 0)
        return SB_FAILED;
    sb_tune_forbid(s->target.candidate, values, count, ok);
    return SB_OK;
}

/* Relative to the defaults for this layer, not to those declared for all layers. */
static int build_space(sb_tune_search *s, int64_t time_ns, sb_error *error)
{
    size_t count = s->kernel->parameter_count;
    sb_parameter_info here[SB_MAX_PARAMETERS];
    memcpy(here, s->kernel->parameters, count * sizeof *here);
    sb_evaluator_narrow(s->evaluator, here);
    sb_tune_prepare(s->target.candidate, s->defaults, here);
    const sb_space_listing listing = {
        .valid = ask_allowed,
        .context = s,
        .time_ns = time_ns,
        .stop = s->context->session->stop,
    };
    return sb_space_list(here, count, &listing, &s->space, error);
}

/* Selects the kernel and finds its defaults for the layer. If the values that the configuration
 * fixes, or lists first, cannot be used there, they are the kernel's own, and cannot win. */
static sb_verdict take_defaults(sb_tune_search *s, sb_error *why)
{
    const sb_candidate *candidate = s->target.candidate;
    sb_verdict verdict = sb_evaluator_take(s->evaluator, candidate, s->defaults, why);
    if (verdict == SB_VERDICT_UNSUPPORTED && candidate->given) {
        sb_candidate plain = *candidate;
        plain.given = 0;
        verdict = sb_evaluator_take(s->evaluator, &plain, s->defaults, why);
    }
    s->barred = !sb_tune_allows(candidate, s->defaults);
    return verdict;
}

/* A kernel that does not support the layer is skipped. */
static int take_kernel(sb_tune_search *s)
{
    sb_error why = { "" };
    sb_verdict verdict = take_defaults(s, &why);
    if (verdict == SB_VERDICT_UNSUPPORTED)
        return 0;
    if (verdict != SB_VERDICT_OK)
        sb_warn("%s on %s: its defaults fail: %s", s->key.kernel, s->target.layer->name, why.text);
    return 1;
}

/* With --resume: is the winner already stored? Then it is reported without searching. */
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

int sb_tune_search_begin(sb_tune_search *s, const sb_tune_context *context, sb_evaluator *evaluator,
                         const sb_tune_target *target, sb_error *error)
{
    *s = (sb_tune_search) {
        .context = context,
        .evaluator = evaluator,
        .target = *target,
        .kernel = &target->candidate->plugin->kernels[target->candidate->kernel],
        .default_ns = INFINITY,
        .seen = INFINITY,
    };
    s->key = sb_winners_key(context->records->machine, target->candidate, target->layer,
                            target->threads, &s->name);
    s->id = (sb_search_id) { .layer = target->layer->name,
                             .kernel = target->candidate->label,
                             .operation = target->candidate->operation,
                             .threads = target->threads };
    int settled = find_settled(s, error);
    return settled < 0 ? settled : settled ? 0 : take_kernel(s);
}

/* --------------------------------------------------------------------------------- to search */

/* Verifying and timing takes a dozen calls and more: with a naive kernel, longer than searching the
 * others. The first call may be slow for other reasons. */
static bool is_hopeless(const sb_tune_search *s, double best_ns)
{
    static const double slower = 10.0, long_ns = 1e6;
    const double limit = fmax(slower * best_ns, long_ns);
    return sb_tune_search_timed(s) && sb_evaluator_call(s->evaluator, s->defaults) > limit &&
           sb_evaluator_call(s->evaluator, s->defaults) > limit;
}

void sb_tune_search_glance(sb_tune_search *s, double best_ns)
{
    s->behind = isfinite(best_ns) && is_hopeless(s, best_ns);
    if (s->behind)
        return;
    const bool timed = sb_tune_search_timed(s);
    const double rival = timed ? best_ns : INFINITY;
    sb_evaluation e = sb_evaluator_glance(s->evaluator, s->defaults, INFINITY, rival);
    s->default_ns = e.objective;
    if (!s->barred)
        sb_tune_search_see(s, &e);
}

/* If no parameter set is valid, there is nothing to search. A list that the user interrupts is not
 * used. */
static void find_space(sb_tune_search *s, int64_t time_ns)
{
    sb_error why = { "" };
    int64_t start = sb_now_ns();
    const int rc = build_space(s, time_ns, &why);
    s->times.space = sb_seconds_since(start);
    if (sb_tune_is_stopped(s->context)) {
        sb_space_free(&s->space);
        return;
    }
    s->over = rc < 0;
    s->id.space = s->space.size;
    if (!s->over && !s->space.complete)
        sb_info("%s on %s has more parameter sets than the %zu that are searched", s->key.kernel,
                s->target.layer->name, s->space.size);
    if (s->over)
        sb_warn("%s on %s is not tuned: %s", s->key.kernel, s->target.layer->name, why.text);
}

/* Listing and searching, in the time that the search has. */
static int list_and_explore(sb_tune_search *s, const sb_search_options *limits, sb_error *error)
{
    const int64_t end = sb_now_ns() + limits->time_ns;
    sb_search_options left = *limits;
    if (!s->space.size)
        find_space(s, (limits->time_ns + LISTING - 1) / LISTING);
    if (s->over || sb_tune_is_stopped(s->context))
        return SB_OK;
    if (limits->time_ns && (left.time_ns = end - sb_now_ns()) <= 0)
        return SB_OK;
    return sb_tune_explore(s, &left, error);
}

int sb_tune_search_go_on(sb_tune_search *s, const sb_search_options *limits, bool again,
                         sb_error *error)
{
    sb_tune_records *records = s->context->records;
    if (again) {
        sb_error why = { "" };
        take_defaults(s, &why);
        sb_tune_time_best(s);
    }
    int rc = list_and_explore(s, limits, error);
    if (sb_evaluation_log_flush(&records->evaluations, records->dir, rc < 0 ? NULL : error) < 0 &&
        rc >= 0)
        rc = SB_FAILED;
    if (rc == SB_OK && sb_tune_is_stopped(s->context)) {
        rc = sb_tune_search_keep(s, error);
        rc = rc < 0 ? rc : SB_INTERRUPTED;
    }
    return rc;
}

/* ---------------------------------------------------------------------------------- to end */

int sb_tune_search_keep(const sb_tune_search *s, sb_error *error)
{
    const sb_tune_records *records = s->context->records;
    if (!s->evaluated_count)
        return SB_OK;
    if (s->failed)
        sb_warn("%s on %s: %zu %s failed; see evaluations.csv", s->key.kernel,
                s->target.layer->name, s->failed,
                s->failed == 1 ? "parameter set" : "parameter sets");
    return sb_evaluation_log_export(records->dir, &s->id, records->machine, &s->space, s->evaluated,
                                    s->evaluated_count, error);
}

int sb_tune_search_finish(sb_tune_search *s, int64_t race_ns, sb_error *error)
{
    if (!s->space.size)
        return SB_OK;
    int rc = sb_tune_search_keep(s, error);
    if (rc == SB_OK)
        rc = sb_tune_draw_base_line(s, error);
    if (rc == SB_OK && sb_tune_is_stopped(s->context))
        rc = SB_INTERRUPTED;
    if (rc == SB_OK)
        rc = sb_tune_decide(s, race_ns, error);
    sb_tune_records *records = s->context->records;
    if (sb_evaluation_log_flush(&records->evaluations, records->dir, rc < 0 ? NULL : error) < 0 &&
        rc >= 0)
        rc = SB_FAILED;
    return rc;
}

void sb_tune_search_end(sb_tune_search *s)
{
    if (s->space.size)
        sb_space_free(&s->space);
    free(s->evaluated);
    sb_text_free(&s->name);
    s->context->progress->done++;
}
