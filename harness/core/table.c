/* SPDX-License-Identifier: Apache-2.0 */
#include "core/table.h"

#include "core/visible.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void add_cell(sb_table *table, char *cell)
{
    /* Capacity is a power of two. */
    if ((table->count & (table->count - 1)) == 0)
        table->cells = sb_grow(table->cells, table->count ? table->count * 2 : 1, sizeof(char *));
    table->cells[table->count++] = cell;
}

void sb_table_start(sb_table *table, const char *const *heads)
{
    *table = (sb_table) { 0 };
    while (heads[table->columns])
        table->columns++;
    table->right = sb_new(table->columns, sizeof *table->right);
    for (size_t i = 0; i < table->columns; i++) {
        table->right[i] = heads[i][0] == '>';
        add_cell(table, sb_copy_text(heads[i] + table->right[i]));
    }
}

void sb_table_cell(sb_table *table, const char *format, ...)
{
    char cell[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(cell, sizeof cell, format, arguments);
    va_end(arguments);
    sb_make_visible(cell);
    add_cell(table, sb_copy_text(cell));
}

size_t sb_table_rows(const sb_table *table)
{
    return table->count / table->columns - 1;
}

/* Number of characters of a UTF-8 text; each is taken to be one column wide. */
static size_t width_of(const char *text)
{
    size_t width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

static void print_cell(const sb_table *table, size_t column, const char *cell, size_t width,
                       FILE *stream)
{
    int fill = (int)(width - width_of(cell));
    bool last = column + 1 == table->columns;
    if (table->right[column])
        fprintf(stream, "%*s%s%s", fill, "", cell, last ? "\n" : "  ");
    else if (last)
        fprintf(stream, "%s\n", cell);
    else
        fprintf(stream, "%s%*s  ", cell, fill, "");
}

void sb_table_print(const sb_table *table, FILE *stream)
{
    assert(table->count % table->columns == 0);
    size_t *widths = sb_new(table->columns, sizeof *widths);
    for (size_t i = 0; i < table->count; i++) {
        size_t width = width_of(table->cells[i]);
        if (width > widths[i % table->columns])
            widths[i % table->columns] = width;
    }
    for (size_t i = 0; i < table->count; i++)
        print_cell(table, i % table->columns, table->cells[i], widths[i % table->columns], stream);
    free(widths);
}

void sb_table_print_markdown(const sb_table *table, FILE *stream)
{
    assert(table->count % table->columns == 0);
    sb_text text = { 0 };
    for (size_t i = 0; i < table->count; i++) {
        sb_text_add(&text, "| ");
        sb_text_add_markdown(&text, table->cells[i]);
        sb_text_add(&text, (i + 1) % table->columns ? " " : " |\n");
        for (size_t j = 0; i + 1 == table->columns && j < table->columns; j++)
            sb_text_add(&text, "|%s%s", table->right[j] ? "---:" : "---",
                        j + 1 == table->columns ? "|\n" : "");
    }
    fwrite(text.data, 1, text.length, stream);
    sb_text_free(&text);
}

void sb_table_print_csv(const sb_table *table, FILE *stream)
{
    assert(table->count % table->columns == 0);
    sb_text text = { 0 };
    for (size_t i = 0; i < table->count; i++) {
        sb_text_add_csv(&text, table->cells[i]);
        sb_text_add(&text, (i + 1) % table->columns ? "," : "\n");
    }
    fwrite(text.data, 1, text.length, stream);
    sb_text_free(&text);
}

void sb_table_free(sb_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i]);
    free(table->cells);
    free(table->right);
    *table = (sb_table) { 0 };
}
