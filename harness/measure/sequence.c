/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/sequence.h"

#include "core/clock.h"
#include "core/log.h"
#include "core/text.h"
#include "measure/rounds.h"
#include "measure/route.h"
#include "measure/sequence_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PROCESSES = 6,    /* default number of processes */
    MOST_ROUNDS = 60, /* rounds in a process */
    LEAST_ROUNDS = 3, /* rounds in all, if it takes longer than max_time */
    PATIENCE = 4      /* a sequence that takes this many times max_time is left out */
};

typedef struct sequences {
    const sb_sequence_job *job;
    sb_sequence_ground ground;
    sb_route_place *places;
    sb_route_reorders last;
    sb_sequence_run *runs;
    sb_sequence *made;
    size_t count;
    int64_t cost_ns; /* time to start everything in a process */
    int64_t processes;
} sequences;

static void free_leg(sb_sequence_leg *leg)
{
    free(leg->layer);
    free(leg->kernel);
    free(leg->params);
}

void sb_sequence_free(sb_sequence *sequence)
{
    for (size_t i = 0; i < sequence->leg_count; i++)
        free_leg(&sequence->legs[i]);
    free(sequence->legs);
    free(sequence->name);
    sb_series_free(&sequence->passes);
    sb_series_free(&sequence->alone);
    *sequence = (sb_sequence) { 0 };
}

bool sb_sequence_ask_layouts(sb_session *session, const sb_layer *layer, sb_operation operation,
                             int64_t threads, sb_sequence_option *option)
{
    sb_reply reply;
    sb_request request = {
        .ask = SB_ASK_LAYOUTS,
        .kernel = (uint32_t)option->kernel,
        .given = ~0u,
        .problem = sb_layer_problem(layer, operation, threads),
    };
    memcpy(request.values, option->values, sizeof request.values);
    if (sb_session_call(session, option->plugin, threads, &request, &reply, NULL) != SB_VERDICT_OK)
        return false;
    option->input = (sb_layout)reply.input_layout;
    option->output = (sb_layout)reply.output_layout;
    return true;
}

/* ---------------------------------------------------------------------------- what reorders take
 */

static bool is_same_shape(sb_shape a, sb_shape b)
{
    return a.n == b.n && a.c == b.c && a.h == b.h && a.w == b.w;
}

/* From each layout to each other, and clearing the padding of each. */
static uint32_t list_reorders(const sb_sequence_ground *g, sb_shape shape, sb_leg *legs)
{
    uint32_t count = 0;
    for (int64_t from = 0; from < SB_LAYOUTS; from++)
        for (int64_t to = 0; to < SB_LAYOUTS; to++)
            if (from != to || sb_layout_pads((sb_layout)to, shape))
                legs[count++] = (sb_leg) {
                    .slot = -1,
                    .input = sb_sequence_buffer(&g->memory, 1),
                    .residual = -1,
                    .output = sb_sequence_buffer(&g->memory, from == to ? 1 : 2),
                    .n = shape.n,
                    .c = shape.c,
                    .h = shape.h,
                    .w = shape.w,
                    .from = from,
                    .to = to,
                };
    return count;
}

static bool time_reorders(sb_sequence_run *run, sb_shape shape, sb_route_reorders *to)
{
    sb_leg legs[SB_LAYOUTS * SB_LAYOUTS];
    double ns[SB_LAYOUTS * SB_LAYOUTS];
    const uint32_t count = list_reorders(run->ground, shape, legs);
    *to = (sb_route_reorders) { 0 };
    if (!sb_sequence_run_reorders(run, legs, count, ns))
        return false;
    for (uint32_t i = 0; i < count; i++)
        to->ns[legs[i].from][legs[i].to] = ns[i];
    return true;
}

static sb_problem problem_at(const sequences *s, size_t place)
{
    const sb_sequence_place *p = &s->job->places[place];
    return sb_layer_problem(p->layer, p->operation, s->job->threads);
}

/* A shape that occurs several times is timed once. */
static bool time_input(sequences *s, sb_sequence_run *run, size_t at)
{
    const sb_problem problem = problem_at(s, at);
    const sb_shape shape = sb_input_shape(&problem);
    for (size_t i = 0; i < at; i++) {
        const sb_problem before = problem_at(s, i);
        if (!is_same_shape(sb_input_shape(&before), shape))
            continue;
        s->places[at].reorders = s->places[i].reorders;
        return true;
    }
    return time_reorders(run, shape, &s->places[at].reorders);
}

