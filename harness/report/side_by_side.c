/* SPDX-License-Identifier: Apache-2.0 */
#include "report/side_by_side.h"

#include "core/file.h"
#include "core/table.h"
#include "core/text.h"
#include "core/visible.h"
#include "report/answer_totals.h"
#include "report/columns80.h"
#include "store/number.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A run with one number of threads. */
typedef struct column {
    const char *name;
    const sb_answer *run;
    const sb_answer_block *block;
} column;

typedef struct columns {
    column *list; /* owned */
    size_t count;
} columns;

int sb_side_by_side_add(sb_side_by_side *sides, sb_rundb *db, const char *name, sb_error *error)
{
    sides->runs = sb_grow(sides->runs, sides->count + 1, sizeof *sides->runs);
    sides->names = sb_grow(sides->names, sides->count + 1, sizeof *sides->names);
    if (sb_answer_read(db, &sides->runs[sides->count], error) < 0)
        return SB_FAILED;
    sides->names[sides->count++] = sb_copy_text(name);
    return SB_OK;
}

void sb_side_by_side_free(sb_side_by_side *sides)
{
    for (size_t i = 0; i < sides->count; i++) {
        sb_answer_free(&sides->runs[i]);
        free(sides->names[i]);
    }
    free(sides->runs);
    free(sides->names);
    *sides = (sb_side_by_side) { 0 };
}

static columns list_columns(const sb_side_by_side *sides)
{
    columns all = { 0 };
    for (size_t i = 0; i < sides->count; i++)
        for (size_t b = 0; b < sides->runs[i].block_count; b++) {
            all.list = sb_grow(all.list, all.count + 1, sizeof *all.list);
            all.list[all.count++] =
                (column) { sides->names[i], &sides->runs[i], &sides->runs[i].blocks[b] };
        }
    return all;
}

static bool is_same_part(const sb_answer_part *a, const sb_answer_part *b)
{
    return a->operation == b->operation && strcmp(a->layer, b->layer) == 0;
}

/* The layer in another column, usually at the same position; NULL if it is not there. */
static const sb_answer_part *find_part(const sb_answer_block *block, const sb_answer_part *like,
                                       size_t near)
{
    for (size_t i = 0; i < block->part_count; i++) {
        const sb_answer_part *part = &block->parts[(near + i) % block->part_count];
        if (is_same_part(part, like))
            return part;
    }
    return NULL;
}

/* Has an earlier column this layer? Then its row exists. */
static bool is_listed(const columns *all, size_t upto, const sb_answer_part *part, size_t near)
{
    for (size_t c = 0; c < upto; c++)
        if (find_part(all->list[c].block, part, near))
            return true;
    return false;
}

/* ---------------------------------------------------------------------------------------- text */

static const char *letter_of(size_t at)
{
    static char text[32];
    if (at < 26)
        snprintf(text, sizeof text, "%c", (int)('A' + at));
    else
        snprintf(text, sizeof text, "%c%zu", (int)('A' + at % 26), at / 26);
    return text;
}

static void print_legend(const columns *all, FILE *stream)
{
    fputs("Side by side, with the best kernel of each layer. Nothing pairs runs: what is proven "
          "between two\nof them, sepbench compare tells.\n",
          stream);
    for (size_t c = 0; c < all->count; c++) {
        const column *one = &all->list[c];
        sb_text line = { 0 };
        sb_text_add(&line, "  %s  ", letter_of(c));
        sb_text_add_visible(&line, one->name);
        sb_text_add(&line, ": ");
        sb_text_add_visible(&line, *one->run->caption.machine ? one->run->caption.machine
                                                              : "an unknown machine");
        sb_text_add(&line, ", ");
        sb_text_add_visible(&line, *one->run->caption.build ? one->run->caption.build
                                                            : "an unknown compiler");
        fprintf(stream, "%s, %" PRId64 " thread%s\n", line.data, one->block->threads,
                sb_plural(one->block->threads));
        sb_text_free(&line);
    }
}

