/* SPDX-License-Identifier: Apache-2.0 */
#include "core/random.h"
#include "measure/ranks.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
/* cmocka.h needs the two above */
#include <cmocka.h>

static double wins(const double *all, unsigned chosen, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            if ((chosen >> i & 1) && !(chosen >> j & 1))
                sum += all[i] > all[j] ? 1 : all[i] < all[j] ? 0 : 0.5;
    return sum;
}

/* Tries all ways to choose n of the values. Returns the share of those whose number of wins is at
 * least as far from the middle as that of the first n. */
static double enumerate(const double *all, size_t n, size_t count)
{
    const double middle = (double)(n * (count - n)) / 2;
    const double seen = fabs(wins(all, (1u << n) - 1, count) - middle);
    size_t far = 0, ways = 0;
    for (unsigned chosen = 0; chosen < 1u << count; chosen++)
        if ((size_t)__builtin_popcount(chosen) == n) {
            ways++;
            far += fabs(wins(all, chosen, count) - middle) >= seen - 1e-9;
        }
    return (double)far / (double)ways;
}

static void exact_p_is_that_of_all_arrangements(void **state)
{
    (void)state;
    sb_random random = { 7 };
    for (size_t n = 1; n <= 6; n++)
        for (size_t m = 1; m <= 6; m++) {
            double all[12];
            for (size_t i = 0; i < n + m; i++)
                all[i] = sb_random_unit(&random) + (i < n ? 0.3 : 0);
            const double p = sb_mann_whitney(all, n, all + n, m);
            assert_true(fabs(p - enumerate(all, n, n + m)) < 1e-12);
        }
}

/* Six values that are all below the other six: p is 2 of the 924 ways to choose 6 of 12. */
static void six_apart_from_six(void **state)
{
    (void)state;
    const double a[] = { 1, 2, 3, 4, 5, 6 }, b[] = { 7, 8, 9, 10, 11, 12 };
    assert_true(fabs(sb_mann_whitney(a, 6, b, 6) - 2.0 / 924) < 1e-15);
    assert_true(fabs(sb_mann_whitney(b, 6, a, 6) - 2.0 / 924) < 1e-15);
}

/* Computed by hand: 4 pairs of the 12 values are equal, and each contributes 2^3 - 2; a wins
 * 0.5 + 1.5 + 2.5 times. */
static void ties_take_from_the_variance(void **state)
{
    (void)state;
    const double a[] = { 1, 2, 2, 3, 4, 6 }, b[] = { 3, 4, 6, 7, 8, 9 };
    const double u = 0.5 + 1.5 + 2.5, variance = 3 * (13 - 24.0 / 132);
    const double p = erfc((18 - u - 0.5) / sqrt(2 * variance));
    assert_true(fabs(sb_mann_whitney(a, 6, b, 6) - p) < 1e-12);
    const double same[] = { 5, 5, 5 };
    assert_true(sb_mann_whitney(same, 3, same, 3) >= 1);
}

/* Samples that are large enough for the approximation and small enough to enumerate: the two
 * results are close. */
static void approximation_is_near(void **state)
{
    (void)state;
    double a[21], b[20];
    for (int i = 0; i < 20; i++)
        b[i] = i;
    for (int i = 0; i < 21; i++)
        a[i] = i * 1.0 + 4.5;
    const double exact = sb_mann_whitney(a, 20, b, 20), normal = sb_mann_whitney(a, 21, b, 20);
    assert_true(exact > 0.005 && exact < 0.05);
    assert_true(normal > exact / 3 && normal < exact * 1.5);
}

/* Holm's procedure: multiplies the smallest p by 4, the next by 3 and so on; results never decrease
 * and are at most 1. */
static void holm_multiplies_and_never_falls(void **state)
{
    (void)state;
    double p[] = { 0.04, 0.01, 0.03, 0.9 };
    sb_holm(p, 4);
    assert_true(fabs(p[1] - 0.04) < 1e-12 && fabs(p[2] - 0.09) < 1e-12);
    assert_true(fabs(p[0] - 0.09) < 1e-12 && fabs(p[3] - 0.9) < 1e-12);
    sb_holm(p, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_p_is_that_of_all_arrangements),
        cmocka_unit_test(six_apart_from_six),
        cmocka_unit_test(ties_take_from_the_variance),
        cmocka_unit_test(approximation_is_near),
        cmocka_unit_test(holm_multiplies_and_never_falls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
