/* SPDX-License-Identifier: Apache-2.0 */
/* The line of a terminal that says how far a campaign is. */
#ifndef SB_CLI_PROGRESS_LINE_H
#define SB_CLI_PROGRESS_LINE_H

#include <stdbool.h>

/* For sb_watch: shows the line on standard error. NULL where that is no terminal, or `quiet`. */
typedef void sb_show_line(const char *line);
sb_show_line *sb_progress_line(bool quiet);

#endif
