/* SPDX-License-Identifier: Apache-2.0 */
#include "store/provenance.h"

#include "core/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static size_t line_length(const char *text)
{
    return strcspn(text, "\n");
}

static bool has_line(const char *text, const char *line, size_t length)
{
    for (size_t each; *text; text += each + (text[each] == '\n')) {
        each = line_length(text);
        if (each == length && strncmp(text, line, length) == 0)
            return true;
    }
    return false;
}

/* The first line of `text` that `other` does not have, and how many more there are. */
static void add_difference(sb_text *to, const char *when, const char *text, const char *other)
{
    size_t more = 0;
    const char *first = NULL;
    for (size_t length; *text; text += length + (text[length] == '\n')) {
        length = line_length(text);
        if (has_line(other, text, length))
            continue;
        more += first != NULL;
        first = first ? first : text;
    }
    if (!first)
        return;
    const size_t blanks = strspn(first, " -"), length = line_length(first) - blanks;
    sb_text_add(to, "%s%s '", to->length ? ", " : "", when);
    sb_text_add_bytes(to, first + blanks, length < 100 ? length : 100);
    sb_text_add(to, length < 100 ? "'" : "...'");
    if (more)
        sb_text_add(to, " and %zu more line%s", more, sb_plural(more));
}

char *sb_provenance_compare_source(const char *json, const char *config_source)
{
    json_t *root = json_loads(json, 0, NULL);
    json_t *configuration = json_object_get(root, "configuration");
    const char *source = json_string_value(json_object_get(configuration, "source"));
    char *held = sb_copy_text(source ? source : "");
    sb_text text = { 0 };
    json_decref(root);
    if (strcmp(held, config_source) != 0) {
        add_difference(&text, "then", held, config_source);
        add_difference(&text, "now", config_source, held);
        if (!text.length)
            sb_text_add(&text, "its lines are in another order");
    }
    free(held);
    return text.data;
}
