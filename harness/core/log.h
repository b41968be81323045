/* SPDX-License-Identifier: Apache-2.0 */
/* Talk to the user on standard error; data goes to standard output. */
#ifndef SB_CORE_LOG_H
#define SB_CORE_LOG_H

#include <stdbool.h>

/* Silences sb_info(); warnings stay. */
void sb_log_quiet(bool quiet);

/* "sepbench: text" */
void sb_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "sepbench: warning: text"; the text is kept too. */
void sb_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The first hundred warnings of this process, for a run's provenance; ends with NULL. Borrowed. */
const char *const *sb_log_warnings(void);

#endif
