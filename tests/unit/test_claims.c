/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/claims.h"

#include <setjmp.h>
#include <stdarg.h>
/* cmocka.h needs the two above */
#include <cmocka.h>

/* Eight samples of 0.5 ms after 0.5 ms of untimed calls, and 30 us beside them. */
static sb_reply honest(void)
{
    sb_reply reply = { .samples = 8, .warm_ns = 500000, .wall_ns = 4530000, .cpu_ns = 4540000 };
    for (uint32_t i = 0; i < reply.samples; i++)
        reply.ns[i] = 500000;
    return reply;
}

static const sb_request turn = { .iterations = 1, .samples = 8 };

static void honest_turns_are_explained(void **state)
{
    (void)state;
    const sb_reply reply = honest();
    assert_true(sb_claims_unexplained(&turn, &reply, 1) == 0);
    assert_true(sb_claims_unexplained(&turn, &reply, 2) == 0);
}

static void work_between_the_calls_is_not(void **state)
{
    (void)state;
    sb_reply reply = honest();
    reply.wall_ns += 200000;
    assert_true(sb_claims_unexplained(&turn, &reply, 1) > 200000);
    assert_true(sb_claims_unexplained(&turn, &reply, 2) > 200000);
}

static void processor_time_tells_unless_a_call_waited(void **state)
{
    (void)state;
    sb_reply reply = honest();
    assert_int_equal(sb_claims_thrift(&turn, &reply, 1), SB_THRIFT_SPENT_RIGHT);
    reply.cpu_ns += 400000;
    assert_int_equal(sb_claims_thrift(&turn, &reply, 1), SB_THRIFT_OVERSPENT);
    assert_int_equal(sb_claims_thrift(&turn, &reply, 2), SB_THRIFT_UNKNOWN);
    reply.ns[0] += 4000000;
    assert_int_equal(sb_claims_thrift(&turn, &reply, 1), SB_THRIFT_UNKNOWN);
}

static void a_clock_turned_back_in_one_call_is_not(void **state)
{
    (void)state;
    sb_reply reply = honest();
    reply.ns[3] -= 400000;
    reply.wall_ns -= 400000;
    assert_true(sb_claims_unexplained(&turn, &reply, 1) > 400000);
}

static void waiting_for_a_processor_is_no_work(void **state)
{
    (void)state;
    sb_reply reply = honest();
    reply.ns[3] += 10000000;
    reply.wall_ns += 10000000;
    assert_true(sb_claims_unexplained(&turn, &reply, 1) == 0);
}

/* A turn of one sample that really takes `ns`, by a clock that is slow by the factor `slow`. The
 * processor is taken away for a third of it, and the harness hears of the end `late`. Of the waits
 * for a processor the kernel accounts `known`. */
static sb_belief judge(double ns, double slow, double late, double known)
{
    const sb_request probe = { .iterations = 1, .samples = 1 };
    sb_reply reply = { .samples = 1, .ns = { ns / slow } };
    sb_claims claims = { 0 };
    reply.cpu_ns = (int64_t)(ns * 2 / 3);
    reply.span_ns = (int64_t)(ns + late);
    reply.delay_ns = (int64_t)known;
    sb_claims_add(&claims, &probe, &reply, 1);
    return sb_claims_judge(&claims);
}

static void load_does_not_hide_a_slow_clock(void **state)
{
    (void)state;
    const double unknown = 1e18;
    assert_int_equal(judge(100e6, 1.1, 1e6, 2e6), SB_BELIEF_OPEN);
    assert_int_equal(judge(1600e6, 1.1, 1e6, 2e6), SB_BELIEF_FALSE);
    assert_int_equal(judge(100e6, 2, 1e6, 2e6), SB_BELIEF_FALSE);
    assert_int_equal(judge(100e6, 3, 1e6, unknown), SB_BELIEF_FALSE); /* by the processor time */
    assert_int_equal(judge(3200e6, 2, 1e6, unknown), SB_BELIEF_FALSE);
}

static void load_does_not_make_a_clock_slow(void **state)
{
    (void)state;
    assert_int_equal(judge(100e6, 1, 0.2e6, 0), SB_BELIEF_TRUE);
    assert_int_equal(judge(100e6, 1, 15e6, 0), SB_BELIEF_OPEN);
    assert_int_equal(judge(100e6, 1, 15e6, 33e6 + 15e6), SB_BELIEF_TRUE);
    assert_int_equal(judge(15e6, 1, 57e6, 5e6 + 57e6), SB_BELIEF_OPEN); /* a starved process */
    assert_int_equal(judge(1600e6, 1, 15e6, 0), SB_BELIEF_TRUE);
    assert_int_equal(judge(1600e6, 1, 300e6, 533e6 + 300e6), SB_BELIEF_TRUE);
}

