/* SPDX-License-Identifier: Apache-2.0 */
/* The account of a run, besides its results: its command, its start, and how its time was spent;
 * and the texts made from it for the run's database and run.json. */
#ifndef SB_CAMPAIGN_ACCOUNT_H
#define SB_CAMPAIGN_ACCOUNT_H

#include "campaign/scope.h"
#include "machine/machine.h"
#include "store/provenance.h"

typedef struct sb_account {
    int argc; /* of the command; borrowed */
    char *const *argv;
    time_t started;
    int64_t started_ns;
    sb_time_spent spent;
    int64_t groups_held; /* groups stored before the last start */
    char *earlier;       /* provenance of the run that is resumed, or NULL; owned */
} sb_account;

sb_account sb_account_start(int argc, char *const *argv);

void sb_account_end(sb_account *account);

/* The identity of the run, which must not change when it is resumed; free() it. */
char *sb_account_identity(const sb_scope *scope, const sb_machine *machine);

/* Tells the user the shell command that resumes the run in `dir`, based on the original command. */
void sb_account_tell_resume(const sb_account *account, const char *dir);

/* The run's provenance so far; free() it. */
char *sb_account_provenance(const sb_account *account, const sb_scope *scope,
                            const sb_machine *machine, bool complete);

#endif
