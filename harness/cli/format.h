/* SPDX-License-Identifier: Apache-2.0 */
/* The format of printed data: --format. */
#ifndef SB_CLI_FORMAT_H
#define SB_CLI_FORMAT_H

#include "core/error.h"

typedef enum sb_format { SB_FORMAT_TEXT, SB_FORMAT_CSV, SB_FORMAT_JSON } sb_format;

/* `text` NULL: as text. */
int sb_format_parse(const char *text, sb_format *format, sb_error *error);

#endif
