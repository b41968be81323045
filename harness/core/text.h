/* SPDX-License-Identifier: Apache-2.0 */
/* Strings: a growing text, memory that cannot be had, globs, near misses, CSV fields. */
#ifndef SB_CORE_TEXT_H
#define SB_CORE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* calloc/realloc/strdup that end the process with a message when the system has no memory for
 * bookkeeping (tensors are allocated elsewhere, and their failure is an error like any other). */
void *sb_new(size_t count, size_t size);
void *sb_grow(void *memory, size_t count, size_t size);
char *sb_copy_text(const char *text);

/* A text that grows. {0} is an empty one. `data` is NULL or ends with NUL. */
typedef struct sb_text {
    char *data;
    size_t length;
    size_t capacity;
} sb_text;

void sb_text_add(sb_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sb_text_add_list(sb_text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
void sb_text_add_bytes(sb_text *text, const char *bytes, size_t count);
void sb_text_clear(sb_text *text); /* empties, keeps the memory */
void sb_text_free(sb_text *text);

/* One RFC 4180 field: quoted where it holds a comma, a quote or a line break. */
void sb_text_add_csv(sb_text *text, const char *field);

/* What Markdown shows as this text: a backslash before each character that means something there.
 */
void sb_text_add_markdown(sb_text *text, const char *plain);

/* A word of a shell's command line: in single quotes where a shell would see more in it. */
void sb_text_add_word(sb_text *text, const char *word);

/* Does `name` match the shell pattern (* ? [..])? '*' matches '/' too. */
bool sb_glob_match(const char *pattern, const char *name);

/* The candidate (NULL-terminated list) nearest to `name`, or NULL if none is near. */
const char *sb_nearest(const char *name, const char *const *candidates);

/* A whole decimal integer in [low, high], nothing before or after. */
bool sb_parse_integer(const char *text, int64_t low, int64_t high, int64_t *value);

/* A finite decimal number, independent of the locale. */
bool sb_parse_number(const char *text, double *value);

/* "5s", "200ms", "1.5m" or a bare number of seconds, in nanoseconds. */
bool sb_parse_duration(const char *text, int64_t *nanoseconds);

#endif
