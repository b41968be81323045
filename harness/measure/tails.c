/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/tails.h"

#include <math.h>

enum { HALVINGS = 60 };

double sb_normal_quantile(double tail)
{
    double low = 0, high = 38;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;
        *(0.5 * erfc(middle / sqrt(2)) > tail ? &low : &high) = middle;
    }
    return low;
}

/* P(|t| <= sqrt(freedom) tan(angle)). */
static double student_within(double angle, size_t freedom)
{
    double c = cos(angle), sum = 0, term = freedom % 2 ? c : 1;
    for (size_t i = freedom % 2 ? 3 : 2; i <= freedom; i += 2) {
        sum += term;
        term *= c * c * (double)(i - 1) / (double)i;
    }
    return freedom % 2 ? 2 / M_PI * (angle + sin(angle) * sum) : sin(angle) * sum;
}

double sb_student_quantile(double tail, size_t freedom)
{
    double low = 0, high = M_PI / 2;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;
        *((1 - student_within(middle, freedom)) / 2 > tail ? &low : &high) = middle;
    }
    return sqrt((double)freedom) * tan(low);
}

double sb_student_tail(double t, size_t freedom)
{
    return fmax(0, (1 - student_within(atan(t / sqrt((double)freedom)), freedom)) / 2);
}
