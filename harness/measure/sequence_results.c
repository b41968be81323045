/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/sequence_set.h"

#include "core/text.h"
#include "measure/sequence_sums.h"

#include <stdlib.h>
#include <string.h>

static sb_estimator choose_estimator(const sb_sequence_set *s)
{
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < s->count; i++) {
        const size_t samples = s->runs[i].failed[0] ? SIZE_MAX : s->made[i].passes.count;
        least = samples < least ? samples : least;
    }
    return sb_estimator_for(s->job->options->estimator, least);
}

/* Of `count` legs from this one on. */
static sb_sequence_sums sum_legs(const sb_sequence_set *s, const sb_sequence_run *run,
                                 uint32_t first, uint32_t count)
{
    const sb_measure_options *o = s->job->options;
    const sb_sequence_legs_times times = { run->in_sequence + first, run->apart + first, count };
    return sb_sequence_sum(&times, run->to->estimator, o->confidence, o->seed);
}

/* The layers of a model, as "first to last". */
static void describe_model(const sb_sequence_set *s, const sb_sequence_run *run, uint32_t i,
                           sb_sequence_leg *to)
{
    const char *first = s->job->places[run->legs.legs[i].slot].layer->name;
    const char *last = s->job->places[run->legs.place[i]].layer->name;
    sb_text layers = { 0 };
    sb_text_add(&layers, "%s", first);
    if (strcmp(first, last) != 0)
        sb_text_add(&layers, " to %s", last);
    free(to->layer);
    free(to->kernel);
    free(to->params);
    to->layer = layers.data;
    to->kernel = sb_copy_text(run->to->name);
    to->params = sb_copy_text("");
    to->from = to->to = SB_NCHW;
}

static void describe_leg(const sb_sequence_set *s, const sb_sequence_run *run, uint32_t i,
                         sb_sequence_leg *to)
{
    const sb_leg *leg = &run->legs.legs[i];
    const size_t at = run->legs.place[i];
    const sb_sequence_place *place = &s->job->places[at];
    const sb_sequence_option *option = &place->options[run->choice[at]];
    const bool reorders = leg->slot < 0;
    const sb_sequence_sums sums = sum_legs(s, run, i, 1);
    *to = (sb_sequence_leg) {
        .layer = sb_copy_text(place->layer->name),
        .kernel = sb_copy_text(reorders ? "" : option->label),
        .params = sb_copy_text(reorders ? "" : option->params),
        .operation = place->operation,
        .reorder = reorders,
        .from = reorders ? (sb_layout)leg->from : option->input,
        .to = reorders ? (sb_layout)leg->to : option->output,
        .in_sequence = sums.in_sequence,
        .apart = sums.apart,
    };
    if (run->joins && !reorders)
        describe_model(s, run, i, to);
}

static void finish_run(const sb_sequence_set *s, sb_sequence_run *run, sb_estimator estimator)
{
    sb_sequence *to = run->to;
    to->estimator = estimator;
    const sb_sequence_sums sums = sum_legs(s, run, 0, run->legs.count);
    to->in_sequence = sums.in_sequence;
    to->apart = sums.apart;
    to->ratio = sums.ratio;
    to->legs = sb_new(run->legs.count, sizeof *to->legs);
    to->leg_count = run->legs.count;
    for (uint32_t i = 0; i < run->legs.count; i++)
        describe_leg(s, run, i, &to->legs[i]);
}

void sb_sequence_set_note_fault(sb_sequence_set *s, const sb_sequence_run *run)
{
    const sb_sequence_place *place = run->blames ? &s->job->places[run->at] : NULL;
    const sb_sequence_option *option = place ? &place->options[run->choice[run->at]] : NULL;
    s->faults = sb_grow(s->faults, s->fault_count + 1, sizeof *s->faults);
    s->faults[s->fault_count++] = (sb_sequence_fault) {
        .name = sb_copy_text(run->to->name),
        .threads = s->job->threads,
        .verdict = run->verdict,
        .layer = sb_copy_text(place ? place->layer->name : ""),
        .operation = place ? place->operation : SB_STANDARD,
        .kernel = sb_copy_text(option ? option->label : ""),
        .params = sb_copy_text(option ? option->params : ""),
        .detail = sb_copy_text(run->failed),
    };
}

void sb_sequence_set_estimate(sb_sequence_set *s)
{
    const sb_estimator estimator = choose_estimator(s);
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        sb_sequence_run *run = &s->runs[i];
        if (!run->failed[0] && run->to->passes.count && run->to->alone.count) {
            finish_run(s, run, estimator);
            s->made[kept++] = *run->to;
            continue;
        }
        if (run->failed[0] && !run->silent)
            sb_sequence_set_note_fault(s, run);
        sb_sequence_free(run->to);
    }
    s->count = kept;
}
