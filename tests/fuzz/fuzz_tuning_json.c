/* SPDX-License-Identifier: Apache-2.0 */
/* `tuning import` of winners that somebody exported. Imported winners can be exported and imported
 * again. */
#include "fuzz.h"

#include "tune/tunedb.h"

#include <stdio.h>

/* All inputs use one database, because making one takes longer than everything else. Its files are
 * unlinked with whatever is in the folder when the first input is written, and stay open. */
static sb_tunedb *open_database(void)
{
    char path[512];
    sb_error error = { "" };
    snprintf(path, sizeof path, "%s/tuning.db", fuzz_folder());
    sb_tunedb *db = sb_tunedb_open(path, true, &error);
    fuzz_promise(db != NULL, error.text);
    return db;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static sb_tunedb *db;
    char out[512];
    sb_error error = { "" };
    if (!db)
        db = open_database();
    const int taken = sb_tunedb_import(db, fuzz_file("winners.json", data, size), &error);
    if (taken < 0) {
        fuzz_promise(error.text[0] != '\0', "what is refused is refused with a reason");
        return 0;
    }
    snprintf(out, sizeof out, "%s/out.json", fuzz_folder());
    const int written = sb_tunedb_export(db, "*", out, &error);
    fuzz_promise(written <= taken, "no more is exported than was imported");
    fuzz_promise(written < 0 || sb_tunedb_import(db, out, &error) == written,
                 "what is exported can be imported");
    (void)sb_tunedb_forget(db, "*", &error);
    return 0;
}
