/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/complete.h"

#include "plugin/rules.h"

#include <string.h>

enum {
    MOST_VALUES = 1024, /* of a parameter that are tried */
    MOST_CALLS = 20000  /* of `valid`, to find a pair of values */
};

/* --------------------------------------------------------------------------- values in order */

static int64_t first_value(const sb_parameter *p)
{
    return p->kind == SB_CHOICE || p->kind == SB_FLAG ? 0 : p->min;
}

static int64_t count_choices(const sb_parameter *p)
{
    int64_t count = 0;
    while (p->choices[count])
        count++;
    return count;
}

/* Moves on to the next value; false after the last. */
static bool next_value(const sb_parameter *p, int64_t *value)
{
    switch ((sb_parameter_kind)p->kind) {
    case SB_CHOICE:
        return ++*value < count_choices(p);
    case SB_FLAG:
        return ++*value <= 1;
    case SB_POWER_OF_TWO:
        return *value <= p->max / 2 && (*value *= 2, true);
    case SB_INTEGER:
        return *value <= p->max - p->step && (*value += p->step, true);
    }
    return false;
}

/* How far two values are apart. Choices have no order. */
static int64_t distance(const sb_parameter *p, int64_t a, int64_t b)
{
    if (p->kind == SB_CHOICE || p->kind == SB_FLAG)
        return a != b;
    return a > b ? a - b : b - a;
}

/* ------------------------------------------------------------------------------------- search */

/* A search for valid values near others. */
typedef struct search {
    const sb_loaded_kernel *kernel;
    const sb_problem *problem;
    const sb_cpu *cpu;
    int calls; /* of `valid` so far */
} search;

static bool is_valid(search *s, const int64_t *values)
{
    s->calls++;
    return s->kernel->kernel.valid(s->problem, s->cpu, values) != 0;
}

/* As sb_complete_nearest(). */
static bool find_nearest(search *s, const int64_t *values, size_t at, int64_t *found)
{
    const sb_parameter *p = &s->kernel->parameters[at];
    int64_t tried[SB_MAX_PARAMETERS], least = INT64_MAX;
    memcpy(tried, values, s->kernel->parameter_count * sizeof *tried);
    tried[at] = first_value(p);
    for (int i = 0; i < MOST_VALUES; i++) {
        const int64_t far = distance(p, tried[at], values[at]);
        if (far < least && is_valid(s, tried)) {
            *found = tried[at];
            least = far;
        }
        if (!next_value(p, &tried[at]))
            break;
    }
    return least < INT64_MAX;
}

bool sb_complete_nearest(const sb_loaded_kernel *kernel, const sb_problem *problem,
                         const sb_cpu *cpu, const int64_t *values, size_t parameter, int64_t *found)
{
    search s = { .kernel = kernel, .problem = problem, .cpu = cpu };
    return find_nearest(&s, values, parameter, found);
}

/* Changes one of the values that were not given, from `first` on. The last parameters come first:
 * kernels list those that matter most at the beginning. */
static bool change_one(search *s, uint32_t given, size_t first, int64_t *values)
{
    int64_t found;
    for (size_t i = s->kernel->parameter_count; i-- > first;) {
        if (given & (1u << i) || !find_nearest(s, values, i, &found))
            continue;
        values[i] = found;
        return true;
    }
    return false;
}

/* Changes two of them. */
static bool change_two(search *s, uint32_t given, int64_t *values)
{
    for (size_t i = s->kernel->parameter_count; i-- > 0 && s->calls < MOST_CALLS;) {
        const sb_parameter *p = &s->kernel->parameters[i];
        const int64_t own = values[i];
        if (given & (1u << i))
            continue;
        values[i] = first_value(p);
        for (int tried = 0; tried < MOST_VALUES && s->calls < MOST_CALLS; tried++) {
            if (values[i] != own && change_one(s, given, i + 1, values))
                return true;
            if (!next_value(p, &values[i]))
                break;
        }
        values[i] = own;
    }
    return false;
}

/* ------------------------------------------------------------------------------------ complete */

/* Copies the values that were not given. */
static void take_others(const sb_loaded_kernel *kernel, uint32_t given, const int64_t *from,
                        int64_t *values)
{
    for (size_t i = 0; i < kernel->parameter_count; i++)
        if (!(given & (1u << i)))
            values[i] = from[i];
}

static void take_defaults(const search *s, uint32_t given, int64_t *values)
{
    int64_t own[SB_MAX_PARAMETERS] = { 0 };
    for (size_t i = 0; i < s->kernel->parameter_count; i++)
        own[i] = s->kernel->parameters[i].initial;
    if (s->kernel->kernel.defaults)
        s->kernel->kernel.defaults(s->problem, s->cpu, own);
    take_others(s->kernel, given, own, values);
}

/* Lets the kernel adapt the others to the given values. */
static void adapt(const search *s, uint32_t given, int64_t *values)
{
    int64_t own[SB_MAX_PARAMETERS] = { 0 };
    if (!s->kernel->kernel.complete)
        return;
    memcpy(own, values, s->kernel->parameter_count * sizeof *own);
    s->kernel->kernel.complete(s->problem, s->cpu, given, own);
    take_others(s->kernel, given, own, values);
}

void sb_complete_values(const sb_loaded_kernel *kernel, const sb_problem *problem,
                        const sb_cpu *cpu, uint32_t given, int64_t *values)
{
    search s = { .kernel = kernel, .problem = problem, .cpu = cpu };
    const size_t count = kernel->parameter_count;
    const uint32_t all = count < 32 ? (1u << count) - 1 : ~0u;
    given &= all;
    take_defaults(&s, given, values);
    if (given == 0 || given == all)
        return;
    adapt(&s, given, values);
    if (kernel->kernel.valid && !is_valid(&s, values) && !change_one(&s, given, 0, values))
        (void)change_two(&s, given, values);
}
