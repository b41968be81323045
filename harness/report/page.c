/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page.h"

#include "core/file.h"
#include "report/answer.h"
#include "report/gnuplot.h"
#include "report/html.h"
#include "report/page_data.h"
#include "report/page_files.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

/* Of the 5 MiB: the limit for figures, and for data if figures use theirs. */
#define MOST_FIGURES (1u << 20)
#define MOST_FIGURE  (400u << 10)
#define MOST_DATA    (3900u << 10)

/* In the order of the page; page.js fills them by their names. */
static const struct {
    const char *id, *title;
    const char *figures[5]; /* names of the figures in it; ends with NULL */
} sections[] = {
    { "verdict", "Verdict", { NULL } },
    { "networks", "Networks", { "network", "sequence", "cost" } },
    { "layers", "Layers", { NULL } },
    { "separable", "Separable against standard", { "speedup", "scatter", "ecdf", "efficiency" } },
    { "steps", "Steps", { "breakdown" } },
    { "techniques", "Techniques", { "gflops", "profile", "peers" } },
    { "roofline", "Roofline", { "roofline", "roof" } },
    { "threads", "Threads", { "scaling" } },
    { "sweeps", "Sweeps", { "channels", "heat", "winner" } },
    { "tuning", "Tuning", { "convergence", "predicted", "influence" } },
    { "doubts", "What did not apply, or is in doubt", { "processes", "error" } },
    { "method", "Method", { NULL } },
    { "setup", "Set-up", { NULL } },
    { "commands", "Commands to repeat it", { NULL } },
    { "downloads", "Downloads", { NULL } },
};
enum { SECTIONS = sizeof sections / sizeof *sections };

/* -------------------------------------------------------------------------------------- figures */

/* Appends an SVG and makes the ids in it unique, because a page has many figures. */
static void add_svg(sb_text *to, const char *svg, size_t number)
{
    static const char *const marks[] = { " id=\"", " id='", "href='#", "href=\"#", "url(#" };
    const char *at = strstr(svg, "<svg");
    while (at && *at) {
        size_t plain = strcspn(at + 1, " hu") + 1;
        sb_text_add_bytes(to, at, plain);
        at += plain;
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
            if (strncmp(at, marks[i], strlen(marks[i])) == 0) {
                sb_text_add(to, "%sf%zu-", marks[i], number);
                at += strlen(marks[i]);
                break;
            }
    }
}

/* "speedup_t1" of ".../speedup_t1.svg", and the caption beside it; free() both. */
static char *stem_of(const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    return strndup(name, strlen(name) - strlen(".svg"));
}

static char *caption_of(const char *path)
{
    sb_error ignored;
    char *text = strndup(path, strlen(path) - strlen("svg"));
    sb_text name = { 0 };
    sb_text_add(&name, "%stxt", text);
    free(text);
    text = sb_file_read(name.data, MOST_FIGURE, NULL, &ignored);
    sb_text_free(&name);
    return text ? text : sb_copy_text("");
}

typedef struct page {
    sb_text *text;
    const char *dir;
    size_t figures, figure_bytes; /* number of figures on the page */
    size_t left_out;
} page;

static void add_figure(page *to, const char *path)
{
    sb_error ignored;
    size_t length = 0;
    char *svg = sb_file_read(path, MOST_FIGURE, &length, &ignored);
    if (!svg || to->figure_bytes + length > MOST_FIGURES) {
        to->left_out++;
        free(svg);
        return;
    }
    char *stem = stem_of(path), *caption = caption_of(path);
    sb_text_add(to->text,
                "<figure id=\"figure-%s\"><div class=\"sheet\" role=\"img\" aria-label=\"", stem);
    sb_html_add(to->text, caption);
    sb_text_add(to->text, "\">");
    add_svg(to->text, svg, to->figures);
    sb_text_add(to->text, "</div><figcaption>");
    sb_html_add(to->text, caption);
    sb_text_add(to->text, "</figcaption></figure>\n");
    to->figures++;
    to->figure_bytes += length;
    free(stem);
    free(caption);
    free(svg);
}

