/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tex.h"

#include "report/glyphs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROWS_A_TABLE = 40, LETTERS_UNBROKEN = 12 };

/* ---------------------------------------------------------------------------------------- texts */

/* Replacements for ASCII characters that have a meaning or form a ligature. */
static const char *const stand_ins[128] = {
    ['#'] = "\\#",
    ['$'] = "\\$",
    ['%'] = "\\%",
    ['&'] = "\\&",
    ['{'] = "\\{",
    ['}'] = "\\}",
    ['_'] = "\\_",
    ['~'] = "\\textasciitilde{}",
    ['^'] = "\\textasciicircum{}",
    ['\\'] = "\\textbackslash{}",
    ['<'] = "\\textless{}",
    ['>'] = "\\textgreater{}",
    ['|'] = "\\textbar{}",
    ['"'] = "{\\ttfamily\\char34}",
    ['\''] = "\\textquotesingle{}",
    ['`'] = "\\textasciigrave{}",
    ['-'] = "-{}",
    [','] = ",{}",
    ['['] = "{[}",
    [']'] = "{]}",
    ['*'] = "{*}",
};

static unsigned long code_of(const char *text, size_t length)
{
    static const unsigned char masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    unsigned long code = (unsigned char)*text & masks[length];
    for (size_t i = 1; i < length; i++)
        code = code << 6 | ((unsigned char)text[i] & 0x3f);
    return code;
}

/* pdfTeX's letters: every LaTeX font has those of Latin 1. */
static bool has_letter(unsigned long code)
{
    return code >= 0xc0 && code <= 0xff && code != 0xd7 && code != 0xf7;
}

static void add_character(sb_text *to, const char *at, size_t length)
{
    const unsigned long code = code_of(at, length);
    if (length == 1 && stand_ins[(unsigned char)*at])
        sb_text_add(to, "%s", stand_ins[(unsigned char)*at]);
    else if (length == 1 || has_letter(code))
        sb_text_add_bytes(to, at, length);
    else
        sb_text_add(to, "\\sbCharacter{%lX}", code);
}

void sb_tex_add(sb_text *to, const char *visible)
{
    size_t unbroken = 0;
    while (*visible) {
        size_t length = sb_character(visible);
        bool may_break = strchr("_/.-:+", *visible) != NULL;
        length = length ? length : 1;
        add_character(to, visible, length);
        unbroken = *visible == ' ' ? 0 : unbroken + 1;
        visible += length;
        if ((may_break || unbroken >= LETTERS_UNBROKEN) && *visible && *visible != ' ') {
            sb_text_add(to, "\\hspace{0pt}");
            unbroken = 0;
        }
    }
}

void sb_tex_add_key(sb_text *to, const char *visible)
{
    for (; *visible; visible++) {
        bool plain = (*visible >= 'a' && *visible <= 'z') || (*visible >= 'A' && *visible <= 'Z') ||
                     (*visible >= '0' && *visible <= '9') || strchr("_./:+-", *visible);
        sb_text_add(to, "%c", plain ? *visible : '-');
    }
}

/* -------------------------------------------------------------------------------------- numbers */

static int decimals_for(sb_interval value)
{
    double half = fmax(value.high - value.value, value.value - value.low);
    int size = value.value != 0 ? (int)floor(log10(fabs(value.value))) : 0, place = size - 3;
    if (half > 0 && isfinite(half)) {
        int first = (int)floor(log10(half));
        place = first < size - 4 ? size - 4 : first > size - 1 ? size - 1 : first;
    }
    return place < 0 ? -place : 0;
}

static void add_fixed(sb_text *to, double value, int decimals)
{
    if (!isfinite(value))
        sb_text_add(to, "?");
    else if (value >= 1e6)
        sb_text_add(to, "%.1e", value);
    else
        sb_text_add(to, "%.*f", decimals, value);
}

void sb_tex_add_number(sb_text *to, sb_interval value)
{
    add_fixed(to, value.value, decimals_for(value));
}

void sb_tex_add_range(sb_text *to, sb_interval value)
{
    int decimals = decimals_for(value);
    sb_text_add(to, "[");
    add_fixed(to, value.low, decimals);
    sb_text_add(to, ", ");
    add_fixed(to, value.high, decimals);
    sb_text_add(to, "]");
}

/* --------------------------------------------------------------------------------------- macros */

void sb_tex_define(sb_tex_macros *macros, const char *kind, const char *const *parts,
                   const char *tex)
{
    sb_text key = { 0 };
    sb_text_add(&key, "%s", kind);
    for (size_t i = 0; parts[i]; i++) {
        sb_text_add(&key, "@");
        sb_tex_add_key(&key, parts[i]);
    }
    size_t known = macros->keys.count;
    if (sb_words_place(&macros->keys, key.data) == known)
        sb_text_add(&macros->text, "\\sbSet{%s}{%s}\n", key.data, tex);
    sb_text_free(&key);
}

void sb_tex_macros_free(sb_tex_macros *macros)
{
    sb_text_free(&macros->text);
    sb_words_free(&macros->keys);
}

/* --------------------------------------------------------------------------------------- tables */

static void begin_table(sb_tex_table *table)
{
    const char *star = table->wide ? "*" : "";
    sb_text_add(table->to,
                "\\begin{table%s}[tbp]\n\\centering\\footnotesize\n"
                "\\setlength{\\abovecaptionskip}{0pt}\\setlength{\\belowcaptionskip}{4pt}\n",
                star);
    if (table->rows)
        sb_text_add(table->to, "\\caption{%s (continued)}\n", table->caption);
    else
        sb_text_add(table->to, "\\caption{%s}\\label{tab:sb-%s}\n", table->caption, table->label);
    sb_text_add(table->to, "\\begin{tabular}{@{}%s@{}}\n\\toprule\n%s \\\\\n\\midrule\n",
                table->columns, table->head);
}

static void close_table(sb_tex_table *table)
{
    sb_text_add(table->to, "\\bottomrule\n\\end{tabular}\n\\end{table%s}\n",
                table->wide ? "*" : "");
}

void sb_tex_begin_row(sb_tex_table *table)
{
    if (table->rows % ROWS_A_TABLE == 0) {
        if (table->rows)
            close_table(table);
        begin_table(table);
    }
    table->rows++;
}

void sb_tex_end_row(sb_tex_table *table)
{
    sb_text_add(table->to, " \\\\\n");
}

void sb_tex_end_table(sb_tex_table *table)
{
    if (table->rows)
        close_table(table);
}
