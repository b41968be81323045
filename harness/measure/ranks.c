/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/ranks.h"

#include "core/text.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_EXACT = 20 };

/* The number of pairs (a, b) with a > b; ties count half. */
static double count_wins(const double *a, size_t a_count, const double *b, size_t b_count)
{
    double wins = 0;
    for (size_t i = 0; i < a_count; i++)
        for (size_t j = 0; j < b_count; j++)
            wins += a[i] > b[j] ? 1 : a[i] < b[j] ? 0 : 0.5;
    return wins;
}

static int compare_values(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The sum of t^3 - t over all sets of t equal values; 0 if all differ. */
static double sum_ties(const double *a, size_t a_count, const double *b, size_t b_count)
{
    const size_t count = a_count + b_count;
    double *all = sb_new(count, sizeof *all), sum = 0;
    for (size_t i = 0; i < count; i++)
        all[i] = i < a_count ? a[i] : b[i - a_count];
    qsort(all, count, sizeof *all, compare_values);
    for (size_t i = 0, j; i < count; i = j) {
        for (j = i; j < count && all[j] <= all[i];)
            j++;
        const double tied = (double)(j - i);
        sum += tied * tied * tied - tied;
    }
    free(all);
    return sum;
}

/*
 * P(wins <= most). Of the arrangements of n and m values, those whose largest is one of the n have
 * m wins from it, and those whose largest is one of the m none: f(n, m, w) = f(n-1, m, w-m) + f(n,
 * m-1, w), here as probabilities. `at` holds f(n, m, .) for the present n and all m.
 */
static double exact_tail(size_t n, size_t m, size_t most)
{
    enum { WINS = MOST_EXACT * MOST_EXACT + 1 };
    double(*at)[WINS] = sb_new(MOST_EXACT + 1, sizeof *at), tail = 0;
    for (size_t j = 0; j <= m; j++)
        at[j][0] = 1;
    for (size_t i = 1; i <= n; i++)
        for (size_t j = 1; j <= m; j++)
            for (size_t w = i * j + 1; w-- > 0;) {
                const double largest = w >= j ? at[j][w - j] : 0;
                const double share = (double)i / (double)(i + j);
                at[j][w] = share * largest + (1 - share) * at[j - 1][w];
            }
    for (size_t w = 0; w <= most; w++)
        tail += at[m][w];
    free(at);
    return tail;
}

static double normal_tails(double wins, double a, double b, double ties)
{
    const double n = a + b;
    const double variance = a * b / 12 * (n + 1 - ties / (n * (n - 1)));
    const double distance = fmax(0, fabs(wins - a * b / 2) - 0.5);
    return variance > 0 ? erfc(distance / sqrt(2 * variance)) : 1;
}

double sb_mann_whitney(const double *a, size_t a_count, const double *b, size_t b_count)
{
    const double wins = count_wins(a, a_count, b, b_count);
    const double ties = sum_ties(a, a_count, b, b_count);
    if (ties > 0 || a_count > MOST_EXACT || b_count > MOST_EXACT)
        return normal_tails(wins, (double)a_count, (double)b_count, ties);
    const double other = (double)(a_count * b_count) - wins;
    return fmin(1, 2 * exact_tail(a_count, b_count, (size_t)fmin(wins, other)));
}

static int compare_pointed(const void *a, const void *b)
{
    return compare_values(*(double *const *)a, *(double *const *)b);
}

void sb_holm(double *p, size_t count)
{
    double **order = sb_new(count + 1, sizeof *order), least = 0;
    for (size_t i = 0; i < count; i++)
        order[i] = &p[i];
    qsort(order, count, sizeof *order, compare_pointed);
    for (size_t i = 0; i < count; i++)
        least = *order[i] = fmin(1, fmax(least, *order[i] * (double)(count - i)));
    free(order);
}
