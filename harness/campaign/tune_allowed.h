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

/* How many parameter sets a search of the candidate would choose from, by asking the plugin; if it
 * does not answer, at most all combinations. `left` as for sb_space_count_valid(). False if the
 * kernel does not support the problem. */
bool sb_tune_count(sb_session *session, const sb_candidate *candidate, const sb_problem *problem,
                   uint64_t *left, sb_space_count *found);

/* The parameters as a search narrows them: ranges for the problem, which the caller has narrowed,
 * begin at these defaults, and a number that `params` fixes has one value. */
void sb_tune_prepare(const sb_candidate *candidate, const int64_t *defaults,
                     sb_parameter_info *parameters);

#endif