/* In a worker, because they will run in one. */
static int find_reorders(sequences *s, sb_error *error)
{
    sb_sequence_run *run = sb_new(1, sizeof *run);
    const sb_problem last = problem_at(s, s->job->count - 1);
    run->ground = &s->ground;
    run->plugins[run->plugin_count++] = s->job->places[0].options[0].plugin;
    sb_sequence_run_start(run);
    bool well = !run->failed[0];
    for (size_t i = 0; i < s->job->count && well; i++)
        well = time_input(s, run, i);
    if (well)
        well = time_reorders(run, sb_output_shape(&last), &s->last);
    sb_sequence_run_end(run);
    int rc = run->ends ? SB_INTERRUPTED : well ? SB_OK : SB_FAILED;
    if (rc < 0)
        sb_fail(error, "%s", run->ends ? "interrupted" : run->failed);
    free(run);
    return rc;
}

/* ---------------------------------------------------------------------------------- the sequences
 */

static bool is_known(const sb_sequence_run *run, const sb_plugin_info *plugin)
{
    for (size_t i = 0; i < run->plugin_count; i++)
        if (run->plugins[i] == plugin)
            return true;
    return false;
}

/* The options at a place from one plugin (NULL: all), and their indices. */
static size_t list_options(const sb_sequence_place *place, const sb_plugin_info *only,
                           sb_route_option *options, size_t *which)
{
    size_t count = 0;
    for (size_t i = 0; i < place->option_count; i++) {
        const sb_sequence_option *one = &place->options[i];
        if (only && one->plugin != only)
            continue;
        which[count] = i;
        options[count++] = (sb_route_option) { one->ns, one->input, one->output };
    }
    return count;
}

/* The best route with these options only; NULL if there is none. */
static size_t *choose_route(const sequences *s, const sb_plugin_info *only)
{
    const size_t count = s->job->count;
    sb_route_place *places = sb_new(count, sizeof *places);
    size_t *choice = sb_new(count, sizeof *choice), **which = sb_new(count, sizeof *which);
    bool whole = true;
    for (size_t i = 0; i < count; i++) {
        const sb_sequence_place *place = &s->job->places[i];
        sb_route_option *options = sb_new(place->option_count, sizeof *options);
        which[i] = sb_new(place->option_count, sizeof **which);
        places[i] = s->places[i];
        places[i].options = options;
        places[i].count = list_options(place, only, options, which[i]);
        whole = whole && places[i].count > 0;
    }
    if (whole)
        (void)sb_route_choose(places, count, &s->last, choice);
    for (size_t i = 0; i < count; i++) {
        choice[i] = whole ? which[i][choice[i]] : 0;
        free((sb_route_option *)(uintptr_t)places[i].options);
        free(which[i]);
    }
    free(which);
    free(places);
    if (whole)
        return choice;
    free(choice);
    return NULL;
}

static double published_ns(const sequences *s, const size_t *choice)
{
    double sum = 0;
    for (size_t i = 0; i < s->job->count; i++)
        sum += s->job->places[i].options[choice[i]].ns;
    return sum;
}

static bool is_chosen_already(const sequences *s, const size_t *choice)
{
    for (size_t i = 0; i < s->count; i++)
        if (memcmp(s->runs[i].choice, choice, s->job->count * sizeof *choice) == 0)
            return true;
    return false;
}

static void add_run(sequences *s, const char *name, size_t *choice)
{
    sb_sequence_run *run = &s->runs[s->count];
    sb_sequence *to = &s->made[s->count++];
    run->ground = &s->ground;
    run->choice = choice;
    run->to = to;
    *to = (sb_sequence) {
        .name = sb_copy_text(name),
        .threads = s->job->threads,
        .published_ns = published_ns(s, choice),
    };
    for (size_t i = 0; i < s->job->count; i++) {
        const sb_plugin_info *plugin = s->job->places[i].options[choice[i]].plugin;
        if (!is_known(run, plugin) && run->plugin_count < SB_MAX_TENANTS)
            run->plugins[run->plugin_count++] = plugin;
    }
    sb_sequence_lay_legs(s->job->places, s->job->count, choice, &s->ground.memory, &run->legs);
    run->in_sequence = sb_new(run->legs.count, sizeof *run->in_sequence);
    run->apart = sb_new(run->legs.count, sizeof *run->apart);
}