static void start_table(const columns *all, sb_table *table)
{
    const size_t each = 3;
    const char **heads = sb_new(each * all->count + 2, sizeof *heads);
    sb_text *texts = sb_new(each * all->count + 1, sizeof *texts);
    size_t count = 0;
    heads[count++] = "layer";
    for (size_t c = 0; c < all->count; c++) {
        sb_text *at = &texts[each * c];
        sb_text_add(&at[0], ">%s us", letter_of(c));
        sb_text_add(&at[1], "%s kernel", letter_of(c));
        heads[count++] = at[0].data;
        heads[count++] = at[1].data;
        if (c == 0)
            continue;
        sb_text_add(&at[2], ">%s / A", letter_of(c));
        heads[count++] = at[2].data;
    }
    sb_table_start(table, heads);
    for (size_t i = 0; i < each * all->count; i++)
        sb_text_free(&texts[i]);
    free(texts);
    free(heads);
}

/* ns 0: the layer is not there. */
static void add_cells(sb_table *table, size_t at, double ns, bool wide, const char *kernel,
                      double first)
{
    sb_text time = { 0 };
    if (ns > 0)
        sb_columns_add_number(&time, ns / 1e3);
    sb_table_cell(table, "%s%s", ns > 0 ? time.data : "-", ns > 0 && wide ? "?" : "");
    sb_table_cell(table, "%s", kernel);
    if (at && ns > 0 && first > 0)
        sb_table_cell(table, "%.3f", ns / first);
    else if (at)
        sb_table_cell(table, "-");
    sb_text_free(&time);
}

static void add_totals(const columns *all, sb_table *table)
{
    const double first = sb_answer_total(all->list[0].block).value;
    sb_table_cell(table, "all layers");
    for (size_t c = 0; c < all->count; c++) {
        const sb_interval total = sb_answer_total(all->list[c].block);
        add_cells(table, c, total.value, sb_answer_is_wide(total), "", first);
    }
}

static void add_row(const columns *all, sb_table *table, const sb_answer_part *like, size_t near)
{
    double first = 0;
    sb_table_cell(table, "%s", like->layer);
    for (size_t c = 0; c < all->count; c++) {
        const sb_answer_part *part = find_part(all->list[c].block, like, near);
        if (c == 0 && part)
            first = part->time.value;
        add_cells(table, c, part ? part->time.value : 0, part && sb_answer_is_wide(part->time),
                  part ? part->kernel : "-", first);
    }
}

void sb_side_by_side_print(const sb_side_by_side *sides, FILE *stream)
{
    columns all = list_columns(sides);
    sb_table table;
    if (all.count == 0)
        return;
    print_legend(&all, stream);
    start_table(&all, &table);
    add_totals(&all, &table);
    for (size_t c = 0; c < all.count; c++)
        for (size_t i = 0; i < all.list[c].block->part_count; i++)
            if (!is_listed(&all, c, &all.list[c].block->parts[i], i))
                add_row(&all, &table, &all.list[c].block->parts[i], i);
    sb_table_print(&table, stream);
    sb_table_free(&table);
    free(all.list);
}

/* ----------------------------------------------------------------------------------------- CSV */

static void add_text(sb_text *row, const char *text)
{
    sb_text_add_csv(row, text);
    sb_text_add(row, ",");
}

static void csv_row(sb_text *row, const column *one, const sb_answer_part *part)
{
    add_text(row, one->name);
    add_text(row, one->run->caption.name);
    add_text(row, one->run->caption.machine);
    add_text(row, one->run->caption.build);
    sb_text_add(row, "%" PRId64 ",", one->block->threads);
    add_text(row, part->layer);
    add_text(row, sb_operation_name(part->operation));
    sb_text_add(row, "%" PRId64 ",", part->repeat);
    add_text(row, part->kernel);
    add_text(row, part->params);
    sb_text_add_fixed(row, part->time.value, 3);
    sb_text_add(row, ",");
    sb_text_add_fixed(row, part->time.low, 3);
    sb_text_add(row, ",");
    sb_text_add_fixed(row, part->time.high, 3);
    sb_text_add(row, "\n");
}

int sb_side_by_side_write(const sb_side_by_side *sides, const char *dir, sb_error *error)
{
    columns all = list_columns(sides);
    sb_text rows = { 0 };
    sb_text_add(&rows, "run,name,machine,build,threads,layer,operation,repeat,kernel,params,"
                       "time_ns,ci_low_ns,ci_high_ns\n");
    for (size_t c = 0; c < all.count; c++)
        for (size_t i = 0; i < all.list[c].block->part_count; i++)
            csv_row(&rows, &all.list[c], &all.list[c].block->parts[i]);
    char *path = sb_path_join(dir, "side_by_side.csv");
    int rc = sb_file_write(path, rows.data, rows.length, error);
    free(path);
    sb_text_free(&rows);
    free(all.list);
    return rc;
}
