/* SPDX-License-Identifier: Apache-2.0 */
/* Which parameter sets the configuration allows a search. */
#ifndef SB_CAMPAIGN_TUNE_ALLOWED_H
#define SB_CAMPAIGN_TUNE_ALLOWED_H

#include "measure/group.h"
#include "measure/session.h"
#include "tune/space.h"

/* The constraint that the values violate, or NULL. */
const sb_constraint *sb_tune_violated(const sb_candidate *candidate, const int64_t *values);

/* Has every parameter a value that `params` lists, if it lists any? */
bool sb_tune_listed(const sb_candidate *candidate, const int64_t *values);

/* Neither violates a constraint nor is missing from a list. */
bool sb_tune_allows(const sb_candidate *candidate, const int64_t *values);

/* Clears ok[i] where the candidate does not allow the parameter set at values[i * parameters]. */
void sb_tune_forbid(const sb_candidate *candidate, const int64_t *values, size_t count,
                    unsigned char *ok);

/* A number that `params` fixes has a range of one value. */
void sb_tune_fix_numbers(const sb_candidate *candidate, sb_parameter_info *parameters,
                         size_t count);

/* How many parameter sets a search of the candidate would choose from, by asking the plugin; if it
 * does not answer, at most all combinations. False if the kernel does not support the problem. */
bool sb_tune_count(sb_session *session, const sb_candidate *candidate, const sb_problem *problem,
                   sb_space_count *found);

#endif