/* A round is a pass in sequence and one of three times as many calls, each after an untimed
 * call. */
static bool takes_too_long(const sequences *s, double ns)
{
    const double round = 5 * ns;
    return LEAST_ROUNDS * round > PATIENCE * (double)s->job->options->max_time_ns;
}

static void add_plugin(sequences *s, const sb_plugin_info *plugin)
{
    size_t *choice = choose_route(s, plugin);
    if (!choice)
        return;
    const bool slow = takes_too_long(s, published_ns(s, choice));
    if (slow)
        sb_info("%s throughout is not run in sequence: that would take far longer than "
                "measure.max_time",
                plugin->id);
    if (slow || is_chosen_already(s, choice))
        free(choice);
    else
        add_run(s, plugin->id, choice);
}

static void add_runs(sequences *s)
{
    const sb_sequence_place *first = &s->job->places[0];
    s->runs = sb_new(first->option_count + 1, sizeof *s->runs);
    s->made = sb_new(first->option_count + 1, sizeof *s->made);
    add_run(s, "best", choose_route(s, NULL));
    for (size_t i = 0; i < first->option_count; i++) {
        const sb_plugin_info *plugin = first->options[i].plugin;
        bool seen = false;
        for (size_t k = 0; k < i; k++)
            seen = seen || first->options[k].plugin == plugin;
        if (!seen)
            add_plugin(s, plugin);
    }
}

/* ------------------------------------------------------------------------------------ the rounds
 */

static bool goes_on(const sequences *s, const sb_sequence_run *run)
{
    const sb_measure_options *o = s->job->options;
    const size_t least = (size_t)((o->min_samples + s->processes - 1) / s->processes);
    const int64_t share = o->max_time_ns / s->processes;
    if (run->failed[0] || run->rounds >= MOST_ROUNDS)
        return false;
    if (run->spent_ns < share)
        return true;
    return run->rounds < least &&
           (run->all_rounds < LEAST_ROUNDS || run->spent_ns < LEAST_ROUNDS * share);
}

static void start_process(sequences *s)
{
    const int64_t start = sb_now_ns();
    for (size_t i = 0; i < s->count; i++)
        if (!s->runs[i].failed[0])
            sb_sequence_run_start(&s->runs[i]);
    s->cost_ns = sb_now_ns() - start;
}

static bool is_stopping(const sequences *s)
{
    return s->job->session->stop && *s->job->session->stop;
}

static void tell_progress(const sequences *s, int64_t process, uint32_t round)
{
    char text[96];
    const sb_measure_options *o = s->job->options;
    if (!o->progress)
        return;
    snprintf(text, sizeof text, "process %d of %d, round %u of the layers in sequence",
             (int)process + 1, (int)s->processes, round + 1);
    o->progress(o->context, text, 0);
}

static void run_process(sequences *s, int64_t process)
{
    size_t *order = sb_new(s->count, sizeof *order);
    size_t going = s->count;
    for (uint32_t round = 0; going && !is_stopping(s); round++) {
        going = 0;
        tell_progress(s, process, round);
        sb_round_order(s->job->options->seed, round, s->count, order);
        for (size_t i = 0; i < s->count && !is_stopping(s); i++) {
            sb_sequence_run *run = &s->runs[order[i]];
            if (!goes_on(s, run))
                continue;
            sb_sequence_run_round(run, (uint32_t)process * SB_PROCESS_ROUNDS + round);
            going++;
        }
    }
    for (size_t i = 0; i < s->count; i++)
        sb_sequence_run_end(&s->runs[i]);
    free(order);
}

/* One process, if starting several would take longer than measuring. */
static int64_t processes_for(const sequences *s)
{
    const sb_measure_options *o = s->job->options;
    if (o->processes)
        return o->processes;
    return o->max_time_ns * (int64_t)s->count / PROCESSES < s->cost_ns ? 1 : PROCESSES;
}

static int run_all(sequences *s, sb_error *error)
{
    start_process(s);
    s->processes = processes_for(s);
    for (int64_t p = 0; p < s->processes && !is_stopping(s); p++) {
        if (p > 0)
            start_process(s);
        run_process(s, p);
    }
    if (!is_stopping(s))
        return SB_OK;
    sb_fail(error, "interrupted");
    return SB_INTERRUPTED;
}

