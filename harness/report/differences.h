/* SPDX-License-Identifier: Apache-2.0 */
/* In what two runs differ beside their times: machine, build, configuration, by their run.json. */
#ifndef SB_REPORT_DIFFERENCES_H
#define SB_REPORT_DIFFERENCES_H

#include <stddef.h>

typedef struct sb_differences {
    char **lines; /* owned; each one visible line */
    size_t count;
} sb_differences;

/* Appends a line a difference. What changes from run to run by itself (times, load, paths) is none.
 * A text that is no JSON counts as an empty object. */
void sb_differences_find(const char *base_json, const char *new_json, sb_differences *differences);
void sb_differences_free(sb_differences *differences);

#endif
