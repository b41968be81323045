/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page_lists.h"

#include "report/gnuplot.h"
#include "report/html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------------------------- the columns */

/* Begins a value; sb_lists_end() ends it. */
static size_t begin_value(sb_text *column)
{
    if (column->length)
        sb_text_add_bytes(column, ",", 1);
    return column->length;
}

static void end_value(sb_lists *lists, size_t i, size_t from)
{
    const sb_text *column = &lists->columns[i];
    size_t length = column->length - from;
    if (from == 0)
        lists->first[i] = length;
    else if (length != lists->first[i] || memcmp(column->data, column->data + from, length) != 0)
        lists->varies[i] = true;
}

void sb_lists_number(sb_lists *lists, size_t column, double value, int decimals)
{
    size_t from = begin_value(&lists->columns[column]);
    sb_json_add_number(&lists->columns[column], value, decimals, lists->digits);
    end_value(lists, column, from);
}

void sb_lists_whole(sb_lists *lists, size_t column, int64_t value)
{
    size_t from = begin_value(&lists->columns[column]);
    sb_text_add(&lists->columns[column], "%" PRId64, value);
    end_value(lists, column, from);
}

void sb_lists_made(sb_lists *lists, size_t column, const char *json)
{
    size_t from = begin_value(&lists->columns[column]);
    sb_text_add(&lists->columns[column], "%s", json);
    end_value(lists, column, from);
}

size_t sb_lists_size(const sb_lists *lists)
{
    size_t size = 0;
    for (size_t i = 0; lists->names[i]; i++)
        size += lists->varies[i] ? lists->columns[i].length : lists->first[i];
    return size;
}

void sb_lists_render(const sb_lists *lists, sb_text *to)
{
    const char *comma = "";
    sb_text_add(to, "{");
    for (size_t i = 0; lists->names[i]; i++) {
        const sb_text *column = &lists->columns[i];
        if (!column->length)
            continue;
        sb_text_add(to, "%s\"%s\":%s", comma, lists->names[i], lists->varies[i] ? "[" : "");
        sb_text_add_bytes(to, column->data, lists->varies[i] ? column->length : lists->first[i]);
        sb_text_add(to, "%s", lists->varies[i] ? "]" : "");
        comma = ",";
    }
    sb_text_add(to, "}");
}

void sb_lists_free(sb_lists *lists)
{
    for (size_t i = 0; i < SB_LISTS_MOST; i++)
        sb_text_free(&lists->columns[i]);
}

/* ------------------------------------------------------------------------------------ the words */

static size_t hash_text(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
    return (size_t)hash;
}

/* The slot that holds the text, or the free slot for it. */
static size_t *find_slot(const sb_words *words, const char *text)
{
    size_t mask = words->capacity - 1, at = hash_text(text) & mask;
    while (words->slots[at] && strcmp(words->list[words->slots[at] - 1], text) != 0)
        at = (at + 1) & mask;
    return &words->slots[at];
}

static void make_room(sb_words *words)
{
    if (2 * words->count < words->capacity)
        return;
    words->capacity = words->capacity ? 2 * words->capacity : 64;
    words->list = sb_grow(words->list, words->capacity, sizeof *words->list);
    free(words->slots);
    words->slots = sb_new(words->capacity, sizeof *words->slots);
    for (size_t i = 0; i < words->count; i++)
        *find_slot(words, words->list[i]) = i + 1;
}

size_t sb_words_place(sb_words *words, const char *text)
{
    make_room(words);
    size_t *slot = find_slot(words, text);
    if (!*slot) {
        words->list[words->count++] = sb_copy_text(text);
        *slot = words->count;
    }
    return *slot - 1;
}

void sb_words_render(const sb_words *words, sb_text *to)
{
    sb_text_add(to, "[");
    for (size_t i = 0; i < words->count; i++) {
        sb_text shown = { 0 };
        if (*words->list[i])
            sb_text_add_visible(&shown, words->list[i]);
        sb_text_add(to, "%s", i ? "," : "");
        sb_json_add_string(to, shown.length ? shown.data : "");
        sb_text_free(&shown);
    }
    sb_text_add(to, "]");
}

size_t sb_words_size(const sb_words *words)
{
    size_t size = 0;
    for (size_t i = 0; i < words->count; i++)
        size += strlen(words->list[i]) + 3;
    return size;
}

void sb_words_free(sb_words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->list[i]);
    free(words->list);
    free(words->slots);
    *words = (sb_words) { 0 };
}
