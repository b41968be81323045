/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels that refuse, rightly or wrongly. Their verdicts are `unsupported`, `skipped` and
 * `error`. */
#include "rogue.h"

static int no_supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    (void)problem, (void)cpu;
    strcpy(why->text, "odd images are not supported");
    return 0;
}
KERNEL(no_support, SB_NEED_STANDARD, no_supports, keep, right, forget, .flags = 0);

static int mute_supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    (void)problem, (void)cpu, (void)why;
    return 0;
}
KERNEL(mute, SB_NEED_STANDARD, mute_supports, keep, right, forget, .flags = 0);

/* Gives a reason that holds a terminal's escape sequence and fills the text without a final NUL. */
static int rude_supports(const sb_problem *problem, const sb_cpu *cpu, sb_why *why)
{
    (void)problem, (void)cpu;
    memset(why->text, 'x', sizeof why->text);
    memcpy(why->text, "\033[2Jrude\n", 9);
    return 0;
}
KERNEL(rude, SB_NEED_STANDARD, rude_supports, keep, right, forget, .flags = 0);

static int never_valid(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values)
{
    (void)cpu, (void)problem, (void)values;
    return 0;
}
KERNEL(invalid, SB_NEED_STANDARD, yes, keep, right, forget, .valid = never_valid);

static int fail_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                     const sb_weights *weights, void **plan, sb_why *why)
{
    (void)host, (void)p, (void)values, (void)weights, (void)plan;
    strcpy(why->text, "the wrapped library has no such kernel");
    return 1;
}
KERNEL(plan_fails, SB_NEED_STANDARD, yes, fail_plan, right, forget, .flags = 0);

static int null_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                     const sb_weights *weights, void **plan, sb_why *why)
{
    (void)host, (void)p, (void)values, (void)weights, (void)why;
    *plan = NULL;
    return 0;
}
KERNEL(plan_gives_null, SB_NEED_STANDARD, yes, null_plan, right, forget, .flags = 0);

static int fail_run(void *plan, const float *input, float *output)
{
    (void)plan, (void)input, (void)output;
    return 5;
}
KERNEL(run_fails, SB_NEED_STANDARD, yes, keep, fail_run, forget, .flags = 0);

static void no_layouts(const sb_problem *problem, const sb_cpu *cpu, const int64_t *values,
                       sb_layouts *layouts)
{
    (void)cpu, (void)problem, (void)values;
    layouts->input = 77;
}
KERNEL(no_layout, SB_NEED_STANDARD, yes, keep, right, forget, .layouts = no_layouts);

static const sb_parameter tile = {
    .size = sizeof tile,
    .kind = SB_INTEGER,
    .id = "tile",
    .summary = "a number",
    .min = 1,
    .max = 8,
    .step = 1,
    .initial = 4,
};
static const sb_parameter *const parameters[] = { &tile, NULL };

static void bad_defaults(const sb_problem *problem, const sb_cpu *cpu, int64_t *values)
{
    (void)problem, (void)cpu;
    values[0] = 9;
}

/* Does not check its values, because the host promises that they are legal. */
static int index_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                      const sb_weights *weights, void **plan, sb_why *why)
{
    if (values[0] > 8)
        abort();
    return keep(host, p, values, weights, plan, why);
}
KERNEL(illegal_defaults, SB_NEED_STANDARD, yes, index_plan, right, forget, .parameters = parameters,
       .defaults = bad_defaults);

GOOD;
PLUGIN("refuser", NULL, &no_support, &mute, &rude, &invalid, &plan_fails, &plan_gives_null,
       &run_fails, &no_layout, &illegal_defaults);
