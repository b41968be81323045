/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled once for each variant: shapes without tiles, and the residuals and activations that
 * tiles leave. See depthwise_kernel.h. */
#include "engine/depthwise_kernel.h"

#include "engine/vec.h"

VEC_INLINE vec gather(const float *from, const ptrdiff_t *lane, int lanes)
{
    vec value = { 0 };
    for (int i = 0; i < VEC_LANES; i++) {
        if (i < lanes)
            value[i] = from[lane[i]];
    }
    return value;
}

void VEC_NAME(dw_f32_general)(const dw_general_job *job)
{
    for (int64_t q = 0; q < job->outputs; q++) {
        int64_t column = job->column + q * job->stride;
        const float *under = job->input + job->at + q * job->step;
        vec acc = job->bias != NULL ? vec_load(job->bias) : (vec) { 0 };
        for (int64_t r = job->first_row; r < job->last_row; r++) {
            for (int64_t s = 0; s < job->taps; s++) {
                int64_t x = column + s * job->dilation;
                if (x < 0 || x >= job->width)
                    continue;
                const float *from = under + r * job->row + s * job->pixel;
                vec w = vec_load(job->weights + (r * job->taps + s) * VEC_LANES);
                if (job->contiguous)
                    acc += vec_load(from + job->lane[0]) * w;
                else
                    acc += gather(from, job->lane, job->lanes) * w;
            }
        }
        if (job->residual != NULL)
            acc += vec_load_first(job->residual + q * job->output_pixel, job->lanes);
        vec_store_first(job->output + q * job->output_pixel, activate(acc, job->activation),
                        job->lanes);
    }
}

static void finish_partial(const dw_finish *job, float *to, const float *from)
{
    vec sums = vec_load_first(to, job->lanes);
    if (from != NULL)
        sums += vec_load_first(from, job->lanes);
    vec_store_first(to, activate(sums, job->activation), job->lanes);
}

static void finish_row(const dw_finish *job, float *to, const float *from)
{
    for (int64_t q = 0; q < job->cols && from != NULL; q++)
        vec_store(to + q * job->pixel,
                  vec_load(to + q * job->pixel) + vec_load(from + q * job->pixel));
    for (int64_t q = 0; q < job->cols; q++)
        vec_store(to + q * job->pixel, activate(vec_load(to + q * job->pixel), job->activation));
}

void VEC_NAME(dw_f32_finish)(const dw_finish *job)
{
    for (int64_t p = 0; p < job->rows; p++) {
        float *to = job->output + p * job->row;
        const float *from = job->residual != NULL ? job->residual + p * job->row : NULL;
        if (job->lanes == VEC_LANES) {
            finish_row(job, to, from);
            continue;
        }
        for (int64_t q = 0; q < job->cols; q++)
            finish_partial(job, to + q * job->pixel, from != NULL ? from + q * job->pixel : NULL);
    }
}
