/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The error policy of sepbench.
 *
 * A function that can fail because of user input, files or the system takes an `sb_error *` as its
 * last argument and returns 0 or more on success, or a negative sb_status; functions that return a
 * pointer return NULL. On failure the error holds one line for the user that says what is wrong and
 * what would be right; on success it is unchanged. Pass NULL if the text is not wanted. Bugs of the
 * caller are asserted, not returned. Only main() ends the process.
 */
#ifndef SB_CORE_ERROR_H
#define SB_CORE_ERROR_H

#include <stdarg.h>

typedef enum sb_status {
    SB_OK = 0,
    SB_FAILED = -1,     /* bad input, or the system refused: exit status 2 */
    SB_INTERRUPTED = -2 /* the user asked to stop: exit status 130 */
} sb_status;

typedef struct sb_error {
    char text[1024];
} sb_error;

/* Writes the text (cut to fit, control characters made visible) and returns SB_FAILED. */
int sb_fail(sb_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same, followed by ": " and strerror(errno). */
int sb_fail_errno(sb_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "prefix: " before the present text; returns SB_FAILED. */
int sb_fail_within(sb_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