/* ----------------------------------------------------------------------------------- the results
 */

static sb_estimator choose_estimator(const sequences *s)
{
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < s->count; i++) {
        const size_t samples =
            s->runs[i].failed[0] ? SIZE_MAX : sb_series_least(&s->made[i].passes);
        least = samples < least ? samples : least;
    }
    return sb_estimator_for(s->job->options->estimator, least);
}

static sb_interval estimate(const sequences *s, const sb_series *series, sb_estimator estimator)
{
    const sb_measure_options *o = s->job->options;
    return sb_estimate(series, estimator, o->confidence, o->seed);
}

static void tell_leg(const sequences *s, const sb_sequence_run *run, uint32_t i,
                     sb_sequence_leg *to)
{
    const sb_leg *leg = &run->legs.legs[i];
    const size_t at = run->legs.place[i];
    const sb_sequence_place *place = &s->job->places[at];
    const sb_sequence_option *option = &place->options[run->choice[at]];
    const bool reorders = leg->slot < 0;
    *to = (sb_sequence_leg) {
        .layer = sb_copy_text(place->layer->name),
        .kernel = sb_copy_text(reorders ? "" : option->label),
        .params = sb_copy_text(reorders ? "" : option->params),
        .operation = place->operation,
        .reorder = reorders,
        .from = reorders ? (sb_layout)leg->from : option->input,
        .to = reorders ? (sb_layout)leg->to : option->output,
        .in_sequence = estimate(s, &run->in_sequence[i], run->to->estimator),
        .apart = estimate(s, &run->apart[i], run->to->estimator),
    };
}

static void finish_run(const sequences *s, sb_sequence_run *run, sb_estimator estimator)
{
    const sb_measure_options *o = s->job->options;
    sb_sequence *to = run->to;
    to->estimator = estimator;
    to->in_sequence = estimate(s, &to->passes, estimator);
    to->apart = estimate(s, &to->alone, estimator);
    to->ratio = sb_ratio(&to->passes, &to->alone, estimator, o->confidence, 1, o->seed);
    to->legs = sb_new(run->legs.count, sizeof *to->legs);
    to->leg_count = run->legs.count;
    for (uint32_t i = 0; i < run->legs.count; i++)
        tell_leg(s, run, i, &to->legs[i]);
}

/* Keeps those that were measured; reports the others. */
static void finish_runs(sequences *s)
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
        sb_warn("the layers were not run in sequence with %s kernels: %s",
                strcmp(run->to->name, "best") == 0 ? "the best" : run->to->name, run->failed);
        sb_sequence_free(run->to);
    }
    s->count = kept;
}

static void free_runs(sequences *s, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sb_sequence_run *run = &s->runs[i];
        for (uint32_t leg = 0; leg < run->legs.count; leg++) {
            sb_series_free(&run->in_sequence[leg]);
            sb_series_free(&run->apart[leg]);
        }
        free(run->in_sequence);
        free(run->apart);
        free(run->choice);
    }
    free(s->runs);
}

static void give_up(sequences *s, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sb_sequence_free(&s->made[i]);
    free(s->made);
    s->made = NULL;
    s->count = 0;
}

static void describe_places(sequences *s)
{
    s->places = sb_new(s->job->count, sizeof *s->places);
    for (size_t i = 0; i < s->job->count; i++)
        s->places[i].residual = problem_at(s, i).residual && s->job->places[i].enters;
}

int sb_sequence_measure(const sb_sequence_job *job, sb_sequence **made, size_t *count,
                        sb_error *error)
{
    sequences s = { .job = job };
    size_t runs = 0;
    if (sb_sequence_ground_open(&s.ground, job, error) < 0)
        return SB_FAILED;
    describe_places(&s);
    int rc = find_reorders(&s, error);
    if (rc == SB_OK) {
        add_runs(&s);
        runs = s.count;
        rc = run_all(&s, error);
    }
    if (rc == SB_OK)
        finish_runs(&s);
    else
        give_up(&s, runs);
    free_runs(&s, runs);
    free(s.places);
    sb_sequence_ground_close(&s.ground);
    *made = s.made;
    *count = s.count;
    return rc;
}
