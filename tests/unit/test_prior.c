/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluations of similar spaces help a search, and misleading ones do little harm. */
#include "tune/prior.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SEEDS = 12, SIDE = 24 };

/* A bowl with its bottom at (a, b). */
typedef struct bowl {
    sb_space space;
    double a, b;
    size_t calls, found; /* evaluations until the bottom was found */
} bowl;

static double height(const bowl *land, const int64_t *values)
{
    double a = (double)values[0] - land->a, b = (double)values[1] - land->b;
    return 1.0 + 0.02 * a * a + 0.03 * b * b + (values[2] ? 0.0 : 0.4);
}

static int measure(void *context, size_t index, const int64_t *values, double incumbent,
                   double *objective, sb_error *error)
{
    bowl *land = context;
    (void)index, (void)incumbent, (void)error;
    *objective = height(land, values);
    land->calls++;
    if (land->found == 0 && *objective < 1.001)
        land->found = land->calls;
    return land->found != 0;
}

static void build(bowl *land)
{
    const sb_parameter_info parameters[] = {
        { .id = (char[]) { "a" }, .kind = SB_INTEGER, .max = SIDE - 1, .step = 1 },
        { .id = (char[]) { "b" }, .kind = SB_INTEGER, .max = SIDE - 1, .step = 1 },
        { .id = (char[]) { "c" }, .kind = SB_FLAG, .max = 1 },
    };
    assert_int_equal(sb_space_build(parameters, 3, NULL, NULL, &land->space, NULL), 0);
}

/* Every seventh parameter set of a similar bowl, or of one upside down. */
static size_t make_hints(const bowl *land, bool misleading, sb_evaluated *hints)
{
    const bowl like = { .a = land->a + 1, .b = land->b - 1 };
    size_t count = 0;
    for (uint32_t i = 0; i < land->space.size; i += 7) {
        int64_t values[SB_SPACE_AXES];
        sb_space_values(&land->space, i, values);
        double time = height(&like, values);
        hints[count++] = (sb_evaluated) { .index = i, .objective = misleading ? 1.0 / time : time };
    }
    sb_prior_scale(hints, count);
    return count;
}

/* Evaluations until the bottom is found, over all seeds. */
static size_t count_evaluations(bowl *land, const sb_evaluated *hints, size_t count)
{
    const sb_strategy *strategy = sb_strategy_find("surrogate", NULL);
    size_t sum = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        sb_search_result result;
        const sb_search_options options = { .seed = seed, .hints = hints, .hint_count = count };
        land->calls = land->found = 0;
        assert_int_equal(
            sb_search_run(strategy, &land->space, &options, measure, land, &result, NULL), 0);
        assert_int_not_equal(land->found, 0);
        sum += land->found;
        free(result.evaluated);
    }
    return sum;
}

static void hints_help_and_do_little_harm(void **state)
{
    (void)state;
    bowl land = { .a = 16, .b = 7 };
    build(&land);
    sb_evaluated *hints = calloc(land.space.size, sizeof *hints);
    size_t without = count_evaluations(&land, NULL, 0);
    size_t count = make_hints(&land, false, hints);
    size_t with = count_evaluations(&land, hints, count);
    make_hints(&land, true, hints);
    size_t misled = count_evaluations(&land, hints, count);
    print_message("%zu evaluations without hints, %zu with, %zu with misleading ones\n", without,
                  with, misled);
    assert_true(4 * with < 3 * without);
    assert_true(misled < 2 * without);
    free(hints);
    sb_space_free(&land.space);
}

static void hints_are_scaled(void **state)
{
    (void)state;
    sb_evaluated hints[] = { { 0, 2.0 }, { 1, 4.0 }, { 2, 8.0 }, { 3, 4000.0 }, { 4, 4.0 } };
    sb_prior_scale(hints, 5);
    assert_true(hints[0].objective == 0.0);
    assert_true(fabs(hints[1].objective - log(2.0)) < 1e-12);
    assert_true(hints[2].objective > hints[1].objective && hints[2].objective < log(4.0));
    assert_true(hints[3].objective > hints[2].objective && hints[3].objective < log(20.0));
    sb_prior_scale(hints, 0);
}

/* The trust follows the evaluations. */
static void trust_is_fitted(void **state)
{
    (void)state;
    const double predictions[] = { -2, -1, 0, 1, 2 };
    double same[] = { -2, -1, 0, 1, 2 }, against[] = { 2, 1, 0, -1, -2 };
    sb_prior prior = { .known = true };
    sb_prior_settle(&prior, predictions, same, 5);
    assert_true(prior.trust > 0.8 && prior.trust < 1.0);
    assert_true(fabs(same[0]) < 0.5);
    sb_prior_settle(&prior, predictions, against, 5);
    assert_true(prior.trust == 0.0 && against[0] == 2.0);
}

static void one_hint_is_none(void **state)
{
    (void)state;
    bowl land = { .a = 16, .b = 7 };
    sb_prior prior;
    build(&land);
    const sb_evaluated hint = { .index = 3, .objective = 0.5 };
    sb_prior_start(&prior, &land.space, &hint, 1);
    assert_true(sb_prior_predict(&prior, 3) == 0.0);
    sb_prior_free(&prior);
    sb_prior_start(&prior, &land.space, NULL, 0);
    sb_prior_free(&prior);
    sb_space_free(&land.space);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hints_help_and_do_little_harm),
        cmocka_unit_test(hints_are_scaled),
        cmocka_unit_test(trust_is_fitted),
        cmocka_unit_test(one_hint_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
