/* SPDX-License-Identifier: Apache-2.0 */
#include "report/canvas.h"

#include "report/glyphs.h"
#include "report/gnuplot.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MM_PER_POINT (25.4 / 72)

void sb_canvas_free(sb_canvas *canvas)
{
    sb_text_free(&canvas->page);
    sb_text_free(&canvas->script);
    sb_text_free(&canvas->data);
    sb_text_free(&canvas->caption);
    sb_text_free(&canvas->notes);
}

double sb_canvas_line_mm(const sb_canvas *canvas)
{
    return 1.2 * canvas->style->points * MM_PER_POINT;
}

double sb_canvas_text_mm(const sb_canvas *canvas, const char *text)
{
    return sb_text_mm(text, canvas->style->points);
}

/* ----------------------------------------------------------------------------- data and caption */

size_t sb_canvas_block(sb_canvas *canvas, const char *head, ...)
{
    va_list arguments;
    va_start(arguments, head);
    sb_text_add(&canvas->data, "%s# ", canvas->blocks ? "\n\n" : "");
    sb_text_add_list(&canvas->data, head, arguments);
    sb_text_add(&canvas->data, "\n");
    va_end(arguments);
    return canvas->blocks++;
}

void sb_canvas_row(sb_canvas *canvas, const double *numbers, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        sb_text_add(&canvas->data, i ? "\t" : "");
        sb_gnuplot_add_number(&canvas->data, numbers[i]);
    }
    sb_text_add(&canvas->data, name ? "\t%s\n" : "\n", name);
}

void sb_canvas_say(sb_canvas *canvas, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    sb_text_add(&canvas->caption, canvas->caption.length ? " " : "");
    sb_text_add_list(&canvas->caption, format, arguments);
    va_end(arguments);
}

void sb_canvas_note(sb_canvas *canvas, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    sb_text text = { 0 };
    sb_text_add_list(&text, format, arguments);
    va_end(arguments);
    sb_text_add(&canvas->notes, "%s%s", canvas->notes.length ? " " : "", text.data);
    sb_canvas_say(canvas, "%s", text.data);
    sb_text_free(&text);
}

/* --------------------------------------------------------------------------- text, marks, lines */

void sb_canvas_text(sb_canvas *canvas, double x, double y, sb_align align, const char *colour,
                    const char *text)
{
    static const char *const words[] = { "left", "center", "right" };
    sb_text_add(&canvas->script, "set label ");
    sb_gnuplot_add_string(&canvas->script, text);
    sb_text_add(&canvas->script, " at screen X(%.2f), screen Y(%.2f) %s front", x, y, words[align]);
    if (colour)
        sb_text_add(&canvas->script, " textcolor rgb '%s'", colour);
    sb_text_add(&canvas->script, "\n");
}

/* The number of bytes of the next line, and how many of them are shown. */
static size_t next_line(const sb_canvas *canvas, const char *text, double width, size_t *shown)
{
    size_t bytes = sb_text_fit(text, canvas->style->points, width);
    *shown = bytes;
    while (*shown > 0 && text[*shown - 1] == ' ')
        --*shown;
    return bytes;
}

size_t sb_canvas_lines(const sb_canvas *canvas, const char *text, double width)
{
    size_t count = 0, shown;
    for (; *text; count++)
        text += next_line(canvas, text, width, &shown);
    return count ? count : 1;
}

size_t sb_canvas_wrapped(sb_canvas *canvas, double x, double y, double width, sb_align align,
                         const char *colour, const char *text)
{
    size_t count = 0, shown;
    for (; *text; count++) {
        size_t bytes = next_line(canvas, text, width, &shown);
        char *line = strndup(text, shown);
        sb_canvas_text(canvas, x, y + (double)count * sb_canvas_line_mm(canvas), align, colour,
                       line);
        free(line);
        text += bytes;
    }
    return count;
}

void sb_canvas_add_mark(sb_canvas *canvas, const sb_mark *mark, double size)
{
    sb_text_add(&canvas->script, " pt %d ps %.3g*mark lw %.2g lc rgb '%s'", mark->point,
                size * canvas->style->mark, 0.9 * canvas->style->line, mark->colour);
}

void sb_canvas_add_line(sb_canvas *canvas, const sb_mark *mark, double width)
{
    sb_text_add(&canvas->script, " lw %.2g dt %s lc rgb '%s'", width * canvas->style->line,
                mark->dash, mark->colour);
}

void sb_canvas_mark(sb_canvas *canvas, double x, double y, const sb_mark *mark, double size)
{
    sb_text_add(&canvas->script, "set label '' at screen X(%.2f), screen Y(%.2f) point", x, y);
    sb_canvas_add_mark(canvas, mark, size);
    sb_text_add(&canvas->script, "\n");
}

void sb_canvas_stroke(sb_canvas *canvas, const double from[2], const double to[2], double width,
                      const sb_mark *like)
{
    sb_text_add(&canvas->script,
                "set arrow from screen X(%.2f), screen Y(%.2f) to screen X(%.2f), screen Y(%.2f) "
                "nohead",
                from[0], from[1], to[0], to[1]);
    sb_canvas_add_line(canvas, like, width);
    sb_text_add(&canvas->script, "\n");
}

void sb_canvas_box(sb_canvas *canvas, double x, double y, double width, double height,
                   const char *colour)
{
    sb_text_add(&canvas->script,
                "set object rectangle from screen X(%.2f), screen Y(%.2f) to screen X(%.2f), "
                "screen Y(%.2f) behind fc rgb '%s' fs solid noborder\n",
                x, y + height, x + width, y, colour);
}

void sb_canvas_finish(sb_canvas *canvas, double y)
{
    const double margin = 1.5, line = sb_canvas_line_mm(canvas);
    if (canvas->notes.length) {
        sb_text script = canvas->script;
        canvas->script = canvas->page;
        y += SB_GAP_MM;
        y += line * (double)sb_canvas_wrapped(canvas, margin, y + line / 2,
                                              canvas->width - 2 * margin, SB_LEFT, SB_GREY_TEXT,
                                              canvas->notes.data);
        canvas->page = canvas->script;
        canvas->script = script;
    }
    canvas->height = y + SB_GAP_MM;
}
