/* SPDX-License-Identifier: Apache-2.0 */
#include "svg_texts.h"

#include "core/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *decode(const char *from, const char *end)
{
    static const struct {
        const char *entity;
        char letter;
    } entities[] = {
        { "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' }, { "&quot;", '"' }, { "&apos;", '\'' }
    };
    sb_text text = { 0 };
    while (from < end) {
        size_t length = 1;
        char letter = *from;
        for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
            if (strncmp(from, entities[i].entity, strlen(entities[i].entity)) == 0) {
                letter = entities[i].letter;
                length = strlen(entities[i].entity);
            }
        assert_false(letter == '<' && length == 1); /* markup from a name that was not escaped */
        sb_text_add_bytes(&text, &letter, 1);
        from += length;
    }
    return text.data ? text.data : sb_copy_text("");
}

/* Adds a text. gnuplot wraps each <text> in a <g> with its position, size and anchor. */
static void add_text(svg_texts *texts, const char *group, const char *from, const char *end)
{
    svg_text t = { .text = decode(from, end) };
    const char *size = strstr(group, "font-size=\""), *anchor = strstr(group, "text-anchor=\"");
    assert_int_equal(sscanf(group, "<g transform=\"translate(%lf,%lf)\"", &t.x, &t.y), 2);
    assert_true(size && anchor && size < from && anchor < from);
    t.size = strtod(size + strlen("font-size=\""), NULL);
    t.anchor = anchor[strlen("text-anchor=\"")];
    if (!*t.text) {
        free(t.text);
        return;
    }
    texts->list = sb_grow(texts->list, texts->count + 1, sizeof *texts->list);
    texts->list[texts->count++] = t;
}

svg_texts svg_texts_read(const char *svg)
{
    static const char open[] = "<text>", tspan[] = "<tspan xml:space=\"preserve\">";
    svg_texts texts = { 0 };
    const char *box = strstr(svg, "viewBox=\"0 0 ");
    assert_non_null(box);
    assert_int_equal(sscanf(box, "viewBox=\"0 0 %lf %lf", &texts.width, &texts.height), 2);
    for (const char *at = svg, *group = svg; (at = strstr(at, open)); at++) {
        for (const char *next = group; (next = strstr(next + 1, "<g transform")) && next < at;)
            group = next;
        const char *from = at + strlen(open), *end;
        if (strncmp(from, tspan, strlen(tspan)) == 0) {
            from += strlen(tspan);
            end = strstr(from, "</tspan>");
        } else {
            end = strstr(from, "</text>");
        }
        assert_non_null(end);
        add_text(&texts, group, from, end);
    }
    return texts;
}

void svg_texts_free(svg_texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        free(texts->list[i].text);
    free(texts->list);
    *texts = (svg_texts) { 0 };
}

/* Is `wanted` the texts from `from` on, joined? */
static bool goes_on(const svg_texts *texts, size_t from, const char *wanted)
{
    for (; from < texts->count && *wanted; from++) {
        size_t length = strlen(texts->list[from].text);
        if (strncmp(wanted, texts->list[from].text, length) != 0)
            return false;
        wanted += length;
        wanted += strspn(wanted, " "); /* a line does not end with a blank */
    }
    return !*wanted;
}

bool svg_texts_have(const svg_texts *texts, const char *wanted)
{
    for (size_t i = 0; i < texts->count; i++)
        if (goes_on(texts, i, wanted))
            return true;
    return false;
}

typedef struct box {
    double left, right, top, bottom;
} box;

/* The area that the letters cover, from the top of the tallest letter to the lowest descender. */
static box box_of(const svg_text *t, sb_face face)
{
    double width = sb_face_width(face, t->text) * t->size;
    double left = t->x - (t->anchor == 's' ? 0 : t->anchor == 'm' ? width / 2 : width);
    return (box) { left, left + width, t->y - 0.76 * t->size, t->y + 0.24 * t->size };
}

char *svg_texts_trouble(const svg_texts *texts, sb_face face)
{
    const double slack = 0.3;
    char *trouble = NULL;
    for (size_t i = 0; i < texts->count; i++) {
        box a = box_of(&texts->list[i], face);
        if (a.left < -slack || a.top < -slack || a.right > texts->width + slack ||
            a.bottom > texts->height + slack) {
            assert_true(asprintf(&trouble, "'%s' leaves the page", texts->list[i].text) > 0);
            return trouble;
        }
        for (size_t j = 0; j < i; j++) {
            box b = box_of(&texts->list[j], face);
            if (a.left < b.right - slack && b.left < a.right - slack && a.top < b.bottom - slack &&
                b.top < a.bottom - slack) {
                assert_true(asprintf(&trouble, "'%s' meets '%s'", texts->list[j].text,
                                     texts->list[i].text) > 0);
                return trouble;
            }
        }
    }
    return NULL;
}
