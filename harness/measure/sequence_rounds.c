/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/sequence_set.h"

#include "core/clock.h"
#include "core/text.h"
#include "measure/rounds.h"
#include "measure/sequence_verify.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    PROCESSES = 6,   /* default number of processes */
    MOST_ROUNDS = 60 /* rounds in a process */
};

static bool goes_on(const sb_sequence_set *s, const sb_sequence_run *run)
{
    const sb_measure_options *o = s->job->options;
    const size_t least = (size_t)((o->min_samples + s->processes - 1) / s->processes);
    const int64_t share = o->max_time_ns / s->processes;
    if (run->failed[0] || run->rounds >= MOST_ROUNDS)
        return false;
    if (run->spent_ns < share)
        return true;
    return run->rounds < least && (run->all_rounds < SB_SEQUENCE_LEAST_ROUNDS ||
                                   run->spent_ns < SB_SEQUENCE_LEAST_ROUNDS * share);
}

static void start_run(sb_sequence_set *s, sb_sequence_run *run)
{
    const int64_t start = sb_now_ns();
    sb_sequence_run_start(run);
    s->cost_ns += sb_now_ns() - start;
    if (!run->failed[0])
        (void)sb_sequence_verify(run);
}

static void start_process(sb_sequence_set *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (!s->runs[i].failed[0])
            start_run(s, &s->runs[i]);
}

/* Of the first process: each failure costs one kernel its part, so that this ends. */
static void start_first(sb_sequence_set *s, sb_sequence_run *run)
{
    while (sb_sequence_set_renew(s, run)) {
        start_run(s, run);
        if (!run->failed[0] || !run->blames || run->ends)
            return;
        sb_sequence_set_note_fault(s, run);
        sb_sequence_set_exclude(s, run);
        sb_sequence_run_end(run);
        run->failed[0] = '\0';
        run->blames = false;
    }
    run->silent = true;
    sb_sequence_run_fail(run, SB_VERDICT_SKIPPED, "no other kernels are left");
}

static bool is_stopping(const sb_sequence_set *s)
{
    return s->job->session->stop && *s->job->session->stop;
}

static void tell_progress(const sb_sequence_set *s, int64_t process, uint32_t round)
{
    char text[96];
    const sb_measure_options *o = s->job->options;
    if (!o->progress)
        return;
    snprintf(text, sizeof text, "process %d of %d, round %u of the layers in sequence",
             (int)process + 1, (int)s->processes, round + 1);
    o->progress(o->context, text, 0);
}

static void run_process(sb_sequence_set *s, int64_t process)
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
            if (!run->failed[0])
                (void)sb_sequence_verify_round(run);
            going++;
        }
    }
    for (size_t i = 0; i < s->count; i++) {
        if (!s->runs[i].failed[0] && !is_stopping(s))
            (void)sb_sequence_verify_after(&s->runs[i]);
        sb_sequence_run_end(&s->runs[i]);
    }
    free(order);
}

/* One process, if starting several would take longer than measuring. */
static int64_t processes_for(const sb_sequence_set *s)
{
    const sb_measure_options *o = s->job->options;
    if (o->processes)
        return o->processes;
    return o->max_time_ns * (int64_t)s->count / PROCESSES < s->cost_ns ? 1 : PROCESSES;
}

void sb_sequence_set_verify(sb_sequence_set *s)
{
    for (size_t i = 0; i < s->count && !is_stopping(s); i++)
        start_first(s, &s->runs[i]);
}

int sb_sequence_set_run(sb_sequence_set *s, sb_error *error)
{
    sb_sequence_set_verify(s);
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
