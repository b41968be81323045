/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/renewal.h"

#include "core/clock.h"
#include "measure/variation.h"

#include <math.h>

enum { FEWEST = 2, MOST = 8 }; /* pairs of calls: load lengthens some */

static const double shortest = 50e3, limit = 2, long_call = 10e6;

/* The least times so far. */
typedef struct pair {
    double same, renewed;
} pair;

/* The tensors of a residual would have to change, too. */
static bool can_renew(const sb_job *job)
{
    return job->result->series.count > 0 && !job->problem.residual;
}

static bool take_call(sb_bench *bench, sb_job *job, uint64_t flips, double *least)
{
    sb_reply reply;
    sb_request turn = { .iterations = 1,
                        .samples = 1,
                        .warm_calls = job->call_ns < long_call,
                        .renews = 1,
                        .flips = flips };
    if (!sb_job_vary_turn(bench, job, &turn, &reply))
        return false;
    *least = fmin(*least, reply.ns[0]);
    return true;
}

static bool is_longer(const pair *p)
{
    return p->renewed > shortest && p->renewed > limit * p->same;
}

static void compare_times(sb_bench *bench, sb_job *job)
{
    const int fewest = job->call_ns < long_call ? FEWEST : 1;
    pair p = { INFINITY, INFINITY };
    for (int i = 0; i < fewest || (i < MOST && is_longer(&p)); i++)
        if (!take_call(bench, job, 0, &p.same) ||
            !take_call(bench, job, sb_draw_secret() | 1, &p.renewed))
            return;
    if (is_longer(&p))
        sb_job_fail(job, SB_VERDICT_WRONG,
                    "it computes only what changed since its last call: with a new input it takes "
                    "%.3g ms, otherwise %.3g ms",
                    p.renewed * 1e-6, p.same * 1e-6);
}

bool sb_job_renew(sb_bench *b, sb_job *job)
{
    const int64_t start = sb_now_ns(), spent_ns = job->spent_ns, verify_ns = b->verify_ns;
    const int64_t run_ns = b->run_ns, idle_ns = b->idle_ns;
    if (can_renew(job))
        compare_times(b, job);
    job->spent_ns = spent_ns;
    b->run_ns = run_ns;
    b->idle_ns = idle_ns;
    b->verify_ns = verify_ns + sb_now_ns() - start;
    return sb_job_ok(job);
}
