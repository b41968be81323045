/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the run.db of a stranger's run as report, compare and merge do. */
#include "fuzz.h"

#include "report/answer.h"
#include "store/results_csv.h"
#include "store/rundb.h"

#include <stdlib.h>

static int use_group(const sb_group *group, void *context, sb_error *error)
{
    size_t *groups = context;
    (void)error;
    fuzz_promise(group->threads >= 1 && group->layer != NULL, "a group has a layer and threads");
    return ++*groups > 64; /* stop after this many */
}

static void read_all(sb_rundb *db)
{
    size_t groups = 0;
    sb_error error = { "" };
    sb_answer answer;
    free(sb_rundb_identity(db, &error));
    free(sb_rundb_provenance(db, &error));
    sb_rundb_free_machines(sb_rundb_machines(db, &error));
    (void)sb_rundb_visit(db, true, use_group, &groups, &error);
    if (sb_answer_read(db, &answer, &error) == 0)
        sb_answer_free(&answer);
    (void)sb_results_write_csv(db, fuzz_folder(), &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sb_error error = { "" };
    (void)fuzz_file("run.db", data, size);
    sb_rundb *db = sb_rundb_open(fuzz_folder(), false, &error);
    if (db)
        read_all(db);
    else
        fuzz_promise(error.text[0] != '\0', "what is refused is refused with a reason");
    sb_rundb_close(db);
    return 0;
}
