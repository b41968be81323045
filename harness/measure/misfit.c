/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/misfit.h"

#include "conv/problem.h"
#include "core/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MOST_VALUES = 1024 /* that are tried of a parameter */ };

static void add_value(sb_text *text, const sb_parameter *p, int64_t value)
{
    if (p->kind == SB_CHOICE)
        sb_text_add(text, "%s=%s", p->id, p->choices[value]);
    else
        sb_text_add(text, "%s=%" PRId64, p->id, value);
}

static int64_t count_choices(const sb_parameter *p)
{
    int64_t count = 0;
    while (p->choices[count])
        count++;
    return count;
}

/* The value after this one; false behind the last. */
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

static int64_t first_value(const sb_parameter *p)
{
    return p->kind == SB_CHOICE || p->kind == SB_FLAG ? 0 : p->min;
}

/* How far a number is from the one that was given; names are all alike. */
static int64_t distance(const sb_parameter *p, int64_t a, int64_t b)
{
    if (p->kind == SB_CHOICE || p->kind == SB_FLAG)
        return 1;
    return a > b ? a - b : b - a;
}

/* Which value of a parameter would be valid with the others, the nearest; false: none. */
static bool find_valid(const sb_loaded_kernel *kernel, const sb_problem *problem, const sb_cpu *cpu,
                       const int64_t *values, size_t at, int64_t *found)
{
    const sb_parameter *p = &kernel->parameters[at];
    int64_t tried[SB_MAX_PARAMETERS], least = INT64_MAX;
    memcpy(tried, values, sizeof tried);
    tried[at] = first_value(p);
    for (int i = 0; i < MOST_VALUES; i++) {
        const int64_t far = distance(p, tried[at], values[at]);
        if (far < least && kernel->kernel.valid(problem, cpu, tried)) {
            *found = tried[at];
            least = far;
        }
        if (!next_value(p, &tried[at]))
            break;
    }
    return least < INT64_MAX;
}

static void add_remedies(sb_text *text, const sb_loaded_kernel *kernel, const sb_problem *problem,
                         const sb_cpu *cpu, const int64_t *values, uint32_t given)
{
    const char *before = ": valid with ";
    for (size_t i = 0; i < kernel->parameter_count; i++) {
        int64_t found;
        if (!(given & (1u << i)) || !find_valid(kernel, problem, cpu, values, i, &found))
            continue;
        sb_text_add(text, "%s", before);
        add_value(text, &kernel->parameters[i], found);
        before = ", or ";
    }
    if (given && *before == ':')
        sb_text_add(text, ", whatever one of them is");
}

void sb_misfit_tell(const sb_loaded_kernel *kernel, const sb_problem *problem, const sb_cpu *cpu,
                    const int64_t *values, uint32_t given, char *text, size_t size)
{
    char layer[SB_PROBLEM_TEXT];
    sb_text made = { 0 };
    int count = 0;
    for (size_t i = 0; i < kernel->parameter_count; i++) {
        if (!(given & (1u << i)))
            continue;
        sb_text_add(&made, "%s", count++ ? ";" : "");
        add_value(&made, &kernel->parameters[i], values[i]);
    }
    if (!count)
        sb_text_add(&made, "these parameters do not go together for this layer");
    else
        sb_text_add(&made, " %s this layer", count > 1 ? "do not go together for" : "is not for");
    add_remedies(&made, kernel, problem, cpu, values, given);
    if (count)
        sb_text_add(&made, " (%s)", sb_problem_text(problem, layer, sizeof layer));
    snprintf(text, size, "%s", made.data);
    sb_text_free(&made);
}