/* A turn of one call that waited `outside` and `inside` of it for a processor, in `slices` parts,
 * and claims `claimed`. */
static sb_belief judge_waits(double computed, double inside, double outside, int64_t slices,
                             double claimed)
{
    const sb_request probe = { .iterations = 1, .samples = 1 };
    sb_reply reply = { .samples = 1, .ns = { claimed }, .slices = slices };
    sb_claims claims = { 0 };
    reply.cpu_ns = (int64_t)computed;
    reply.waited_ns = (int64_t)(inside + outside);
    reply.delay_ns = reply.waited_ns;
    reply.span_ns = (int64_t)(computed + inside + outside);
    sb_claims_add(&claims, &probe, &reply, 1);
    return sb_claims_judge(&claims);
}

static void a_claim_includes_the_waits_of_its_calls(void **state)
{
    (void)state;
    assert_int_equal(judge_waits(800e6, 800e6, 10e6, 100, 800e6), SB_BELIEF_FALSE);
    assert_int_equal(judge_waits(200e6, 1400e6, 20e6, 60, 800e6), SB_BELIEF_FALSE);
    assert_int_not_equal(judge_waits(800e6, 800e6, 10e6, 100, 1600e6), SB_BELIEF_FALSE);
    /* at the lowest priority, waits are long and few */
    assert_int_not_equal(judge_waits(3e6, 1200e6, 900e6, 7, 1203e6), SB_BELIEF_FALSE);
    assert_int_not_equal(judge_waits(1e6, 0, 600e6, 2, 1e6), SB_BELIEF_FALSE);
}

/* Forty turns of one to sixteen samples of 240 us, by a clock that is slow by the factor `slow`.
 * Each sixth waits 4 ms for a processor. */
static bool are_short_turns_doubtful(double slow)
{
    sb_claims claims = { 0 };
    for (uint32_t i = 0; i < 40; i++) {
        const sb_request request = { .iterations = 1, .samples = 1 + i % 16 };
        const double real = 240e3 * request.samples, wait = i % 6 == 0 ? 4e6 : 0;
        sb_reply reply = { .samples = request.samples };
        for (uint32_t k = 0; k < reply.samples; k++)
            reply.ns[k] = (real + wait) / slow / request.samples;
        reply.cpu_ns = (int64_t)(real + 30e3);
        reply.span_ns = (int64_t)(real + wait + 30e3);
        sb_claims_add(&claims, &request, &reply, 1);
    }
    return sb_claims_doubtful(&claims);
}

static void a_slow_clock_is_seen_in_short_turns(void **state)
{
    (void)state;
    assert_true(are_short_turns_doubtful(1.1));
    assert_true(are_short_turns_doubtful(1.2));
    assert_false(are_short_turns_doubtful(1));
}

static void cold_turns_are_held_against_empty_ones(void **state)
{
    (void)state;
    const sb_request cold = { .iterations = 1, .samples = 1 };
    sb_reply reply = { .samples = 1, .ns = { 1e6 }, .cpu_ns = 1200000 };
    sb_claims claims = { 0 };
    for (int i = 0; i < 20; i++)
        sb_claims_add(&claims, &cold, &reply, 1);
    assert_true(sb_claims_cold_false(&claims, 0));
    assert_false(sb_claims_cold_false(&claims, 150e3));
}

static void processes_that_a_plugin_started_count(void **state)
{
    (void)state;
    const sb_reply alone = { .window_ns = 10000000, .cpu_ns = 10000000 };
    const sb_reply helped = { .window_ns = 10000000, .cpu_ns = 10000000, .others_ns = 9000000 };
    assert_false(sb_claims_too_many(&alone, 1));
    assert_true(sb_claims_too_many(&helped, 1));
    assert_false(sb_claims_too_many(&helped, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_turns_are_explained),
        cmocka_unit_test(work_between_the_calls_is_not),
        cmocka_unit_test(processor_time_tells_unless_a_call_waited),
        cmocka_unit_test(a_clock_turned_back_in_one_call_is_not),
        cmocka_unit_test(waiting_for_a_processor_is_no_work),
        cmocka_unit_test(load_does_not_hide_a_slow_clock),
        cmocka_unit_test(load_does_not_make_a_clock_slow),
        cmocka_unit_test(a_slow_clock_is_seen_in_short_turns),
        cmocka_unit_test(a_claim_includes_the_waits_of_its_calls),
        cmocka_unit_test(cold_turns_are_held_against_empty_ones),
        cmocka_unit_test(processes_that_a_plugin_started_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
