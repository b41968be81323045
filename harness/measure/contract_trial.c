/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/contract_trial.h"

#include "conv/layout.h"
#include "conv/problem.h"
#include "conv/reference.h"
#include "conv/tiles.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGNMENT = 64, PAGE = 4096 };

sb_bordered sb_bordered_map(size_t bytes, size_t slack, bool at_start)
{
    sb_bordered f = { .bytes = bytes };
    f.span_bytes = (bytes + slack + PAGE - 1) / PAGE * PAGE;
    f.total = f.span_bytes + 2 * PAGE;
    f.base = mmap(NULL, f.total, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    f.span = f.base + PAGE;
    if (f.base == MAP_FAILED || mprotect(f.span, f.span_bytes, PROT_READ | PROT_WRITE) != 0) {
        fputs("sepbench: out of memory\n", stderr);
        abort();
    }
    memset(f.span, SB_BORDER_PATTERN, f.span_bytes);
    f.tensor =
        (float *)(void *)(f.span +
                          (at_start ? 0 : (f.span_bytes - bytes - slack) / ALIGNMENT * ALIGNMENT));
    return f;
}

void sb_bordered_unmap(sb_bordered *f)
{
    if (f->base)
        munmap(f->base, f->total);
    *f = (sb_bordered) { 0 };
}

static void forbid_writes(const sb_bordered *f)
{
    mprotect(f->span, f->span_bytes, PROT_READ);
}

void sb_bordered_move(sb_bordered *f, bool readonly)
{
    if (!f->base)
        return;
    sb_bordered to = sb_bordered_map(f->span_bytes, 0, true);
    memcpy(to.span, f->span, f->span_bytes);
    to.tensor = (float *)(void *)(to.span + ((char *)f->tensor - (char *)f->span));
    to.bytes = f->bytes;
    if (readonly)
        forbid_writes(&to);
    sb_bordered_unmap(f);
    *f = to;
}

bool sb_bordered_intact(const sb_bordered *f)
{
    const char *from = (const char *)f->tensor, *to = from + f->bytes;
    for (const char *at = f->span; at < f->span + f->span_bytes; at++)
        if ((at < from || at >= to) && (unsigned char)*at != SB_BORDER_PATTERN)
            return false;
    return true;
}

static float *floats(int64_t count)
{
    return sb_new((size_t)count, sizeof(float));
}

static void make_tensors(const sb_problem *p, sb_tensors *t)
{
    t->input = floats(sb_input_elements(p));
    if (p->residual)
        t->residual = floats(sb_output_elements(p));
    for (uint32_t i = 0; i < p->step_count; i++) {
        t->weights[i] = floats(sb_step_weights(&p->steps[i]));
        if (p->steps[i].bias)
            t->biases[i] = floats(p->steps[i].k);
    }
}

static sb_bordered lay_out(uint32_t layout, sb_shape shape, const float *dense, size_t slack,
                           bool at_start)
{
    const size_t count = (size_t)sb_layout_elements((sb_layout)layout, shape);
    sb_bordered f = sb_bordered_map(count * sizeof(float), slack, at_start);
    if (dense) {
        sb_reorder_from_nchw((sb_layout)layout, shape, dense, f.tensor);
        forbid_writes(&f);
    }
    return f;
}

sb_bordered sb_bordered_copy(const float *from, int64_t count)
{
    sb_bordered f = sb_bordered_map((size_t)count * sizeof *from, 0, false);
    memcpy(f.tensor, from, f.bytes);
    forbid_writes(&f);
    return f;
}

bool sb_trial_make(const sb_setting *s, sb_data data, bool second, sb_trial *t)
{
    const sb_problem *p = &s->problem;
    const size_t slack = s->loaded->kernel.input_slack;
    sb_error ignored;
    make_tensors(p, &t->tensors);
    if (!sb_fill(p, data, s->seed + second, &t->tensors))
        return false;
    t->input = lay_out(s->layouts.input, sb_input_shape(p), t->tensors.input, slack, second);
    t->output = lay_out(s->layouts.output, sb_output_shape(p), NULL, 0, second);
    if (p->residual)
        t->residual =
            lay_out(s->layouts.output, sb_output_shape(p), t->tensors.residual, slack, second);
    t->value = sb_new((size_t)sb_output_elements(p), sizeof *t->value);
    t->magnitude = sb_new((size_t)sb_output_elements(p), sizeof *t->magnitude);
    sb_reference(p, &t->tensors, 1, t->value, t->magnitude, &ignored);
    if (sb_tile_outputs(s->info->arithmetic))
        sb_tile_magnitudes(p, &t->tensors, s->info->arithmetic, 1, t->magnitude, &ignored);
    return true;
}

void sb_trial_free(sb_trial *t)
{
    free(t->tensors.input);
    free(t->tensors.residual);
    for (uint32_t i = 0; i < SB_MAX_STEPS; i++) {
        free(t->tensors.weights[i]);
        free(t->tensors.biases[i]);
    }
    sb_bordered_unmap(&t->input);
    sb_bordered_unmap(&t->residual);
    sb_bordered_unmap(&t->output);
    free(t->value);
    free(t->magnitude);
    *t = (sb_trial) { 0 };
}
