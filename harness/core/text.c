/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text.h"

#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *check_memory(void *memory)
{
    if (!memory) {
        fputs("sepbench: out of memory\n", stderr);
        exit(2);
    }
    return memory;
}

void *sb_new(size_t count, size_t size)
{
    return check_memory(calloc(count ? count : 1, size));
}

void *sb_grow(void *memory, size_t count, size_t size)
{
    return check_memory(reallocarray(memory, count ? count : 1, size));
}

char *sb_copy_text(const char *text)
{
    return check_memory(strdup(text));
}

static void reserve_bytes(sb_text *text, size_t more)
{
    if (text->length + more < text->capacity)
        return;
    text->capacity = (text->length + more + 1) * 2;
    text->data = sb_grow(text->data, text->capacity, 1);
}

void sb_text_add_bytes(sb_text *text, const char *bytes, size_t count)
{
    reserve_bytes(text, count);
    if (count > 0) /* with no bytes, the pointer may be NULL */
        memcpy(text->data + text->length, bytes, count);
    text->length += count;
    text->data[text->length] = '\0';
}

void sb_text_add_list(sb_text *text, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    char none[1]; /* not NULL: some compilers warn */
    const size_t room = text->capacity - text->length;
    int count = vsnprintf(room ? text->data + text->length : none, room ? room : sizeof none,
                          format, arguments);
    if (count > 0 && (size_t)count >= room) {
        reserve_bytes(text, (size_t)count);
        vsnprintf(text->data + text->length, (size_t)count + 1, format, again);
    }
    text->length += count > 0 ? (size_t)count : 0;
    va_end(again);
}

void sb_text_add(sb_text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    sb_text_add_list(text, format, arguments);
    va_end(arguments);
}

void sb_text_clear(sb_text *text)
{
    text->length = 0;
    if (text->data)
        text->data[0] = '\0';
}

void sb_text_free(sb_text *text)
{
    free(text->data);
    *text = (sb_text) { 0 };
}

void sb_text_add_word(sb_text *text, const char *word)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
    if (*word && !word[strspn(word, plain)]) {
        sb_text_add(text, "%s", word);
        return;
    }
    sb_text_add(text, "'");
    for (size_t part; *word; word += part + (word[part] == '\'')) {
        part = strcspn(word, "'");
        sb_text_add_bytes(text, word, part);
        if (word[part])
            sb_text_add(text, "'\\''");
    }
    sb_text_add(text, "'");
}

void sb_text_add_markdown(sb_text *text, const char *plain)
{
    for (; *plain; plain++) {
        if (strchr("\\`*_<>&[]|~#$", *plain))
            sb_text_add_bytes(text, "\\", 1);
        sb_text_add_bytes(text, plain, 1);
    }
}

void sb_text_add_csv(sb_text *text, const char *field)
{
    if (!strpbrk(field, ",\"\r\n")) {
        sb_text_add_bytes(text, field, strlen(field));
        return;
    }
    sb_text_add_bytes(text, "\"", 1);
    for (; *field; field++)
        sb_text_add_bytes(text, *field == '"' ? "\"\"" : field, *field == '"' ? 2 : 1);
    sb_text_add_bytes(text, "\"", 1);
}

bool sb_glob_match(const char *pattern, const char *name)
{
    return fnmatch(pattern, name, 0) == 0;
}

/* Levenshtein distance. A name longer than the row counts as far from everything. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t row[65];
    size_t n = strlen(b);
    if (n > 64 || strlen(a) > 64)
        return SIZE_MAX;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            size_t best = row[j - 1] + 1 < row[j] + 1 ? row[j - 1] + 1 : row[j] + 1;
            row[j] = replaced < best ? replaced : best;
        }
    }
    return row[n];
}

const char *sb_nearest(const char *name, const char *const *candidates)
{
    const char *nearest = NULL;
    size_t least = strlen(name) / 3 + 2;
    for (; *candidates; candidates++) {
        size_t d = edit_distance(name, *candidates);
        if (d < least) {
            least = d;
            nearest = *candidates;
        }
    }
    return nearest;
}

bool sb_parse_integer(const char *text, int64_t low, int64_t high, int64_t *value)
{
    if (*text != '-' && (*text < '0' || *text > '9'))
        return false;
    char *end;
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    if (errno || end == text || *end || parsed < low || parsed > high)
        return false;
    *value = parsed;
    return true;
}

/* The longest decimal number at the start of `text`. The program never leaves the "C" locale. */
static bool number_prefix(const char *text, double *value, const char **rest)
{
    if (*text != '-' && *text != '.' && (*text < '0' || *text > '9'))
        return false;
    char *end;
    double parsed = strtod(text, &end);
    if (end == text || !isfinite(parsed))
        return false;
    *value = parsed;
    *rest = end;
    return true;
}

bool sb_parse_number(const char *text, double *value)
{
    const char *rest;
    double parsed;
    if (!number_prefix(text, &parsed, &rest) || *rest)
        return false;
    *value = parsed;
    return true;
}

bool sb_parse_duration(const char *text, int64_t *nanoseconds)
{
    static const struct {
        const char *suffix;
        double scale;
    } units[] = { { "", 1e9 },   { "s", 1e9 },  { "ms", 1e6 },   { "us", 1e3 },
                  { "ns", 1.0 }, { "m", 60e9 }, { "min", 60e9 }, { "h", 3600e9 } };
    const char *rest;
    double parsed;
    if (!number_prefix(text, &parsed, &rest) || parsed < 0)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(rest, units[i].suffix) != 0)
            continue;
        double scaled = parsed * units[i].scale;
        if (scaled > 1e18)
            return false;
        *nanoseconds = (int64_t)(scaled + 0.5);
        return true;
    }
    return false;
}
