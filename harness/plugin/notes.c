/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/notes.h"

#include <stdio.h>
#include <string.h>

static bool is_plain(const char *text)
{
    if (!*text)
        return false;
    for (const char *c = text; *c; c++)
        if (*c < ' ' || *c > '~')
            return false;
    return true;
}

/* The line of a note, or NULL. */
static const char *find_line(const char *notes, const char *name)
{
    const size_t length = strlen(name);
    for (const char *line = notes; *line; line++) {
        if (strncmp(line, name, length) == 0 && line[length] == '=')
            return line;
        line = strchr(line, '\n');
        if (!line)
            break;
    }
    return NULL;
}

bool sb_notes_find(const char *notes, const char *name, char text[static SB_MAX_NOTES])
{
    const char *line = find_line(notes, name);
    if (!line)
        return false;
    line += strlen(name) + 1;
    snprintf(text, SB_MAX_NOTES, "%.*s", (int)strcspn(line, "\n"), line);
    return true;
}

static bool is_legal(const char *name, const char *text)
{
    return is_plain(name) && is_plain(text) && !strchr(name, '=');
}

/* Adds a line or replaces it. */
static bool put_line(char notes[static SB_MAX_NOTES], const char *name, const char *text)
{
    char made[SB_MAX_NOTES];
    const char *line = find_line(notes, name);
    const char *rest = line ? line + strcspn(line, "\n") : NULL;
    const int length = snprintf(made, sizeof made, "%.*s%s%s=%s\n",
                                (int)(line ? line - notes : (long)strlen(notes)), notes,
                                rest && *rest ? rest + 1 : "", name, text);
    if (length < 0 || (size_t)length >= sizeof made)
        return false;
    memcpy(notes, made, (size_t)length + 1);
    return true;
}

bool sb_notes_keep(char notes[static SB_MAX_NOTES], const char *name, const char *text)
{
    return is_legal(name, text) && put_line(notes, name, text);
}

/* ------------------------------------------------------------------------------- lasting notes */

/* Their lines begin with '=', which no name does. */
static bool mark_name(const char *name, char marked[static SB_MAX_NOTES])
{
    return snprintf(marked, SB_MAX_NOTES, "=%s", name) < SB_MAX_NOTES;
}

bool sb_notes_find_lasting(const char *notes, const char *name, char text[static SB_MAX_NOTES])
{
    char marked[SB_MAX_NOTES];
    return mark_name(name, marked) && sb_notes_find(notes, marked, text);
}

bool sb_notes_keep_lasting(char notes[static SB_MAX_NOTES], const char *name, const char *text)
{
    char marked[SB_MAX_NOTES];
    return is_legal(name, text) && mark_name(name, marked) && put_line(notes, marked, text);
}

bool sb_notes_next_lasting(const char **at, char name[static SB_MAX_NOTES],
                           char text[static SB_MAX_NOTES])
{
    while (**at) {
        const char *line = *at;
        const size_t length = strcspn(line, "\n");
        *at += length + (line[length] == '\n');
        if (*line == '=' && sscanf(line, "=%255[^=\n]=%255[^\n]", name, text) == 2)
            return true;
    }
    return false;
}
