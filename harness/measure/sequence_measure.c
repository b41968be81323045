/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/sequence.h"

#include "core/text.h"
#include "measure/sequence_set.h"

#include <stdlib.h>

static void free_runs(sb_sequence_set *s, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sb_sequence_run *run = &s->runs[i];
        for (uint32_t leg = 0; leg < run->legs.count; leg++) {
            sb_series_free(&run->in_sequence[leg]);
            sb_series_free(&run->apart[leg]);
        }
        free(run->in_sequence);
        free(run->apart);
        free(run->proofs);
        free(run->choice);
    }
    free(s->runs);
}

static void give_up(sb_sequence_set *s, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sb_sequence_free(&s->made[i]);
    free(s->made);
    s->made = NULL;
    s->count = 0;
    sb_sequence_list faults = { .faults = s->faults, .fault_count = s->fault_count };
    sb_sequence_list_free(&faults);
    s->faults = NULL;
    s->fault_count = 0;
}

static void describe_places(sb_sequence_set *s)
{
    s->places = sb_new(s->job->count, sizeof *s->places);
    for (size_t i = 0; i < s->job->count; i++)
        s->places[i].residual = sb_sequence_problem(s->job, i).residual && s->job->places[i].enters;
}

int sb_sequence_measure(const sb_sequence_job *job, sb_sequence_list *made, sb_error *error)
{
    sb_sequence_set s = { .job = job };
    size_t runs = 0;
    *made = (sb_sequence_list) { 0 };
    if (sb_sequence_ground_open(&s.ground, job, error) < 0)
        return SB_FAILED;
    describe_places(&s);
    int rc = sb_sequence_set_time_reorders(&s, error);
    if (rc == SB_OK) {
        sb_sequence_set_choose(&s);
        runs = s.count;
        rc = sb_sequence_set_run(&s, error);
    }
    if (rc == SB_OK)
        sb_sequence_set_estimate(&s);
    else
        give_up(&s, runs);
    free_runs(&s, runs);
    free(s.places);
    sb_sequence_ground_close(&s.ground);
    free(s.excluded);
    *made = (sb_sequence_list) { s.made, s.count, s.faults, s.fault_count };
    return rc;
}
