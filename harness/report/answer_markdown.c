/* SPDX-License-Identifier: Apache-2.0 */
/* The answer as Markdown: for a README, or a comment on a change. */
#include "core/table.h"
#include "core/text.h"
#include "core/visible.h"
#include "report/answer_files.h"
#include "report/answer_totals.h"
#include "report/columns80.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Text from the run, shown literally. */
static void add_plain(sb_text *to, const char *text)
{
    sb_text shown = { 0 };
    if (*text)
        sb_text_add_visible(&shown, text);
    if (shown.length)
        sb_text_add_markdown(to, shown.data);
    sb_text_free(&shown);
}

static void add_ms(sb_text *to, double ns)
{
    sb_columns_add_number(to, ns / 1e6);
}

static void total_row(sb_table *table, const char *what, double ns, const sb_interval *interval)
{
    sb_text value = { 0 }, range = { 0 };
    add_ms(&value, ns);
    if (interval && sb_answer_is_wide(*interval))
        sb_text_add(&range, "not determined");
    else if (interval) {
        add_ms(&range, interval->low);
        sb_text_add(&range, " to ");
        add_ms(&range, interval->high);
    }
    sb_table_cell(table, "%s", what);
    sb_table_cell(table, "%s", value.data);
    sb_table_cell(table, "%s", range.data ? range.data : "");
    sb_text_free(&value);
    sb_text_free(&range);
}

static void write_totals(const sb_answer_block *block, FILE *stream)
{
    sb_table table;
    size_t pairs;
    const sb_interval total = sb_answer_total(block);
    const double twins = sb_answer_twins_ns(block, &pairs);
    sb_table_start(&table, (const char *const[]) { "all layers with", ">ms", "interval", NULL });
    total_row(&table, "the best kernel per layer", total.value, &total);
    for (size_t i = 0; i < block->plugin_count; i++) {
        sb_text what = { 0 };
        if (block->plugins[i].parts < block->part_count)
            continue;
        sb_text_add(&what, "%s only", block->plugins[i].shown);
        total_row(&table, what.data, block->plugins[i].total_ns, NULL);
        sb_text_free(&what);
    }
    if (pairs)
        total_row(&table, "standard convolution", twins, NULL);
    sb_table_print_markdown(&table, stream);
    sb_table_free(&table);
}

static void write_shares(const char *head, const sb_answer_block *block, sb_answer_trait *trait,
                         FILE *stream)
{
    sb_answer_share shares[SB_ANSWER_SHARES];
    const size_t count = sb_answer_shares(block, trait, shares);
    fprintf(stream, "- %s: ", head);
    for (size_t i = 0; i < count; i++)
        fprintf(stream, "%s%s %.1f %%", i ? ", " : "", shares[i].name, 100 * shares[i].part);
    fputc('\n', stream);
}

static void write_gain(const sb_answer_block *block, FILE *stream)
{
    sb_answer_gain gain;
    sb_text line = { 0 };
    if (!sb_answer_find_gain(block, &gain))
        return;
    sb_answer_add_gain(&line, &gain, "times");
    fprintf(stream, "- Separable over standard: %s\n", line.data);
    sb_text_free(&line);
}

static void add_margin(sb_text *to, const sb_answer_part *part)
{
    if (!part->next)
        sb_text_add(to, "no other");
    else if (part->tie && *part->tied) {
        sb_text_add(to, "tie: ");
        for (const char *c = part->tied; *c; c++)
            sb_text_add(to, "%.*s", 1, *c == '\n' ? " " : c);
    } else
        sb_columns_add_ratio(to, part->margin);
}

