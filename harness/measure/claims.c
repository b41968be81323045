/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/claims.h"

#include <math.h>

enum { ENOUGH = 3, COLD = 8 }; /* turns before a doubt is justified */

static const double doubtful = 60e3;  /* ns of processor time outside the calls of a turn */
static const double small = 150e3;    /* ns of it that prove a claim false */
static const double share = 0.03;     /* of the claimed time, allowed besides */
static const double spin = 4e6;       /* ns for which idle threads spin */
static const double delay = 150e3;    /* ns by the harness's clock, where nothing delays it */
static const double some_delay = 1e6; /* ns by it that need no explanation */
static const double latency = 20e6;   /* ns by it beyond the waits for a processor */
static const double gross = 0.3;      /* of the claimed time, */
static const double wakeup = 200e6;   /* and so many ns: in a long turn, unknown waits */
static const double long_turn = 1e9;  /* do not explain that */
static const int64_t longest = INT64_MAX / 4; /* no turn waits so long */
static const double outer_waits = 8;          /* waits outside of the calls of a turn */
static const double most_threads = 1.25;      /* times the allowed number */

static double claimed_ns(const sb_request *turn, const sb_reply *reply)
{
    double sum = 0;
    for (uint32_t i = 0; i < reply->samples; i++)
        sum += reply->ns[i];
    return sum * turn->iterations;
}

/* The processor time of a thread together with its waits for a processor, beyond `allowed` ns and
 * what they can have been outside of the calls. */
static double spent_beyond(const sb_reply *reply, int64_t threads, double claimed, double allowed)
{
    const double wait = reply->slices > 0 ? (double)reply->waited_ns / (double)reply->slices : 0;
    const double spent = ((double)reply->cpu_ns + (double)reply->waited_ns) / (double)threads;
    return spent - allowed - (1 + gross) * claimed - wakeup - outer_waits * wait;
}

void sb_claims_add(sb_claims *claims, const sb_request *turn, const sb_reply *reply,
                   int64_t threads)
{
    const double claimed = claimed_ns(turn, reply);
    const double call = claimed / ((double)reply->samples * turn->iterations);
    const double warm = fmax(turn->warm_calls, ceil((double)turn->warm_ns / call)) * call;
    const double idle = threads > 1 ? spin : 0;
    const double cpu = (double)reply->cpu_ns / (double)threads - claimed - warm - idle;
    const double wall = (double)reply->span_ns - claimed - fmin(warm, (double)reply->warm_ns);
    const bool first = claims->turns++ == 0;
    if (first || cpu < claims->cpu)
        claims->claimed = claimed;
    if (first || wall < claims->wall)
        claims->claimed_wall = claimed;
    claims->cpu = first ? cpu : fmin(claims->cpu, cpu);
    claims->all_claimed += claimed;
    claims->all_cpu += fmin(fmax(cpu, 0), claimed);
    claims->wall = first ? wall : fmin(claims->wall, wall);
    const double spent = spent_beyond(reply, threads, claimed, warm + idle);
    claims->spent = first ? spent : fmin(claims->spent, spent);
    claims->waits_unknown = reply->delay_ns > longest;
    claims->sure = fmin(first ? INFINITY : claims->sure, wall - (double)reply->delay_ns);
}

/* Turns differ in length. A clock that is slow by a tenth is not seen in the shortest, which has
 * the least excess, but in all of them together. */
bool sb_claims_doubtful(const sb_claims *c)
{
    return c->turns >= ENOUGH && (c->cpu > doubtful + share / 2 * c->claimed ||
                                  c->wall > delay + share / 2 * c->claimed_wall ||
                                  c->all_cpu > doubtful * c->turns + share / 2 * c->all_claimed);
}

sb_belief sb_claims_judge(const sb_claims *c)
{
    const double allowed = share * c->claimed_wall, most = gross * c->claimed_wall;
    if (c->cpu > small + share * c->claimed || c->sure > allowed + latency || c->spent > 0 ||
        (c->waits_unknown && c->claimed_wall > long_turn && c->wall > most + wakeup))
        return SB_BELIEF_FALSE;
    return c->sure > allowed + some_delay || c->wall > most + latency ? SB_BELIEF_OPEN
                                                                      : SB_BELIEF_TRUE;
}

bool sb_claims_cold_false(const sb_claims *c, double blank)
{
    return c->turns >= COLD && c->cpu - blank > doubtful + share * c->claimed;
}

sb_thrift sb_claims_thrift(const sb_request *turn, const sb_reply *reply, int64_t threads)
{
    const double claimed = claimed_ns(turn, reply);
    const double cpu = (double)reply->cpu_ns - claimed - (double)reply->warm_ns;
    if (threads > 1 || cpu < -small)
        return SB_THRIFT_UNKNOWN;
    return cpu > small + share * claimed ? SB_THRIFT_OVERSPENT : SB_THRIFT_SPENT_RIGHT;
}

double sb_claims_unexplained(const sb_request *turn, const sb_reply *reply, int64_t threads)
{
    const double claimed = claimed_ns(turn, reply), told = claimed + (double)reply->warm_ns;
    const double beside = (double)reply->wall_ns - told;
    if (beside > doubtful + share / 2 * claimed)
        return beside;
    return sb_claims_thrift(turn, reply, threads) == SB_THRIFT_OVERSPENT
               ? (double)reply->cpu_ns - told
               : 0;
}

bool sb_claims_too_many(const sb_reply *reply, int64_t threads)
{
    static const double tick = 2e6; /* ns */
    const double used = (double)reply->cpu_ns + (double)reply->others_ns;
    return used > most_threads * (double)threads * (double)reply->window_ns + tick;
}
