/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/cholesky.h"

#include <math.h>
#include <string.h>

/* Several partial sums: compilers may not reorder a floating-point sum. */
typedef double pair __attribute__((vector_size(16), aligned(8), may_alias));

static inline pair load(const double *at)
{
    return *(const pair *)at;
}

double sb_dot(const double *x, const double *y, size_t count)
{
    pair a = { 0.0 }, b = a, c = a, d = a;
    double sum = 0.0;
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        a += load(x + i) * load(y + i);
        b += load(x + i + 2) * load(y + i + 2);
        c += load(x + i + 4) * load(y + i + 4);
        d += load(x + i + 6) * load(y + i + 6);
    }
    for (; i < count; i++)
        sum += x[i] * y[i];
    a += b + c + d;
    return sum + a[0] + a[1];
}

void sb_subtract_eights(const double *factors, const double *eights, size_t count, double *from)
{
    pair a = load(from), b = load(from + 2), c = load(from + 4), d = load(from + 6);
    for (size_t i = 0; i < count; i++, eights += 8) {
        pair factor = { factors[i], factors[i] };
        a -= factor * load(eights);
        b -= factor * load(eights + 2);
        c -= factor * load(eights + 4);
        d -= factor * load(eights + 6);
    }
    *(pair *)from = a;
    *(pair *)(from + 2) = b;
    *(pair *)(from + 4) = c;
    *(pair *)(from + 6) = d;
}

void sb_cholesky_forward(const double *lower, size_t stride, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (x[i] - sb_dot(lower + i * stride, x, i)) / lower[i * stride + i];
}

void sb_cholesky_back(const double *lower, size_t stride, size_t n, double *x)
{
    for (size_t i = n; i-- > 0;) {
        const double *row = lower + i * stride;
        double solved = x[i] /= row[i];
        for (size_t k = 0; k < i; k++)
            x[k] -= row[k] * solved;
    }
}

void sb_cholesky_add(const double *lower, size_t stride, size_t n, double *row)
{
    sb_cholesky_forward(lower, stride, n, row);
    row[n] = sqrt(fmax(row[n] - sb_dot(row, row, n), 1e-10));
}

/* Rows of `work` are the columns of the factor's inverse. */
void sb_cholesky_invert(const double *lower, size_t stride, size_t n, double *inverse, double *work)
{
    for (size_t i = 0; i < n; i++) {
        double *column = work + i * stride;
        column[i] = 1.0 / lower[i * stride + i];
        for (size_t k = i + 1; k < n; k++)
            column[k] = -sb_dot(lower + k * stride + i, column + i, k - i) / lower[k * stride + k];
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            inverse[i * stride + j] = sb_dot(work + i * stride + i, work + j * stride + i, n - i);
}
