/* SPDX-License-Identifier: Apache-2.0 */
/* The differences between two runs other than their times: machine, build, configuration, from
 * their run.json. */
#ifndef SB_REPORT_DIFFERENCES_H
#define SB_REPORT_DIFFERENCES_H

#include <stddef.h>

typedef struct sb_differences {
    char **lines; /* owned; each is one visible line */
    size_t count;
} sb_differences;

/* Appends a line for each difference. Members that vary from run to run by nature (times, load,
 * paths) are ignored. A text that is not JSON counts as an empty object. */
void sb_differences_find(const char *base_json, const char *new_json, sb_differences *differences);
void sb_differences_free(sb_differences *differences);

#endif
