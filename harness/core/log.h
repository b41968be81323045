/* SPDX-License-Identifier: Apache-2.0 */
/* Messages to the user, on standard error. Data goes to standard output. */
#ifndef SB_CORE_LOG_H
#define SB_CORE_LOG_H

#include <stdbool.h>

/* Silences sb_info(); warnings stay. */
void sb_log_quiet(bool quiet);

/* "sepbench: text" */
void sb_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints "sepbench: warning: text" and keeps the text. */
void sb_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The first hundred warnings of this process, for a run's provenance; NULL-terminated. Borrowed. */
const char *const *sb_log_warnings(void);

#endif
