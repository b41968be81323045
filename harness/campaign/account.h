/* SPDX-License-Identifier: Apache-2.0 */
/* The account of a run, besides its results: its command, its start, and how its time was spent;
 * and the texts made from it for the run's database and run.json. */
#ifndef SB_CAMPAIGN_ACCOUNT_H
#define SB_CAMPAIGN_ACCOUNT_H

#include "campaign/scope.h"
#include "machine/crowd.h"
#include "machine/machine.h"
#include "store/provenance.h"

/* Results of kernels that use all threads, but computed on fewer than their rows say. */
typedef struct sb_narrow {
    int64_t count;
    int64_t threads, threads_ran; /* of the first one */
    char first[192];              /* "direct/standard on conv1" */
} sb_narrow;

typedef struct sb_account {
    int argc; /* of the command; borrowed */
    char *const *argv;
    time_t started;
    int64_t started_ns;
    sb_time_spent spent;
    int64_t groups_held;       /* groups stored before the last start */
    int64_t groups_in_company; /* groups measured while other processes used the cores, */
    sb_crowd company;          /* and those that did last */
    sb_narrow narrow;
    char *earlier; /* provenance of the run that is resumed, or NULL; owned */
} sb_account;

sb_account sb_account_start(int argc, char *const *argv);

void sb_account_end(sb_account *account);

/* The identity of the run, which must not change when it is resumed; free() it. */
char *sb_account_identity(const sb_scope *scope, const sb_machine *machine);

/* The command that the user typed, for a shell; free() it. */
char *sb_account_command(const sb_account *account);

/* Tells the user the shell command that resumes the run in `dir`, based on the original command. */
void sb_account_tell_resume(const sb_account *account, const char *dir);

/* The run's provenance so far; free() it. */
char *sb_account_provenance(const sb_account *account, const sb_scope *scope,
                            const sb_machine *machine, bool complete);

#endif
