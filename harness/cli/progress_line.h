/* SPDX-License-Identifier: Apache-2.0 */
/* The progress line of a campaign on a terminal. */
#ifndef SB_CLI_PROGRESS_LINE_H
#define SB_CLI_PROGRESS_LINE_H

#include <stdbool.h>

/* For sb_watch: shows the line on standard error. NULL if that is not a terminal, or `quiet`. */
typedef void sb_show_line(const char *line);
sb_show_line *sb_progress_line(bool quiet);

#endif
