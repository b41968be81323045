/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/covariance.h"

#include "core/text.h"

#include <stdlib.h>

void sb_covariance_start(sb_covariance *covariance, const sb_space *space)
{
    *covariance = (sb_covariance) { .space = space, .additive = 0.5, .noise = 0.01 };
    covariance->dimensions = sb_new(space->axis_count, sizeof *covariance->dimensions);
    for (size_t a = 0; a < space->axis_count; a++)
        if (space->axes[a].count > 1)
            sb_dimension_start(&covariance->dimensions[covariance->width++], space, a);
    sb_covariance_settle(covariance);
}

void sb_covariance_free(sb_covariance *covariance)
{
    free(covariance->dimensions);
}

void sb_covariance_settle(sb_covariance *covariance)
{
    double total = 0.0;
    for (size_t a = 0; a < covariance->width; a++)
        total += sb_dimension_relevance(&covariance->dimensions[a]);
    for (size_t a = 0; a < covariance->width; a++) {
        sb_dimension *d = &covariance->dimensions[a];
        d->share = sb_dimension_relevance(d) / total;
        sb_dimension_tabulate(d);
    }
}

void sb_covariance_place(const sb_covariance *covariance, size_t index, uint8_t *row)
{
    uint32_t digits[SB_SPACE_AXES];
    sb_space_digits(covariance->space, index, digits);
    for (size_t a = 0; a < covariance->width; a++) {
        const sb_dimension *d = &covariance->dimensions[a];
        row[a] = sb_dimension_level(d, covariance->space->axes[d->axis].count, digits[d->axis]);
    }
}

double sb_covariance_between(const sb_covariance *covariance, const uint8_t *x, const uint8_t *y)
{
    double sum = 0.0, product = 1.0;
    for (size_t a = 0; a < covariance->width; a++) {
        double like = covariance->dimensions[a].likeness[x[a]][y[a]];
        product *= like;
        sum += covariance->dimensions[a].share * like;
    }
    return covariance->additive * sum + (1.0 - covariance->additive) * product;
}

void sb_covariance_block(const sb_covariance *covariance, const uint8_t *x,
                         uint8_t (*rows)[SB_BLOCK], sb_block *out)
{
    double sum[SB_BLOCK] = { 0.0 }, product[SB_BLOCK];
    for (size_t b = 0; b < SB_BLOCK; b++)
        product[b] = 1.0 - covariance->additive;
    for (size_t a = 0; a < covariance->width; a++) {
        const float *likeness = covariance->dimensions[a].likeness[x[a]];
        double share = covariance->additive * covariance->dimensions[a].share;
        for (size_t b = 0; b < SB_BLOCK; b++) {
            double like = likeness[rows[a][b]];
            product[b] *= like;
            sum[b] += share * like;
        }
    }
    for (size_t b = 0; b < SB_BLOCK; b++)
        out->lane[b] = sum[b] + product[b];
}
