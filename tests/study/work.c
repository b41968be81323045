/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plugin whose kernel does an exact amount of work, to validate the measuring method. It computes
 * a 1x1 convolution of one pixel, and `units` equal pieces of arithmetic over a buffer in the L2
 * cache, shared among the threads. A kernel with 1050 units does 1.05 times the work of one with
 * 1000 units. The plugin is built twice, under two ids, so that two workers can hold it.
 */
#include "sepbench/plugin.h"

#include <stdlib.h>

#define FLOATS 4096 /* 16 KiB per piece and thread, which take about a microsecond */

typedef struct plan {
    float weight;
    int units, threads;
    float *buffer; /* FLOATS per thread */
} plan;

static int work_supports(const sb_problem *p, const sb_cpu *cpu, sb_why *why)
{
    (void)cpu;
    (void)why;
    const sb_step *s = &p->steps[0];
    return p->n * s->c * s->h * s->w * s->k * s->r * s->s * s->p * s->q == 1;
}

static int work_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                     const sb_weights *weights, void **made, sb_why *why)
{
    (void)host;
    (void)why;
    plan *to = malloc(sizeof *to);
    if (!to)
        return -1;
    *to = (plan) {
        .weight = ((const float *)weights->weights[0])[0],
        .units = (int)values[0],
        .threads = (int)p->threads,
        .buffer = aligned_alloc(64, (size_t)p->threads * FLOATS * sizeof(float)),
    };
    for (int64_t i = 0; to->buffer && i < p->threads * FLOATS; i++)
        to->buffer[i] = 1;
    *made = to;
    return to->buffer ? 0 : -1;
}

static void piece(float *buffer)
{
    for (int i = 0; i < FLOATS; i++)
        buffer[i] = buffer[i] * 0.5f + 0.5f;
    __asm__ volatile("" : : "r"(buffer) : "memory");
}

static int work_run(void *planned, const sb_call *call)
{
    plan *p = planned;
    const float *input = call->input;
    float *output = call->output;
#pragma omp parallel for schedule(static) num_threads(p->threads)
    for (int t = 0; t < p->threads; t++)
        for (int i = 0; i < p->units; i++)
            piece(p->buffer + (size_t)t * FLOATS);
    output[0] = input[0] * p->weight;
    return 0;
}

static void work_destroy(void *planned)
{
    plan *p = planned;
    free(p->buffer);
    free(p);
}

static const sb_parameter units = {
    .size = sizeof units,
    .kind = SB_INTEGER,
    .id = "units",
    .summary = "pieces of work in a call",
    .min = 1,
    .max = 1000000,
    .step = 1,
    .initial = 100,
};

static const sb_kernel work = {
    .size = sizeof work,
    .handles = SB_NEED_STANDARD,
    .arithmetic = SB_DIRECT,
    .flags = SB_KERNEL_THREADED,
    .id = "standard",
    .technique = "work",
    .summary = "an exact amount of work",
    .parameters = (const sb_parameter *const[]) { &units, NULL },
    .supports = work_supports,
    .plan = work_plan,
    .run = work_run,
    .destroy = work_destroy,
};

const sb_plugin sb_plugin_entry = {
    .size = sizeof sb_plugin_entry,
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = WORK_ID,
    .version = "1",
    .summary = "work of a known amount",
    .license = "Apache-2.0",
    .kernels = (const sb_kernel *const[]) { &work, NULL },
};
