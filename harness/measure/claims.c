/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/claims.h"

#include <math.h>

enum { ENOUGH = 3 }; /* turns before a doubt is justified */

static const double doubtful = 60e3;     /* ns of processor time outside the calls of a turn */
static const double small = 150e3;       /* ns of it that prove a claim false */
static const double share = 0.03;        /* of the claimed time, allowed besides */
static const double spin = 4e6;          /* ns for which idle threads spin */
static const double gross = 0.3;         /* of the claimed time, by the harness's clock */
static const double latency = 20e6;      /* ns by that clock: load delays it */
static const double most_threads = 1.25; /* times the allowed number */

static double claimed_ns(const sb_request *turn, const sb_reply *reply)
{
    double sum = 0;
    for (uint32_t i = 0; i < reply->samples; i++)
        sum += reply->ns[i];
    return sum * turn->iterations;
}

void sb_claims_add(sb_claims *claims, const sb_request *turn, const sb_reply *reply,
                   int64_t threads)
{
    const double claimed = claimed_ns(turn, reply);
    const double call = claimed / ((double)reply->samples * turn->iterations);
    const double warm = fmax(turn->warm_calls, ceil((double)turn->warm_ns / call)) * call;
    const double idle = threads > 1 ? spin : 0;
    const double cpu = (double)reply->cpu_ns / (double)threads - claimed - warm - idle;
    const double wall = (double)reply->span_ns - claimed - warm;
    const bool first = claims->turns++ == 0;
    if (first || cpu < claims->cpu)
        claims->claimed = claimed;
    claims->cpu = first ? cpu : fmin(claims->cpu, cpu);
    claims->wall = first ? wall : fmin(claims->wall, wall);
}

bool sb_claims_doubtful(const sb_claims *c)
{
    return c->turns >= ENOUGH && (c->cpu > doubtful + share / 2 * c->claimed ||
                                  c->wall > gross * c->claimed + latency / 4);
}

bool sb_claims_false(const sb_claims *c)
{
    return c->cpu > small + share * c->claimed || c->wall > gross * c->claimed + latency;
}

bool sb_claims_too_many(const sb_reply *reply, int64_t threads)
{
    static const double tick = 2e6; /* ns */
    return (double)reply->cpu_ns > most_threads * (double)threads * (double)reply->window_ns + tick;
}
