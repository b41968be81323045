/* SPDX-License-Identifier: Apache-2.0 */
/* Cholesky factors that grow row by row. Matrices are stored as rows of `stride` doubles; only the
 * lower triangle is used. */
#ifndef SB_TUNE_CHOLESKY_H
#define SB_TUNE_CHOLESKY_H

#include <stddef.h>

double sb_dot(const double *x, const double *y, size_t count);

/* Subtracts factors[i] times the i-th of `count` groups of eight numbers. */
void sb_subtract_eights(const double *factors, const double *eights, size_t count, double *from);

/* `row` holds the last row of a symmetric matrix, whose first `n` rows are factored in `lower`; it
 * becomes row n of the factor, and may already be stored there. */
void sb_cholesky_add(const double *lower, size_t stride, size_t n, double *row);

/* Solves lower x = b, and lower' x = b, in place. */
void sb_cholesky_forward(const double *lower, size_t stride, size_t n, double *x);
void sb_cholesky_back(const double *lower, size_t stride, size_t n, double *x);

/* The lower triangle of the inverse of the factored matrix. `work` holds n rows. */
void sb_cholesky_invert(const double *lower, size_t stride, size_t n, double *inverse,
                        double *work);

#endif
