/* SPDX-License-Identifier: Apache-2.0 */
/* The data for judging values of parameters, which happens often: a problem's steps on a
 * processor. */
#ifndef SB_PLUGINS_STEP_LIST_H
#define SB_PLUGINS_STEP_LIST_H

#include "common/conv.h"
#include "common/simd.h"

typedef struct step_list {
    const sb_cpu *cpu;
    const simd *isa;
    int64_t threads;
    uint32_t count;
    conv steps[SB_MAX_STEPS]; /* flattened */
} step_list;

static inline step_list list_steps(const sb_problem *problem, const sb_cpu *cpu)
{
    step_list list = {
        .cpu = cpu,
        .isa = simd_select(cpu),
        .threads = problem->threads,
        .count = problem->step_count,
    };
    for (uint32_t i = 0; i < problem->step_count; i++) {
        const conv step = conv_of(problem, i);
        list.steps[i] = flatten(&step);
    }
    return list;
}

static inline const conv *last_step(const step_list *list)
{
    return &list->steps[list->count - 1];
}

/* Narrows ranges to what may be valid. */
typedef void narrow_function(const step_list *list, sb_range *ranges);

/* Are all values within the ranges? In a large space most are not, so this check comes first. */
static inline bool are_within(const step_list *list, const sb_parameter *const *parameters,
                              narrow_function *narrow, const int64_t *values)
{
    sb_range ranges[SB_MAX_PARAMETERS];
    bool within = true;
    for (int i = 0; parameters[i] != NULL; i++)
        ranges[i] = (sb_range) { parameters[i]->min, parameters[i]->max };
    narrow(list, ranges);
    for (int i = 0; parameters[i] != NULL && within; i++)
        within = values[i] >= ranges[i].min && values[i] <= ranges[i].max;
    return within;
}

#endif
