/* SPDX-License-Identifier: Apache-2.0 */
/* Every strategy in the table keeps the promises of tune/search.h. */
#include "core/error.h"
#include "tune/cholesky.h"
#include "tune/search.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A landscape with a single best point (6, 3, 1), a constraint, and failures. */
typedef struct landscape {
    sb_space space;
    size_t calls;
    size_t seen[1024];
    size_t order[1024];
    double expected;          /* what the strategy tells of the present evaluation */
    double expected_of[1024]; /* of each, in order */
    size_t end_after;         /* the evaluator ends the search after this many evaluations */
    int give_up;              /* or fails with this status */
    bool all_fail;
} landscape;

static int not_both_odd(void *context, const int64_t *values, size_t count, unsigned char *ok,
                        sb_error *error)
{
    (void)context, (void)error;
    for (size_t i = 0; i < count; i++)
        ok[i] = !(values[3 * i] % 2 && values[3 * i + 1] % 2);
    return 0;
}

static void build(landscape *land)
{
    const sb_parameter_info parameters[] = {
        { .id = (char[]) { "a" }, .kind = SB_INTEGER, .max = 9, .step = 1 },
        { .id = (char[]) { "b" }, .kind = SB_INTEGER, .max = 9, .step = 1 },
        { .id = (char[]) { "c" }, .kind = SB_FLAG, .max = 1 },
    };
    *land = (landscape) { 0 };
    assert_int_equal(sb_space_build(parameters, 3, not_both_odd, NULL, &land->space, NULL), 0);
    assert_int_equal(land->space.size, 150);
}

static double height(const int64_t *values)
{
    double a = (double)(values[0] - 6), b = (double)(values[1] - 3);
    return values[0] == 2 ? NAN : 1.0 + 0.1 * (a * a + b * b) + (values[2] ? 0.0 : 0.5);
}

static int measure(void *context, size_t index, const int64_t *values, double incumbent,
                   double *objective, sb_error *error)
{
    landscape *land = context;
    (void)incumbent;
    land->seen[index]++;
    land->expected_of[land->calls] = land->expected;
    land->order[land->calls++] = index;
    *objective = land->all_fail ? INFINITY : height(values);
    if (land->give_up && land->calls == land->end_after)
        return sb_fail(error, "the machine is on fire");
    return land->calls == land->end_after;
}

static sb_search_result run(landscape *land, const sb_strategy *strategy, sb_search_options options)
{
    sb_search_result result;
    land->calls = 0;
    memset(land->seen, 0, sizeof land->seen);
    assert_int_equal(sb_search_run(strategy, &land->space, &options, measure, land, &result, NULL),
                     0);
    assert_int_equal(result.evaluated_count, land->calls);
    return result;
}

/* Without a limit, each strategy evaluates every point exactly once, finds the optimum and stops.
 */
static void sees_everything_once(void **state)
{
    landscape land;
    build(&land);
    sb_search_result result = run(&land, *state, (sb_search_options) { .seed = 3 });
    assert_int_equal(land.calls, land.space.size);
    for (size_t i = 0; i < land.space.size; i++)
        assert_int_equal(land.seen[i], 1);
    assert_true(fabs(result.best_objective - 1.0) < 1e-12);
    free(result.evaluated);
    sb_space_free(&land.space);
}

static void keeps_to_its_budget(void **state)
{
    landscape land;
    build(&land);
    for (size_t budget = 1; budget < 40; budget += 6) {
        sb_search_result result =
            run(&land, *state, (sb_search_options) { .seed = 3, .evaluations = budget });
        assert_int_equal(land.calls, budget);
        free(result.evaluated);
    }
    sb_search_result result = run(&land, *state, (sb_search_options) { .seed = 3, .time_ns = 1 });
    assert_true(land.calls < 2);
    free(result.evaluated);
    sb_space_free(&land.space);
}

static void repeats_itself(void **state)
{
    landscape land;
    build(&land);
    size_t first[1024];
    sb_search_options options = { .seed = 5, .evaluations = 90 };
    sb_search_result result = run(&land, *state, options);
    memcpy(first, land.order, sizeof first);
    free(result.evaluated);
    result = run(&land, *state, options);
    assert_memory_equal(first, land.order, 90 * sizeof *first);
    free(result.evaluated);
    sb_space_free(&land.space);
}

static void begins_with_the_starting_points(void **state)
{
    landscape land;
    build(&land);
    const uint32_t starts[] = { 77, 3, 149 };
    sb_search_options options = {
        .seed = 5, .evaluations = 50, .starts = starts, .start_count = 3
    };
    sb_search_result result = run(&land, *state, options);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(land.order[i], starts[i]);
    free(result.evaluated);
    sb_space_free(&land.space);
}

static void does_not_measure_what_is_known(void **state)
{
    landscape land;
    build(&land);
    sb_evaluated known[100];
    for (uint32_t i = 0; i < 100; i++)
        known[i] = (sb_evaluated) { .index = i, .objective = 5.0 + i };
    sb_search_options options = { .seed = 5, .known = known, .known_count = 100 };
    sb_search_result result = run(&land, *state, options);
    assert_int_equal(land.calls, 50);
    for (uint32_t i = 0; i < 100; i++)
        assert_int_equal(land.seen[i], 0);
    free(result.evaluated);
    sb_space_free(&land.space);
}

