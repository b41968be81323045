/* SPDX-License-Identifier: Apache-2.0 */
/* Strings: growing text, memory allocation for bookkeeping, globs, nearest names, CSV fields. */
#ifndef SB_CORE_TEXT_H
#define SB_CORE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* calloc/realloc/strdup for bookkeeping: they end the process with a message if there is no memory.
 * (Tensors are allocated elsewhere, and their failure is an ordinary error.) */
void *sb_new(size_t count, size_t size);
void *sb_grow(void *memory, size_t count, size_t size);
char *sb_copy_text(const char *text);

/* Text that grows. {0} is an empty one. `data` is NULL or NUL-terminated. */
typedef struct sb_text {
    char *data;
    size_t length;
    size_t capacity;
} sb_text;

void sb_text_add(sb_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sb_text_add_list(sb_text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
void sb_text_add_bytes(sb_text *text, const char *bytes, size_t count);
void sb_text_clear(sb_text *text); /* Empties it, but keeps the memory. */
void sb_text_free(sb_text *text);

/* Adds one RFC 4180 field, quoted if it holds a comma, a quote or a line break. */
void sb_text_add_csv(sb_text *text, const char *field);

/* Adds the text so that Markdown shows it literally: a backslash before each special character. */
void sb_text_add_markdown(sb_text *text, const char *plain);

/* Adds a word of a shell command, in single quotes if the shell would interpret it. */
void sb_text_add_word(sb_text *text, const char *word);

/* The end of a regular plural: "%zu layer%s", count, sb_plural(count). */
#define sb_plural(count) ((count) == 1 ? "" : "s")

/* Does `name` match the shell pattern (* ? [..])? '*' matches '/' too. */
bool sb_glob_match(const char *pattern, const char *name);

/* The candidate (NULL-terminated list) nearest to `name`, or NULL if none is close. */
const char *sb_nearest(const char *name, const char *const *candidates);

/* In any locale. */
static inline bool sb_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads a decimal integer in [low, high]; nothing may precede or follow it. */
bool sb_parse_integer(const char *text, int64_t low, int64_t high, int64_t *value);

/* Reads a finite decimal number, independent of the locale. */
bool sb_parse_number(const char *text, double *value);

/* Reads "5s", "200ms", "1.5m" or a bare number of seconds; the result is in nanoseconds. */
bool sb_parse_duration(const char *text, int64_t *nanoseconds);

#endif
