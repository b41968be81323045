/* SPDX-License-Identifier: Apache-2.0 */
/* `tuning import` of winners that somebody exported. Imported winners can be exported and imported
 * again. */
#include "fuzz.h"

#include "tune/tunedb.h"

#include <stdio.h>
#include <unistd.h>

/* All inputs use one database, because making one takes longer than everything else. */
static sb_tunedb *open_database(char *path, size_t size)
{
    sb_error error = { "" };
    snprintf(path, size, "%s-tuning.db", fuzz_folder());
    sb_tunedb *db = sb_tunedb_open(path, true, &error);
    fuzz_promise(db != NULL, error.text);
    return db;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static sb_tunedb *db;
    static char path[512];
    char out[512];
    sb_error error = { "" };
    if (!db) {
        db = open_database(path, sizeof path);
        unlink(path);
    }
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
