/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/misfit.h"

#include "conv/problem.h"
#include "core/text.h"
#include "plugin/complete.h"

#include <inttypes.h>
#include <stdio.h>

static void add_value(sb_text *text, const sb_parameter *p, int64_t value)
{
    if (p->kind == SB_CHOICE)
        sb_text_add(text, "%s=%s", p->id, p->choices[value]);
    else
        sb_text_add(text, "%s=%" PRId64, p->id, value);
}

static void add_remedies(sb_text *text, const sb_loaded_kernel *kernel, const sb_problem *problem,
                         const sb_cpu *cpu, const int64_t *values, uint32_t given)
{
    const char *before = ": valid with ";
    for (size_t i = 0; i < kernel->parameter_count; i++) {
        int64_t found;
        if (!(given & (1u << i)) || !sb_complete_nearest(kernel, problem, cpu, values, i, &found))
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
        sb_text_add(&made, "these parameters are not valid together for this layer");
    else
        sb_text_add(&made, " %s this layer",
                    count > 1 ? "are not valid together for" : "is not valid for");
    add_remedies(&made, kernel, problem, cpu, values, given);
    if (count)
        sb_text_add(&made, " (%s)", sb_problem_text(problem, layer, sizeof layer));
    snprintf(text, size, "%s", made.data);
    sb_text_free(&made);
}
