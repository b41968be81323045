/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/recorded.h"

#include "core/text.h"
#include "tune/recorded_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Detects the format by the first byte that is not white space. */
static int read_rows(sb_source *source, sb_rows *rows, bool *cut, sb_error *error)
{
    int c;
    while ((c = sb_source_peek(source)) == ' ' || c == '\n' || c == '\r' || c == '\t')
        sb_source_pass(source);
    if (source->failed)
        return SB_FAILED;
    if (c < 0)
        return sb_fail(error, "%s: is empty; expected a Kernel Tuner cache in JSON, or CSV",
                       source->path);
    return c == '{' || c == '[' ? sb_recorded_read_json(source, rows, cut, error)
                                : sb_recorded_read_csv(source, rows, error);
}

static int build_recorded(const char *path, sb_rows *rows, sb_recorded *recorded, sb_error *error)
{
    if (sb_rows_build(rows, recorded, error) < 0)
        return sb_fail_within(error, "%s", path);
    if (isfinite(recorded->best))
        return 0;
    sb_fail(error, "%s: all %zu parameter sets failed; there is no optimum to look for", path,
            recorded->space.size);
    sb_recorded_free(recorded);
    return SB_FAILED;
}

int sb_recorded_read(const char *path, sb_recorded *recorded, sb_error *error)
{
    *recorded = (sb_recorded) { 0 };
    sb_source source;
    sb_rows *rows = sb_new(1, sizeof *rows);
    int rc = sb_source_open(&source, path, error);
    if (rc == 0)
        rc = read_rows(&source, rows, &recorded->cut, error);
    sb_source_close(&source);
    if (rc == 0)
        rc = build_recorded(path, rows, recorded, error);
    sb_rows_free(rows);
    free(rows);
    return rc;
}

void sb_recorded_free(sb_recorded *recorded)
{
    sb_space_free(&recorded->space);
    free(recorded->objectives);
    free(recorded->costs);
    *recorded = (sb_recorded) { 0 };
}
