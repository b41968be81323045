/* SPDX-License-Identifier: Apache-2.0 */
/* Lists, looks up and merges the contents of a stranger's tuning.db. */
#include "fuzz.h"

#include "tune/tunedb.h"

#include <stdlib.h>
#include <unistd.h>

static int use_evaluation(void *context, const char *params, double objective, sb_error *error)
{
    (void)context;
    (void)error;
    fuzz_promise(params != NULL && !(objective <= 0), "an evaluation has parameters and a time");
    return 0;
}

static int use_winner(void *context, const sb_tune_key *key, const sb_tune_winner *winner,
                      sb_error *error)
{
    sb_tunedb *db = context;
    sb_tune_winner found[4];
    fuzz_promise(winner->params != NULL && winner->strategy != NULL && winner->ties != NULL,
                 "a winner is whole");
    (void)sb_tunedb_evaluations(db, key, use_evaluation, NULL, error);
    const int count = sb_tunedb_nearest(db, key, found, 4, error);
    for (int i = 0; i < count; i++)
        sb_tune_winner_free(&found[i]);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sb_error error = { "" };
    sb_tunedb *db = sb_tunedb_open(fuzz_file("tuning.db", data, size), false, &error);
    if (db)
        (void)sb_tunedb_visit(db, "*", use_winner, db, &error);
    else
        fuzz_promise(error.text[0] != '\0', "what is refused is refused with a reason");
    sb_tunedb_close(db);
    return 0;
}
