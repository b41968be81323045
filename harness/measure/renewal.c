/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/renewal.h"

#include "measure/variation.h"

#include <math.h>

enum {
    CALLS = 12, /* of either kind, at most */
    WORTH = 100 /* a job has taken so many times as long as a call: some more cost little */
};

static const double shortest = 50e3, limit = 2, long_call = 10e6;

/* The tensors of a residual would have to change, too. */
static bool can_renew(const sb_job *job)
{
    return job->result->series.count > 0 && !job->problem.residual &&
           (double)job->spent_ns >= WORTH * job->call_ns;
}

/* Once, and in some processes more, so that no plugin can know. */
static bool is_due(const sb_job *job)
{
    return !job->renewed || sb_draw_secret() >> 60 == 0;
}

/* Its time; negative if the job failed. */
static double take_call(sb_bench *bench, sb_job *job, bool renewed)
{
    const uint64_t first = sb_draw_secret() | 1, second = sb_draw_secret() | 1;
    sb_reply reply;
    sb_request turn = {
        .iterations = 1,
        .samples = 1,
        .warm_calls = job->call_ns < long_call,
        .flips = { first, renewed ? second : first },
    };
    return sb_job_vary_turn(bench, job, &turn, &reply) ? reply.ns[0] : -1;
}

static bool is_longer(double renewed, double longest)
{
    return renewed > fmax(shortest, limit * longest);
}

static void compare_times(sb_bench *bench, sb_job *job)
{
    double longest = job->call_ns, renewed = INFINITY;
    for (int i = 0; i < CALLS && sb_job_ok(job) && is_longer(renewed, longest); i++) {
        renewed = fmin(renewed, take_call(bench, job, true));
        if (sb_job_ok(job) && is_longer(renewed, longest))
            longest = fmax(longest, take_call(bench, job, false));
    }
    if (sb_job_ok(job) && is_longer(renewed, longest))
        sb_job_fail(job, SB_VERDICT_WRONG,
                    "it computes only what changed since its last call: with a new input it takes "
                    "%.3g ms, otherwise %.3g ms",
                    renewed * 1e-6, longest * 1e-6);
}

bool sb_job_renew(sb_bench *b, sb_job *job)
{
    const sb_verification from = sb_verification_begin(b, job);
    if (can_renew(job) && is_due(job)) {
        compare_times(b, job);
        job->renewed = true;
    }
    return sb_verification_end(&from, b, job);
}
