/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/tune_allowed.h"

#include "measure/validity.h"

#include <string.h>

const sb_constraint *sb_tune_violated(const sb_candidate *candidate, const int64_t *values)
{
    for (size_t i = 0; i < candidate->constraint_count; i++)
        if (!sb_constraint_holds(&candidate->constraints[i], values))
            return &candidate->constraints[i];
    return NULL;
}

bool sb_tune_listed(const sb_candidate *candidate, const int64_t *values)
{
    uint32_t left = candidate->given;
    for (size_t i = 0; i < candidate->choice_count; i++)
        if (values[candidate->choices[i].parameter] == candidate->choices[i].value)
            left &= ~(1u << candidate->choices[i].parameter);
    return left == 0;
}

bool sb_tune_allows(const sb_candidate *candidate, const int64_t *values)
{
    return sb_tune_listed(candidate, values) && !sb_tune_violated(candidate, values);
}

static const sb_kernel_info *kernel_of(const sb_candidate *candidate)
{
    return &candidate->plugin->kernels[candidate->kernel];
}

void sb_tune_forbid(const sb_candidate *candidate, const int64_t *values, size_t count,
                    unsigned char *ok)
{
    const size_t parameters = kernel_of(candidate)->parameter_count;
    for (size_t i = 0; i < count && (candidate->given || candidate->constraint_count); i++)
        ok[i] = ok[i] && sb_tune_allows(candidate, values + i * parameters);
}

void sb_tune_fix_numbers(const sb_candidate *candidate, sb_parameter_info *parameters, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (candidate->given & ~candidate->listed & 1u << i &&
            (parameters[i].kind == SB_INTEGER || parameters[i].kind == SB_POWER_OF_TWO))
            parameters[i].min = parameters[i].max = candidate->values[i];
}

/* ----------------------------------------------------------------------------------- counting */

typedef struct counting {
    const sb_candidate *candidate;
    sb_validity asked;
} counting;

/* As sb_valid_batch. */
static int ask_allowed(void *context, const int64_t *values, size_t count, unsigned char *ok,
                       sb_error *error)
{
    const counting *c = context;
    if (sb_validity_ask(&c->asked, values, count, ok, error) < 0)
        return SB_FAILED;
    sb_tune_forbid(c->candidate, values, count, ok);
    return SB_OK;
}

bool sb_tune_count(sb_session *session, const sb_candidate *candidate, const sb_problem *problem,
                   sb_space_count *found)
{
    const sb_kernel_info *kernel = kernel_of(candidate);
    counting c = { candidate, { session, candidate->plugin, candidate->kernel, *problem } };
    sb_parameter_info here[SB_MAX_PARAMETERS];
    sb_error why = { "" };
    if (sb_validity_support(&c.asked) == SB_VERDICT_UNSUPPORTED)
        return false;
    memcpy(here, kernel->parameters, kernel->parameter_count * sizeof *here);
    sb_validity_narrow(&c.asked, here);
    sb_tune_fix_numbers(candidate, here, kernel->parameter_count);
    if (sb_space_count_valid(here, kernel->parameter_count, ask_allowed, &c, found, &why) == 0)
        return true;
    if (sb_space_count_valid(here, kernel->parameter_count, NULL, NULL, found, &why) < 0)
        *found = (sb_space_count) { 0 };
    found->counting = SB_COUNT_AT_MOST;
    return true;
}
