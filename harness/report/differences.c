/* SPDX-License-Identifier: Apache-2.0 */
#include "report/differences.h"

#include "core/text.h"
#include "report/gnuplot.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The members that are compared, in the order in which differences are listed. */
static const struct {
    const char *title;
    const char *path[3]; /* path of the object; ends with NULL */
} parts[] = {
    { "machine", { "machine" } },
    { "system", { "system" } },
    { "conditions", { "conditions", "before" } },
    { "sepbench", { "sepbench" } },
    { "plugin", { "plugins" } },
    { "library", { "libraries" } },
    { "environment", { "environment" } },
    { "configuration", { "configuration" } },
};

static const char *const ignored[] = {
    "load", "steal_ticks", "advice", "path", "seed", "source", "problem", "SEPBENCH_PLUGIN_PATH",
};

static bool is_ignored(const char *key)
{
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        if (strcmp(ignored[i], key) == 0)
            return true;
    return false;
}

static char *shown_text(const json_t *value)
{
    sb_text text = { 0 };
    char *dumped = json_is_string(value) ? sb_copy_text(json_string_value(value))
                   : value && !json_is_null(value)
                       ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6))
                       : NULL;
    sb_text_add_visible(&text, dumped && *dumped ? dumped : "nothing");
    free(dumped);
    return text.data;
}

/* Takes ownership of the line. */
static void add_line(sb_differences *to, char *line)
{
    to->lines = sb_grow(to->lines, to->count + 1, sizeof *to->lines);
    to->lines[to->count++] = line;
}

static void add_difference(sb_differences *to, const char *title, const char *name,
                           const json_t *base, const json_t *new_)
{
    sb_text line = { 0 };
    char *was = shown_text(base), *is = shown_text(new_);
    sb_text_add(&line, "%s ", title);
    sb_text_add_visible(&line, name);
    sb_text_add(&line, ": %s -> %s", was, is);
    free(was);
    free(is);
    add_line(to, line.data);
}

/* An entry that only one run has, such as a plugin: its version represents it. */
static void add_presence(sb_differences *to, const char *title, const char *name,
                         const json_t *base, const json_t *new_)
{
    json_t *there = json_string("there");
    const json_t *version = json_object_get(base ? base : new_, "version");
    const json_t *shown_as = json_is_string(version) ? version : there;
    add_difference(to, title, name, base ? shown_as : NULL, new_ ? shown_as : NULL);
    json_decref(there);
}

/* Converts a list of objects with ids to one object; new reference. */
static json_t *by_id(const json_t *value)
{
    json_t *object = json_object(), *element;
    size_t index;
    if (json_is_object(value))
        json_object_update(object, (json_t *)value);
    json_array_foreach(value, index, element)
    {
        const char *id = json_string_value(json_object_get(element, "id"));
        if (id)
            json_object_set(object, id, element);
    }
    return object;
}

static void find_in(sb_differences *to, const char *title, const char *within, const json_t *base,
                    const json_t *new_);

static void find_at(sb_differences *to, const char *title, const char *within, const char *key,
                    const json_t *base, const json_t *new_)
{
    sb_text name = { 0 };
    sb_text_add(&name, "%s%s%s", within, *within ? " " : "", key);
    if (json_is_object(base) && json_is_object(new_))
        find_in(to, title, name.data, base, new_);
    else if (json_is_object(base) || json_is_object(new_))
        add_presence(to, title, name.data, base, new_);
    else if (!json_equal(base, new_) && !(json_is_null(base) && json_is_null(new_)))
        add_difference(to, title, name.data, base, new_);
    sb_text_free(&name);
}

static void find_in(sb_differences *to, const char *title, const char *within, const json_t *base,
                    const json_t *new_)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)base, key, value)
    {
        if (!is_ignored(key))
            find_at(to, title, within, key, value, json_object_get(new_, key));
    }
    json_object_foreach((json_t *)new_, key, value)
    {
        if (!is_ignored(key) && !json_object_get(base, key))
            find_at(to, title, within, key, NULL, value);
    }
}

/* ------------------------------------------------------------------------- the configuration */

static char *cut_line(const char **at)
{
    const size_t length = strcspn(*at, "\n"), indent = strspn(*at, " ");
    char *line = strndup(*at + indent, length - indent);
    *at += length + ((*at)[length] == '\n');
    return line;
}

static void add_source_line(sb_differences *to, size_t number, const char *was, const char *is)
{
    sb_text line = { 0 };
    sb_text_add(&line, "configuration line %zu: ", number);
    sb_text_add_visible(&line, *was ? was : "nothing");
    sb_text_add(&line, " -> ");
    sb_text_add_visible(&line, *is ? is : "nothing");
    add_line(to, line.data);
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

/* Line by line if both have the same number of lines, else only the first that differs. */
static void compare_sources(sb_differences *to, const char *was, const char *is)
{
    const bool aligned = count_lines(was) == count_lines(is);
    bool go_on = true;
    for (size_t number = 1; go_on && (*was || *is); number++) {
        char *a = cut_line(&was), *b = cut_line(&is);
        if (strcmp(a, b) != 0) {
            add_source_line(to, number, a, b);
            go_on = aligned;
        }
        free(a);
        free(b);
    }
}

static const char *source_of(const json_t *root)
{
    const char *source =
        json_string_value(json_object_get(json_object_get(root, "configuration"), "source"));
    return source ? source : "";
}

void sb_differences_find(const char *base_json, const char *new_json, sb_differences *differences)
{
    json_t *roots[2] = { json_loads(base_json, 0, NULL), json_loads(new_json, 0, NULL) };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        json_t *at[2] = { roots[0], roots[1] };
        for (size_t j = 0; parts[i].path[j]; j++)
            for (int k = 0; k < 2; k++)
                at[k] = json_object_get(at[k], parts[i].path[j]);
        json_t *base = by_id(at[0]), *new_ = by_id(at[1]);
        find_in(differences, parts[i].title, "", base, new_);
        json_decref(base);
        json_decref(new_);
    }
    compare_sources(differences, source_of(roots[0]), source_of(roots[1]));
    json_decref(roots[0]);
    json_decref(roots[1]);
}

void sb_differences_free(sb_differences *differences)
{
    for (size_t i = 0; i < differences->count; i++)
        free(differences->lines[i]);
    free(differences->lines);
    *differences = (sb_differences) { 0 };
}
