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
    for (size_t a = 0; a < covariance->width; a++)
        sb_dimension_free(&covariance->dimensions[a]);
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

double sb_covariance_between(const sb_covariance *covariance, const uint8_t *x, const uint8_t *y,
                             double *interactions)
{
    double sum = 0.0, product = 1.0;
    for (size_t a = 0; a < covariance->width; a++) {
        double like = sb_dimension_alike(&covariance->dimensions[a], x[a], y[a]);
        product *= like;
        sum += covariance->dimensions[a].share * like;
    }
    if (interactions)
        *interactions = product;
    return covariance->additive * sum + (1.0 - covariance->additive) * product;
}

size_t sb_covariance_lanes(const sb_covariance *covariance)
{
    size_t count = 0;
    for (size_t a = 0; a < covariance->width; a++)
        count += covariance->dimensions[a].levels;
    return count;
}

void sb_covariance_prepare(const sb_covariance *covariance, uint8_t (*rows)[SB_BLOCK],
                           sb_lanes *lanes)
{
    for (size_t a = 0; a < covariance->width; a++) {
        const sb_dimension *d = &covariance->dimensions[a];
        const double share = covariance->additive * d->share;
        for (uint32_t level = 0; level < d->levels; level++, lanes++)
            for (size_t b = 0; b < SB_BLOCK; b++) {
                lanes->alike.lane[b] = sb_dimension_alike(d, level, rows[a][b]);
                lanes->shared.lane[b] = share * lanes->alike.lane[b];
            }
    }
}

/* Two lanes. */
typedef double pair __attribute__((vector_size(16), aligned(8), may_alias));

static inline pair load(const double *at)
{
    return *(const pair *)at;
}

static inline void store_sum(double *to, pair x, pair y)
{
    *(pair *)to = x + y;
}

void sb_covariance_block(const sb_covariance *covariance, const sb_lanes *lanes, const uint8_t *x,
                         sb_block *out)
{
    const double most = 1.0 - covariance->additive;
    pair p0 = { most, most }, p1 = p0, p2 = p0, p3 = p0;
    pair s0 = { 0.0 }, s1 = s0, s2 = s0, s3 = s0;
    for (size_t a = 0; a < covariance->width; a++) {
        const sb_lanes *at = &lanes[x[a]];
        p0 *= load(at->alike.lane);
        p1 *= load(at->alike.lane + 2);
        p2 *= load(at->alike.lane + 4);
        p3 *= load(at->alike.lane + 6);
        s0 += load(at->shared.lane);
        s1 += load(at->shared.lane + 2);
        s2 += load(at->shared.lane + 4);
        s3 += load(at->shared.lane + 6);
        lanes += covariance->dimensions[a].levels;
    }
    store_sum(out->lane, s0, p0);
    store_sum(out->lane + 2, s1, p1);
    store_sum(out->lane + 4, s2, p2);
    store_sum(out->lane + 6, s3, p3);
}
