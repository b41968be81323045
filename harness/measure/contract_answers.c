/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/contract_answers.h"

#include "conv/problem.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------------------------- pure
 */

static void ask_ranges(sb_contract *c, const sb_loaded_kernel *l, const sb_problem *problem,
                       sb_answers *a)
{
    for (size_t i = 0; i < l->parameter_count; i++)
        a->ranges[i] = (sb_range) { l->parameters[i].min, l->parameters[i].max };
    sb_contract_enter(c, "ranges");
    if (l->kernel.ranges)
        l->kernel.ranges(problem, &c->cpu, a->ranges);
}

static void ask_defaults(sb_contract *c, const sb_loaded_kernel *l, const sb_problem *problem,
                         sb_answers *a)
{
    for (size_t i = 0; i < l->parameter_count; i++)
        a->values[i] = l->parameters[i].initial;
    sb_contract_enter(c, "defaults");
    if (l->kernel.defaults)
        l->kernel.defaults(problem, &c->cpu, a->values);
}

sb_answers sb_contract_ask(sb_contract *c, const sb_loaded_kernel *l, const sb_problem *problem)
{
    sb_answers a = { .layouts = { .size = sizeof a.layouts } };
    sb_why why = { .size = sizeof why };
    if (problem->needs & ~l->kernel.handles)
        return a;
    sb_contract_enter(c, "supports");
    a.supported = l->kernel.supports(problem, &c->cpu, &why) != 0;
    if (!a.supported)
        return a;
    ask_ranges(c, l, problem, &a);
    ask_defaults(c, l, problem, &a);
    sb_contract_enter(c, "valid");
    a.valid = !l->kernel.valid || l->kernel.valid(problem, &c->cpu, a.values) != 0;
    sb_contract_enter(c, "layouts");
    if (a.valid && l->kernel.layouts)
        l->kernel.layouts(problem, &c->cpu, a.values, &a.layouts);
    return a;
}

static void compare_answers(sb_contract *c, const sb_answers *a, const sb_answers *b)
{
    const char *what =
        a->supported != b->supported                          ? "supports is pure"
        : memcmp(a->ranges, b->ranges, sizeof a->ranges) != 0 ? "ranges is pure"
        : memcmp(a->values, b->values, sizeof a->values) != 0 ? "defaults is pure"
        : a->valid != b->valid                                ? "valid is pure"
        : a->layouts.input != b->layouts.input || a->layouts.output != b->layouts.output
            ? "layouts is pure"
            : NULL;
    if (what)
        sb_contract_find(c, what,
                         "it answers differently when it is asked again, after other problems");
}

void sb_contract_check_pure(sb_contract *c, size_t kernel, const sb_layer *layers, size_t count,
                            sb_operation operation, int64_t threads)
{
    const sb_loaded_kernel *l = &c->loaded.kernels[kernel];
    sb_answers *first = sb_new(count, sizeof *first);
    for (size_t i = 0; i < 2 * count; i++) {
        const size_t at = i < count ? i : 2 * count - 1 - i; /* forwards, then backwards */
        if (!layers[at].operations[operation])
            continue;
        const sb_problem problem = sb_layer_problem(&layers[at], operation, threads);
        c->layer = layers[at].name;
        c->threads = threads;
        if (i < count)
            first[at] = sb_contract_ask(c, l, &problem);
        for (int again = 0; i >= count && again < 2; again++) { /* twice: answers may alternate */
            const sb_answers now = sb_contract_ask(c, l, &problem);
            compare_answers(c, &first[at], &now);
        }
    }
    free(first);
}

/* ------------------------------------------------------------------------------------------ texts
 */

/* NULL is allowed. */
static void check_line(sb_contract *c, const char *what, const char *text)
{
    for (; text && *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            sb_contract_find(c, what, "it contains the control character %d", *text);
            return;
        }
}

void sb_contract_ask_libraries(sb_contract *c)
{
    sb_contract_enter(c, "libraries");
    if (c->loaded.plugin.libraries)
        check_line(c, "libraries gives a line of text", c->loaded.plugin.libraries());
}

void sb_contract_ask_description(sb_contract *c, const sb_kernel *kernel, const void *plan)
{
    sb_contract_enter(c, "describe");
    if (kernel->describe)
        check_line(c, "describe gives a line of text", kernel->describe(plan));
}
