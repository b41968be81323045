/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of recordings (recorded_*.c), and internal to them. */
#ifndef SB_TUNE_RECORDED_PARTS_H
#define SB_TUNE_RECORDED_PARTS_H

#include "tune/rows.h"
#include "tune/source.h"

/* Each reads the source to its end; *cut is set if that comes before the last brackets. */
int sb_recorded_read_json(sb_source *source, sb_rows *rows, bool *cut, sb_error *error);
int sb_recorded_read_csv(sb_source *source, sb_rows *rows, sb_error *error);

#endif
