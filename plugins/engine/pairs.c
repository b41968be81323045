/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/pairs.h"

#include <string.h>

enum { OUTPUTS = 8, LANES = 2 * OUTPUTS };

typedef struct pairs_stage {
    stage base;
    dense dense; /* each of its groups is a pair, and each of its channels two floats of scratch */
    view input;
    int64_t channels; /* of the input */
    int64_t pair;     /* input channels of two groups */
    int64_t rows;     /* of output that are computed before the next rows of input are paired */
    _Alignas(64) int32_t order[LANES]; /* of gemm_pair_job */
} pairs_stage;

/* ---------------------------------------------------------------------------------------- run */

/* One past the last input row that output rows 0..p-1 need. */
static int64_t input_end(const conv *b, int64_t p)
{
    return clamp((p - 1) * b->stride_h - b->pad_top + (b->r - 1) * b->dilation_h + 1, 0, b->h);
}

/* Pairs the channels of input rows y0..y1-1 of a plane, whose first pixel is `plane`. */
static void deal_rows(const pairs_stage *own, const float *plane, int channels, float *scratch,
                      int64_t y0, int64_t y1)
{
    const conv *b = &own->dense.conv;
    gemm_pair_job job = {
        .order = own->order,
        .pixel = own->input.pixel,
        .pixels = b->w,
        .channels = channels,
    };
    for (int64_t y = y0; y < y1; y++) {
        job.from = plane + y * own->input.row;
        job.to = scratch + y * b->w * LANES;
        gemm_pair_of(own->dense.isa)(&job);
    }
}

/* Rows p0..p1-1 of a plane, a few at a time, so that the paired input stays in L1. */
static void run_plane(const pairs_stage *own, const tensors *t, int64_t plane, int64_t p0,
                      int64_t p1, float *scratch)
{
    const conv *b = &own->dense.conv;
    const int64_t image = plane / b->groups, first = plane % b->groups * own->pair;
    const float *from = t->input + image * own->input.image + view_channel(&own->input, first);
    const int channels = (int)smaller(own->pair, own->channels - first);
    const tensors at = { .input = scratch, .residual = t->residual, .output = t->output };
    int64_t done = clamp(p0 * b->stride_h - b->pad_top, 0, b->h);
    for (int64_t p = p0; p < p1; p += own->rows) {
        const int64_t last = smaller(p + own->rows, p1), end = input_end(b, last);
        deal_rows(own, from, channels, scratch, done, end);
        done = larger(done, end);
        dense_rows(&own->dense, &at, plane, p, last);
    }
}

/* A thread's share of the rows of all planes, numbered consecutively. */
static void run_pairs(const stage *base, int64_t index, float *scratch, const tensors *t)
{
    const pairs_stage *own = (const pairs_stage *)base;
    const conv *b = &own->dense.conv;
    const share mine = share_of(b->n * b->groups * b->p, index, base->tasks);
    for (int64_t i = mine.from, end; i < mine.to; i = end) {
        const int64_t p = i % b->p;
        end = smaller(mine.to, i - p + b->p);
        run_plane(own, t, i / b->p, p, p + end - i, scratch);
    }
}

static void destroy_pairs(stage *base, const sb_host *host)
{
    dense_release(&((pairs_stage *)base)->dense, host);
    host->free(host, base);
}

/* --------------------------------------------------------------------------------------- plan */

/* The convolution of pairs. With an odd number of groups, one group of the last pair is missing. */
static conv pair_up(const conv *b)
{
    conv paired = *b;
    paired.groups = divide_up(b->groups, 2);
    paired.c = paired.groups * (b->c / b->groups);
    paired.k = paired.groups * LANES;
    return paired;
}

/* Filters or biases of `each` floats, in the order of the lanes: the outputs of two groups take
 * turns. Those of a missing group stay zero. Returns NULL if there is no memory. */
static float *deal_out(const sb_host *host, const conv *b, const float *from, int64_t each)
{
    const int64_t all = round_up(b->k, LANES);
    float *to = alloc_floats(host, all * each);
    for (int64_t k = 0; k < b->k && to != NULL; k++) {
        const int64_t group = k / OUTPUTS % 2, output = k % OUTPUTS;
        memcpy(to + (k / LANES * LANES + 2 * output + group) * each, from + k * each,
               (size_t)each * sizeof *to);
    }
    return to;
}

/* One plane that all pairs use in turn. */
static view view_of_pairs(const conv *b, int64_t inputs)
{
    return (view) {
        .row = b->w * LANES,
        .pixel = LANES,
        .per_block = inputs,
        .padded = true,
        .pairs = true,
    };
}

static int plan_dense(pairs_stage *own, const stage_order *order, const isa *set, uint32_t output,
                      int pixels)
{
    const conv *b = &order->conv, paired = pair_up(b);
    const sb_host *host = order->host;
    const int64_t inputs = b->c / b->groups;
    float *weights = deal_out(host, b, order->weights, inputs * b->r * b->s);
    float *bias = order->bias != NULL ? deal_out(host, b, order->bias, 1) : NULL;
    int rc = -1;
    if (weights != NULL && (bias != NULL || order->bias == NULL))
        rc = dense_plan(&own->dense, host, &paired, set, view_of_pairs(b, inputs),
                        view_of(output, b->k, b->p, b->q),
                        (dense_blocking) { 1, pixels, inputs, 1, 1 }, weights, bias);
    host->free(host, weights);
    host->free(host, bias);
    return rc;
}

stage *pairs_stage_new(const stage_order *order, const isa *set, uint32_t output, int pixels)
{
    const conv *b = &order->conv, flat = flatten(b);
    const int64_t inputs = b->c / b->groups;
    char text[DESCRIPTION];
    pairs_stage *own = order->host->alloc(order->host, sizeof *own);
    if (own == NULL)
        return NULL;
    *own = (pairs_stage) {
        .base = {
            .task = run_pairs,
            .destroy = destroy_pairs,
            .tasks = b->threads,
            .scratch = b->h * b->w * LANES,
            .input = order->input,
            .output = output,
        },
        .input = view_of(order->input, b->c, b->h, b->w),
        .channels = b->c,
        .pair = 2 * inputs,
    };
    for (int i = 0; i < LANES; i++) /* input i of group g goes to float 2 i + g */
        own->order[i] = (int32_t)(i / 2 % inputs + i % 2 * inputs);
    const int64_t row = flat.w * flat.stride_h * LANES;
    own->rows = clamp(l1_floats(order->host->cpu) / 4 / row, 1, flat.p);
    if (plan_dense(own, order, set, output, pixels) != 0) {
        order->host->free(order->host, own);
        return NULL;
    }
    dense_describe(&own->dense, text, sizeof text);
    stage_describe(&own->base, text);
    return &own->base;
}
