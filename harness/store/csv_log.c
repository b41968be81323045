/* SPDX-License-Identifier: Apache-2.0 */
#include "store/csv_log.h"

#include "core/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_BYTES ((size_t)1 << 30)

/* Truncates the file after its last complete row. */
static int trim_last_row(const char *path, sb_error *error)
{
    size_t length;
    char *text = sb_file_read(path, MOST_BYTES, &length, error);
    if (!text)
        return SB_FAILED;
    size_t whole = length;
    while (whole > 0 && text[whole - 1] != '\n')
        whole--;
    free(text);
    if (whole < length && truncate(path, (off_t)whole) != 0)
        return sb_fail_errno(error, "%s cannot be shortened", path);
    return SB_OK;
}

int sb_csv_log_start(const char *dir, const char *name, const char *header, bool resume,
                     sb_error *error)
{
    if (sb_folder_make(dir, error) < 0)
        return SB_FAILED;
    char *path = sb_path_join(dir, name);
    int rc = resume && access(path, F_OK) == 0 ? trim_last_row(path, error)
                                               : sb_file_write(path, header, strlen(header), error);
    free(path);
    return rc;
}
