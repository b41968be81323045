/* SPDX-License-Identifier: Apache-2.0 */
#include "report/answer_files.h"

#include "core/file.h"

#include <stdlib.h>

static const struct {
    const char *name;
    void (*write)(const sb_answer *answer, FILE *stream);
} files[] = {
    { "answer.md", sb_answer_write_markdown },
    { "answer.json", sb_answer_write_json },
};

int sb_answer_write(const sb_answer *answer, const char *dir, sb_error *error)
{
    int rc = SB_OK;
    for (size_t i = 0; i < sizeof files / sizeof *files && rc == SB_OK; i++) {
        sb_file file;
        char *path = sb_path_join(dir, files[i].name);
        rc = sb_file_create(&file, path, error);
        if (rc == SB_OK) {
            files[i].write(answer, file.stream);
            rc = sb_file_commit(&file, error);
        }
        free(path);
    }
    return rc;
}
