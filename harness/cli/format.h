/* SPDX-License-Identifier: Apache-2.0 */
/* The format of printed data: --format. */
#ifndef SB_CLI_FORMAT_H
#define SB_CLI_FORMAT_H

#include "core/error.h"
#include "core/table.h"

typedef enum sb_format { SB_FORMAT_TEXT, SB_FORMAT_CSV, SB_FORMAT_JSON } sb_format;

/* `text` NULL: as text. */
int sb_format_parse(const char *text, sb_format *format, sb_error *error);

/* Prints the table on standard output. JSON has an object for each row; its keys are the heads. */
void sb_format_print_table(const sb_table *table, sb_format format);

#endif
