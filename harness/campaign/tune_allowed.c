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

void sb_tune_prepare(const sb_candidate *candidate, const int64_t *defaults,
                     sb_parameter_info *parameters)
{
    for (size_t i = 0; i < kernel_of(candidate)->parameter_count; i++) {
        if (sb_parameter_legal(&parameters[i], defaults[i]))
            parameters[i].initial = defaults[i];
        if (candidate->given & ~candidate->listed & 1u << i &&
            (parameters[i].kind == SB_INTEGER || parameters[i].kind == SB_POWER_OF_TWO))
            parameters[i].min = parameters[i].max = candidate->values[i];
    }
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

/* With the values that the configuration fixes, as a search does; or else the kernel's own. */
static void find_defaults(const counting *c, int64_t *defaults)
{
    memcpy(defaults, c->candidate->values, SB_MAX_PARAMETERS * sizeof *defaults);
    if (sb_validity_complete(&c->asked, c->candidate->given, defaults) != SB_VERDICT_OK)
        sb_validity_complete(&c->asked, 0, defaults);
}

bool sb_tune_count(sb_session *session, const sb_candidate *candidate, const sb_problem *problem,
                   uint64_t *left, sb_space_count *found)
{
    const sb_kernel_info *kernel = kernel_of(candidate);
    counting c = { candidate, { session, candidate->plugin, candidate->kernel, *problem } };
    sb_parameter_info here[SB_MAX_PARAMETERS];
    int64_t defaults[SB_MAX_PARAMETERS];
    sb_error why = { "" };
    if (sb_validity_support(&c.asked) == SB_VERDICT_UNSUPPORTED)
        return false;
    memcpy(here, kernel->parameters, kernel->parameter_count * sizeof *here);
    sb_validity_narrow(&c.asked, here);
    find_defaults(&c, defaults);
    sb_tune_prepare(candidate, defaults, here);
    const size_t count = kernel->parameter_count;
    if (sb_space_count_valid(here, count, ask_allowed, &c, left, found, &why) == 0)
        return true;
    if (sb_space_count_valid(here, count, NULL, NULL, left, found, &why) < 0)
        *found = (sb_space_count) { 0 };
    found->counting = SB_COUNT_AT_MOST;
    return true;
}
