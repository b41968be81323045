/* SPDX-License-Identifier: Apache-2.0 */
#include "common/chain_threads.h"

#include <omp.h>

/* A thread's part of a stage's tasks. All threads of the region call this. */
static void run_part(const chain *own, const stage *step, const tensors *t, float *scratch)
{
    if (own->schedule == 0) {
        const int64_t index = omp_get_thread_num(), threads = omp_get_num_threads();
        const int64_t end = step->tasks * (index + 1) / threads;
        for (int64_t i = step->tasks * index / threads; i < end; i++)
            step->task(step, i, scratch, t);
        return;
    }
#pragma omp for schedule(runtime) nowait
    for (int64_t i = 0; i < step->tasks; i++)
        step->task(step, i, scratch, t);
}

/* Stages [from, to), which are cut into tasks, in one parallel region. */
static void run_region(const chain *own, int from, int to, const sb_call *call)
{
    if (own->schedule != 0)
        omp_set_schedule((omp_sched_t)own->schedule, own->chunk);
#pragma omp parallel num_threads(own->threads)
    {
        float *scratch = own->scratch + omp_get_thread_num() * own->pitch;
        for (int s = from; s < to; s++) {
            const tensors t = chain_tensors(own, s, call);
            if (s > from) {
#pragma omp barrier
            }
            run_part(own, own->stages[s], &t, scratch);
        }
    }
}

int chain_run_threads(void *plan, const sb_call *call)
{
    const chain *own = plan;
    if (own->threads == 1)
        return chain_run(plan, call);
    for (int s = 0; s < own->count;) {
        stage *step = own->stages[s];
        int end = s;
        while (end < own->count && own->stages[end]->run == NULL)
            end++;
        if (end > s) {
            run_region(own, s, end, call);
            s = end;
            continue;
        }
        const tensors t = chain_tensors(own, s++, call);
        if (step->run(step, &t, call->why) != 0)
            return -1;
    }
    return 0;
}
