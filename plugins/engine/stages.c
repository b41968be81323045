/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/stages.h"

void stage_describe(stage *base, const char *text)
{
    static const char *const names[] = {
        [SB_NCHW] = "nchw",
        [SB_NHWC] = "nhwc",
        [SB_NCHW8C] = "nchw8c",
        [SB_NCHW16C] = "nchw16c",
    };
    if (base->input == base->output)
        snprintf(base->text, sizeof base->text, "%s %s", names[base->input], text);
    else
        snprintf(base->text, sizeof base->text, "%s-%s %s", names[base->input], names[base->output],
                 text);
}

void *stage_new(const stage_order *order, size_t size, uint32_t output, stage base)
{
    stage *own = order->host->alloc(order->host, size);
    if (own == NULL)
        return NULL;
    *own = base;
    own->tasks = order->conv.threads;
    own->input = order->input;
    own->output = output;
    return own;
}

static view input_of(const stage_order *order)
{
    return view_of(order->input, order->conv.c, order->conv.h, order->conv.w);
}

static view output_of(const stage_order *order, uint32_t layout)
{
    return view_of(layout, order->conv.k, order->conv.p, order->conv.q);
}

/* -------------------------------------------------------------------------------------- dense */

static void run_dense(const stage *base, int64_t index, float *scratch, const tensors *t)
{
    (void)scratch;
    dense_run(&((const dense_stage *)base)->dense, t, index, base->tasks);
}

static void destroy_dense(stage *base, const sb_host *host)
{
    dense_release(&((dense_stage *)base)->dense, host);
    host->free(host, base);
}

dense_stage *dense_stage_new(const stage_order *order, const isa *set, uint32_t output,
                             dense_blocking blocking)
{
    char text[DESCRIPTION];
    dense_stage *own = stage_new(order, sizeof *own, output,
                                 (stage) { .task = run_dense, .destroy = destroy_dense });
    if (own == NULL)
        return NULL;
    if (dense_plan(&own->dense, order->host, &order->conv, set, input_of(order),
                   output_of(order, output), blocking, order->weights, order->bias) != 0) {
        order->host->free(order->host, own);
        return NULL;
    }
    dense_describe(&own->dense, text, sizeof text);
    stage_describe(&own->base, text);
    return own;
}

/* ---------------------------------------------------------------------------------- depthwise */

static void run_depthwise(const stage *base, int64_t index, float *scratch, const tensors *t)
{
    (void)scratch;
    depthwise_run(&((const depthwise_stage *)base)->depthwise, t, index, base->tasks);
}

static void destroy_depthwise(stage *base, const sb_host *host)
{
    depthwise_release(&((depthwise_stage *)base)->depthwise, host);
    host->free(host, base);
}

depthwise_stage *depthwise_stage_new(const stage_order *order, const isa *set, uint32_t output,
                                     depthwise_method by)
{
    char text[DESCRIPTION];
    depthwise_stage *own =
        stage_new(order, sizeof *own, output,
                  (stage) { .task = run_depthwise, .destroy = destroy_depthwise });
    if (own == NULL)
        return NULL;
    if (depthwise_plan(&own->depthwise, order->host, &order->conv, set, input_of(order),
                       output_of(order, output), by, order->weights, order->bias) != 0) {
        order->host->free(order->host, own);
        return NULL;
    }
    depthwise_describe(&own->depthwise, text, sizeof text);
    stage_describe(&own->base, text);
    return own;
}
