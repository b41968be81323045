/* SPDX-License-Identifier: Apache-2.0 */
/* What a tuning was started with: DIR/tune.json. A search that goes on with another strategy or
 * seed would be neither of both. */
#ifndef SB_STORE_TUNE_ACCOUNT_H
#define SB_STORE_TUNE_ACCOUNT_H

#include "core/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Borrowed for the call. */
typedef struct sb_tune_account {
    const char *source;   /* the effective configuration */
    const char *strategy; /* id */
    int64_t seed;
    int64_t evaluations, budget_ns; /* of the budget, one of them is 0 */
    const char *command;            /* that the user typed */
} sb_tune_account;

/* Writes the file; or, with `resume` and a file that is there, checks that only the budget differs,
 * and fails with all differences otherwise. */
int sb_tune_account_start(const char *dir, const sb_tune_account *account, bool resume,
                          sb_error *error);

#endif