/* figures/NAME.svg, and NAME_t1.svg, NAME_t1_2.svg and so on. */
static void add_figures(page *to, const char *name)
{
    static const char *const suffixes[] = { "", "_[0-9]*", "_t[0-9]*" };
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        sb_text pattern = { 0 };
        glob_t found;
        for (const char *c = to->dir; *c; c++)
            sb_text_add(&pattern, "%s%c", strchr("*?[\\", *c) ? "\\" : "", *c);
        sb_text_add(&pattern, "/figures/%s%s.svg", name, suffixes[i]);
        if (glob(pattern.data, 0, NULL, &found) == 0)
            for (size_t j = 0; j < found.gl_pathc; j++)
                add_figure(to, found.gl_pathv[j]);
        globfree(&found);
        sb_text_free(&pattern);
    }
}

/* ------------------------------------------------------------------------------------- the page */

static void add_head(sb_text *to, const sb_caption *caption)
{
    sb_text name = { 0 };
    sb_text_add_visible(&name, caption->name);
    sb_text_add(to, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<link rel=\"icon\" href=\"data:,\">\n<title>");
    sb_html_add(to, name.data);
    sb_text_add(to, " - sepbench</title>\n<style>\n%s</style>\n</head>\n<body>\n", sb_page_style);
    sb_text_add(to, "<a class=\"skip\" href=\"#verdict\">Skip to the verdict</a>\n<header><h1>");
    sb_html_add(to, name.data);
    sb_text_add(to, "</h1>\n<p id=\"subtitle\"></p>\n<div id=\"tools\"></div>\n<nav "
                    "aria-label=\"Sections\">");
    for (size_t i = 0; i < SECTIONS; i++)
        sb_text_add(to, "<a href=\"#%s\">%s</a>\n", sections[i].id, sections[i].title);
    sb_text_add(to, "</nav></header>\n<main>\n");
    sb_text_free(&name);
}

/* For readers without JavaScript: the text after the run. */
static void add_text_of_answer(sb_text *to, const sb_answer *answer)
{
    sb_text text = { 0 };
    sb_answer_add(&text, answer);
    sb_text_add(to,
                "<noscript><p>Tables need JavaScript. This is the text after the run:</p><pre>");
    sb_html_add(to, text.data ? text.data : "");
    sb_text_add(to, "</pre></noscript>\n");
    sb_text_free(&text);
}

static void add_sections(page *to, const sb_answer *answer)
{
    for (size_t i = 0; i < SECTIONS; i++) {
        sb_text_add(to->text,
                    "<section id=\"%s\" aria-labelledby=\"head-%s\"><h2 id=\"head-%s\">%s</h2>\n",
                    sections[i].id, sections[i].id, sections[i].id, sections[i].title);
        if (i == 0)
            add_text_of_answer(to->text, answer);
        sb_text_add(to->text, "<div class=\"made\"></div>\n<div class=\"figures\">");
        for (size_t j = 0; sections[i].figures[j]; j++)
            add_figures(to, sections[i].figures[j]);
        sb_text_add(to->text, "</div></section>\n");
    }
}

static int make_page(sb_rundb *db, const char *dir, const sb_answer *answer, sb_text *text,
                     sb_error *error)
{
    page to = { .text = text, .dir = dir };
    add_head(text, &answer->caption);
    add_sections(&to, answer);
    sb_text_add(text, "</main>\n<script type=\"application/json\" id=\"data\">\n");
    int rc = sb_page_data(db, dir, answer, MOST_DATA + MOST_FIGURES - to.figure_bytes, text, error);
    sb_text_add(text, "\n</script>\n<script>\nconst figuresLeftOut = %zu;\n%s</script>\n",
                to.left_out, sb_page_script);
    sb_text_add(text, "</body>\n</html>\n");
    return rc;
}

int sb_page_write(sb_rundb *db, const sb_answer *answer, const char *dir, sb_error *error)
{
    sb_text text = { 0 };
    char *path = sb_path_join(dir, "report.html");
    int rc = make_page(db, dir, answer, &text, error);
    if (rc == SB_OK)
        rc = sb_file_write(path, text.data, text.length, error);
    free(path);
    sb_text_free(&text);
    return rc;
}
