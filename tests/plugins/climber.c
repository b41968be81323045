/* SPDX-License-Identifier: Apache-2.0 */
/* A kernel for tests of tuning, whose parameter selects a way to seem fast. Only the default
 * computes in each call: whoever tunes it must not take another. */
#include "rogue.h"

#include "measure/protocol.h"

#include <sys/socket.h>

enum { LATE = 10 }; /* in this call it begins to cheat */

typedef struct climber {
    rogue *rogue;
    float *output; /* the last result */
    float seen[16];
    int64_t way;
    long calls;
} climber;

static int compute(climber *c, const float *input, float *output)
{
    right(c->rogue, input, output);
    memcpy(c->output, output, output_count(c->rogue) * sizeof *output);
    memcpy(c->seen, input, sizeof c->seen);
    return 0;
}

static int is_idle(climber *c, const float *input, float *output)
{
    (void)input, (void)output;
    return c->calls > LATE;
}

static int skips_every_third(climber *c, const float *input, float *output)
{
    (void)input, (void)output;
    return c->calls > LATE && c->calls % 3 == 0;
}

static int finds_its_answer(climber *c, const float *input, float *output)
{
    (void)input;
    return c->calls > 1 && memcmp(output, c->output, sizeof c->seen) == 0;
}

static int knows_the_input(climber *c, const float *input, float *output)
{
    if (c->calls <= 1 || memcmp(input, c->seen, sizeof c->seen) != 0)
        return 0;
    memcpy(output, c->output, output_count(c->rogue) * sizeof *output);
    return 1;
}

static int computes_a_half(climber *c, const float *input, float *output)
{
    if (c->calls <= LATE)
        return 0;
    part(c->rogue, input, output, output_count(c->rogue) / 2);
    return 1;
}

static int answers_first(climber *c, const float *input, float *output)
{
    static sb_reply reply;
    (void)c, (void)input, (void)output;
    reply = (sb_reply) { .samples = 1, .ns = { 1 }, .wall_ns = 1 };
    for (int fd = 3; fd < LAST_DESCRIPTOR; fd++)
        (void)send(fd, &reply, sizeof reply, MSG_NOSIGNAL | MSG_DONTWAIT);
    return 0;
}

/* Each returns 1 if the call is answered without being computed. */
static int (*const ways[])(climber *, const float *, float *) = {
    NULL,          is_idle, skips_every_third, finds_its_answer, knows_the_input, computes_a_half,
    answers_first,
};

static const sb_parameter way = {
    .size = sizeof way,
    .kind = SB_INTEGER,
    .id = "way",
    .summary = "its way up",
    .max = sizeof ways / sizeof *ways - 1,
    .step = 1,
};
static const sb_parameter *const parameters[] = { &way, NULL };

static int climber_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                        const sb_weights *weights, void **plan, sb_why *why)
{
    climber *c = host->alloc(host, sizeof *c);
    *plan = c;
    *c = (climber) { .way = values[0] };
    keep(host, p, values, weights, (void **)&c->rogue, why);
    c->output = host->alloc(host, output_count(c->rogue) * sizeof *c->output);
    return 0;
}

static int climber_run(void *plan, const float *input, float *output)
{
    climber *c = plan;
    c->calls++;
    if (ways[c->way] && ways[c->way](c, input, output))
        return 0;
    return compute(c, input, output);
}

static void climber_destroy(void *plan)
{
    climber *c = plan;
    const sb_host *host = c->rogue->host;
    host->free(host, c->output);
    forget(c->rogue);
    host->free(host, c);
}

KERNEL(climbs, SB_NEED_STANDARD, yes, climber_plan, climber_run, climber_destroy,
       .parameters = parameters);
KERNEL(climbs_separably, SB_NEED_SEPARABLE, yes, climber_plan, climber_run, climber_destroy,
       .parameters = parameters);

GOOD;
PLUGIN("climber", NULL, &climbs, &climbs_separably);
