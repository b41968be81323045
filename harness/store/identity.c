/* SPDX-License-Identifier: Apache-2.0 */
#include "store/identity.h"

#include <stdlib.h>
#include <string.h>

/* The line of the text that begins with "key=", or NULL. */
static const char *find_line(const char *text, const char *key, size_t length)
{
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
        if (strncmp(line, key, length) == 0 && line[length] == '=')
            return line;
    return NULL;
}

static void add_value(sb_text *shown, const char *line, size_t key)
{
    if (line)
        sb_text_add_bytes(shown, line + key + 1, strcspn(line + key + 1, "\n"));
    else
        sb_text_add(shown, "absent");
}

/* The first line of `text` whose key `other` lacks or has with another value. */
static bool find_difference(const char *text, const char *other, sb_text *key, sb_text *mine,
                            sb_text *theirs)
{
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        const size_t length = strcspn(line, "\n"), named = strcspn(line, "=\n");
        const char *match = find_line(other, line, named);
        if (match && strcspn(match, "\n") == length && strncmp(match, line, length) == 0)
            continue;
        sb_text_add_bytes(key, line, named);
        add_value(mine, line, named);
        add_value(theirs, match, named);
        return true;
    }
    return false;
}

bool sb_identity_differs(const char *first, const char *second, sb_identity_difference *d)
{
    *d = (sb_identity_difference) { 0 };
    return find_difference(first, second, &d->key, &d->first, &d->second) ||
           find_difference(second, first, &d->key, &d->second, &d->first);
}

void sb_identity_difference_free(sb_identity_difference *d)
{
    sb_text_free(&d->key);
    sb_text_free(&d->first);
    sb_text_free(&d->second);
}

char *sb_identity_value(const char *identity, const char *key)
{
    sb_text value = { 0 };
    const char *line = find_line(identity, key, strlen(key));
    if (line)
        add_value(&value, line, strlen(key));
    return value.data ? value.data : sb_copy_text("");
}

char *sb_identity_common(const char *identity)
{
    static const char *const own[] = { "machine=", "instruction set=", "shard=" };
    sb_text common = { 0 };
    for (const char *line = identity; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        bool is_own = false;
        for (size_t i = 0; i < sizeof own / sizeof *own; i++)
            is_own |= strncmp(line, own[i], strlen(own[i])) == 0;
        if (!is_own)
            sb_text_add(&common, "%.*s\n", (int)strcspn(line, "\n"), line);
    }
    return common.data ? common.data : sb_copy_text("");
}