static void survives_failures_everywhere(void **state)
{
    landscape land;
    build(&land);
    land.all_fail = true;
    sb_search_result result = run(&land, *state, (sb_search_options) { .seed = 3 });
    assert_int_equal(land.calls, land.space.size);
    assert_true(isinf(result.best_objective));
    free(result.evaluated);
    sb_space_free(&land.space);
}

static void ends_when_told(void **state)
{
    landscape land;
    build(&land);
    land.end_after = 17;
    sb_search_result result = run(&land, *state, (sb_search_options) { .seed = 3 });
    assert_int_equal(result.evaluated_count, 17);
    free(result.evaluated);
    land.give_up = SB_FAILED;
    land.calls = 0;
    sb_error error = { "" };
    sb_search_options options = { .seed = 3 };
    assert_int_equal(sb_search_run(*state, &land.space, &options, measure, &land, &result, &error),
                     SB_FAILED);
    assert_string_equal(error.text, "the machine is on fire");
    assert_int_equal(result.evaluated_count, 16);
    free(result.evaluated);
    sb_space_free(&land.space);
}

/* A space of one parameter set, and one without parameters. */
static void takes_a_space_of_one(void **state)
{
    landscape land = { 0 };
    assert_int_equal(sb_space_build(NULL, 0, NULL, NULL, &land.space, NULL), 0);
    sb_search_result result;
    sb_search_options options = { .seed = 3 };
    land.all_fail = true;
    assert_int_equal(sb_search_run(*state, &land.space, &options, measure, &land, &result, NULL),
                     0);
    assert_int_equal(result.evaluated_count, 1);
    free(result.evaluated);
    sb_space_free(&land.space);
}

/* A strategy with a model tells what it expects, and is mostly right in the end; others do not. */
static void tells_what_it_expects(void **state)
{
    const sb_strategy *strategy = *state;
    const bool has_model =
        strcmp(strategy->id, "auto") == 0 || strcmp(strategy->id, "surrogate") == 0;
    landscape land;
    build(&land);
    sb_search_options options = { .seed = 5, .evaluations = 90, .expected = &land.expected };
    sb_search_result result = run(&land, strategy, options);
    size_t told = 0, right = 0;
    for (size_t i = 0; i < 90; i++) {
        int64_t values[SB_SPACE_AXES];
        sb_space_values(&land.space, land.order[i], values);
        told += isnan(land.expected_of[i]) ? 0 : 1;
        right += fabs(log(land.expected_of[i] / height(values))) < log(1.3) ? 1 : 0;
    }
    assert_true(isnan(land.expected_of[0]));
    if (has_model)
        assert_true(told > 60 && right > told / 2);
    else
        assert_int_equal(told, 0);
    free(result.evaluated);
    sb_space_free(&land.space);
}

/* A product that is fused with a sum is not rounded: the model would differ by processor. */
static void rounds_products(void **state)
{
    (void)state;
    const double near = 1.0 + 0x1p-30, rounded = 1.0 + 0x1p-29;
    const double x[] = { 1.0, near }, y[] = { -rounded, near };
    assert_true(sb_dot(x, y, 2) == 0.0);
    double from[8] = { rounded }, eights[8] = { near };
    sb_subtract_eights(&near, eights, 1, from);
    assert_true(from[0] == 0.0);
}

static void finds_by_name(void **state)
{
    (void)state;
    sb_error error = { "" };
    for (size_t i = 0; sb_strategies[i]; i++)
        assert_ptr_equal(sb_strategy_find(sb_strategies[i]->id, NULL), sb_strategies[i]);
    assert_string_equal(sb_strategies[0]->id, "auto");
    assert_null(sb_strategy_find("gready", &error));
    assert_non_null(strstr(error.text, "greedy"));
}

/* Runs each check for each strategy. */
int main(void)
{
    static const struct {
        const char *name;
        CMUnitTestFunction check;
    } checks[] = {
        { "sees everything once", sees_everything_once },
        { "keeps to its budget", keeps_to_its_budget },
        { "repeats itself", repeats_itself },
        { "begins with the starting points", begins_with_the_starting_points },
        { "does not measure what is known", does_not_measure_what_is_known },
        { "survives failures everywhere", survives_failures_everywhere },
        { "ends when told", ends_when_told },
        { "takes a space of one", takes_a_space_of_one },
        { "tells what it expects", tells_what_it_expects },
    };
    enum { CHECKS = sizeof checks / sizeof *checks, MOST = 32 };
    static char names[MOST * CHECKS][64];
    static struct CMUnitTest tests[MOST * CHECKS + 2];
    size_t count = 0;
    for (size_t s = 0; sb_strategies[s] && s < MOST; s++)
        for (size_t c = 0; c < CHECKS; c++, count++) {
            snprintf(names[count], sizeof names[count], "%s %s", sb_strategies[s]->id,
                     checks[c].name);
            tests[count] =
                (struct CMUnitTest) { .name = names[count],
                                      .test_func = checks[c].check,
                                      .initial_state = (void *)(uintptr_t)sb_strategies[s] };
        }
    tests[count++] = (struct CMUnitTest) { .name = "finds by name", .test_func = finds_by_name };
    tests[count++] =
        (struct CMUnitTest) { .name = "rounds products", .test_func = rounds_products };
    return _cmocka_run_group_tests("strategies", tests, count, NULL, NULL);
}