static void layer_row(sb_table *table, const sb_answer_part *part, double total)
{
    sb_text time = { 0 }, margin = { 0 };
    sb_columns_add_number(&time, part->time.value / 1e3);
    if (sb_answer_is_wide(part->time))
        sb_text_add(&time, "?");
    add_margin(&margin, part);
    sb_table_cell(table, "%s", part->layer);
    sb_table_cell(table, "%" PRId64, part->repeat);
    sb_table_cell(table, "%s", time.data);
    sb_table_cell(table, "%.1f", 100 * sb_answer_cost_ns(part) / total);
    sb_table_cell(table, "%s", part->kernel);
    sb_table_cell(table, "%s", part->params);
    sb_table_cell(table, "%s", margin.data);
    if (part->bound_ns > 0)
        sb_table_cell(table, "%.0f", 100 * part->bound_ns / part->time.value);
    else
        sb_table_cell(table, "%s", "");
    sb_table_cell(table, "%s", sb_answer_bound_of(part));
    sb_text_free(&time);
    sb_text_free(&margin);
}

static void write_layers(const sb_answer_block *block, FILE *stream)
{
    const double total = sb_answer_total(block).value;
    const sb_answer_part **order = sb_answer_order(block);
    sb_table table;
    sb_table_start(&table, (const char *const[]) { "layer", ">repeat", ">us/call", ">%",
                                                   "best kernel", "parameters", "margin",
                                                   ">% of bound", "bound by", NULL });
    for (size_t i = 0; i < block->part_count; i++)
        layer_row(&table, order[i], total);
    sb_table_print_markdown(&table, stream);
    sb_table_free(&table);
    free(order);
}

static void write_doubts(const sb_answer_block *block, FILE *stream)
{
    const sb_answer_counts *c = &block->counts;
    if (c->wide)
        fprintf(stream,
                "- %zu of %zu times are not determined (intervals wider than a factor of 1.5); "
                "%.1f %% of the total rests on such times\n",
                c->wide, c->ok, 100 * sb_answer_wide_part(block));
    if (c->max_time)
        fprintf(stream,
                "- %zu of %zu stopped at measure.max_time before they were as precise as "
                "requested\n",
                c->max_time, c->ok);
    if (c->failed)
        fprintf(stream, "- %zu of %zu failed\n", c->failed, c->results);
    if (block->missing)
        fprintf(stream, "- %zu layer%s without a time, left out\n", block->missing,
                sb_plural(block->missing));
}

static void write_block(const sb_answer *answer, const sb_answer_block *block, FILE *stream)
{
    sb_text head = { 0 };
    add_plain(&head, *answer->caption.name ? answer->caption.name : "a run");
    sb_text_add(&head, " on ");
    add_plain(&head, *answer->caption.machine ? answer->caption.machine : "an unknown machine");
    fprintf(stream, "## %s, %" PRId64 " thread%s\n\n", head.data, block->threads,
            sb_plural(block->threads));
    sb_text_free(&head);
    if (!block->part_count) {
        fprintf(stream, "No layer has a time.\n");
        return;
    }
    write_totals(block, stream);
    fputc('\n', stream);
    write_shares("Share of the time", block, sb_answer_class_of, stream);
    write_shares("Bound by", block, sb_answer_bound_of, stream);
    write_gain(block, stream);
    write_doubts(block, stream);
    fputc('\n', stream);
    write_layers(block, stream);
}

static void write_warnings(const char *warnings, FILE *stream)
{
    if (*warnings)
        fprintf(stream, "\nWarnings of the run:\n\n");
    for (size_t length; *warnings; warnings += length + (warnings[length] == '\n')) {
        sb_text one = { 0 }, shown = { 0 };
        length = strcspn(warnings, "\n");
        sb_text_add_bytes(&one, warnings, length);
        add_plain(&shown, length ? one.data : "");
        fprintf(stream, "- %s\n", shown.data ? shown.data : "");
        sb_text_free(&one);
        sb_text_free(&shown);
    }
}

void sb_answer_write_markdown(const sb_answer *answer, FILE *stream)
{
    for (size_t i = 0; i < answer->block_count; i++) {
        if (i)
            fputc('\n', stream);
        write_block(answer, &answer->blocks[i], stream);
    }
    write_warnings(answer->warnings, stream);
}
