/* SPDX-License-Identifier: Apache-2.0 */
/* What a run tells of itself beside its results: how it was called, when, and where its time went;
 * and the texts made of it for the run's database and run.json. */
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
    int64_t groups_held; /* done before the last start */
    char *earlier;       /* provenance of the run that is gone on with, or NULL; owned */
} sb_account;

sb_account sb_account_start(int argc, char *const *argv);

void sb_account_end(sb_account *account);

/* What the run is made from, which going on with it must not change; free() it. */
char *sb_account_identity(const sb_scope *scope, const sb_machine *machine);

/* Tells the user the command that goes on with the run in `dir`, for a shell: as it was typed. */
void sb_account_tell_resume(const sb_account *account, const char *dir);

/* The run's provenance up to now; free() it. */
char *sb_account_provenance(const sb_account *account, const sb_scope *scope,
                            const sb_machine *machine, bool complete);

#endif
