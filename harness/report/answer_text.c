/* SPDX-License-Identifier: Apache-2.0 */
/* The answer as text. */
#include "core/text.h"
#include "report/answer_totals.h"
#include "report/columns80.h"
#include "report/gnuplot.h"
#include "report/plan_files.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LAYERS 10
#define INDENT      26 /* column at which text after a head begins */

/* --------------------------------------------------------------------------------------- helpers
 */

static void add_duration(sb_text *to, double seconds)
{
    const int64_t whole = (int64_t)(seconds + 0.5);
    if (seconds < 0.95)
        sb_text_add(to, "%.*f ms", seconds < 0.01, 1e3 * seconds);
    else if (seconds < 10)
        sb_text_add(to, "%.1f s", seconds);
    else if (whole < 60)
        sb_text_add(to, "%" PRId64 " s", whole);
    else if (whole < 3600)
        sb_text_add(to, "%" PRId64 " min %" PRId64 " s", whole / 60, whole % 60);
    else
        sb_text_add(to, "%" PRId64 " h %" PRId64 " min", whole / 3600, whole / 60 % 60);
}

/* ------------------------------------------------------------------------------------ the totals
 */

static void add_head(sb_text *to, const sb_answer *answer, const sb_answer_block *block)
{
    sb_text line = { 0 };
    sb_text_add_visible(&line, *answer->caption.name ? answer->caption.name : "a run");
    sb_text_add(&line, " on ");
    sb_text_add_visible(&line,
                        *answer->caption.machine ? answer->caption.machine : "an unknown machine");
    sb_text_add(&line, ", %" PRId64 " thread%s, measured in ", block->threads,
                sb_plural((size_t)block->threads));
    add_duration(&line, (double)block->wall_ns / 1e9);
    sb_columns_wrap(to, 0, "", line.data);
    sb_text_free(&line);
}

static void add_total(sb_text *to, const char *head, double ns, const sb_interval *interval)
{
    sb_text line = { 0 };
    sb_columns_add_number(&line, ns / 1e6);
    sb_text_add(&line, " ms");
    if (interval) {
        sb_text_add(&line, " [");
        sb_columns_add_number(&line, interval->low / 1e6);
        sb_text_add(&line, ", ");
        sb_columns_add_number(&line, interval->high / 1e6);
        sb_text_add(&line, "]");
        if (sb_answer_is_wide(*interval))
            sb_text_add(&line, ", not determined");
    }
    sb_columns_wrap(to, INDENT, head, line.data);
    sb_text_free(&line);
}

static void add_plugins(sb_text *to, const sb_answer_block *block)
{
    sb_text partial = { 0 };
    for (size_t i = 0; i < block->plugin_count; i++) {
        const sb_answer_plugin *plugin = &block->plugins[i];
        sb_text head = { 0 };
        if (plugin->parts < block->part_count) {
            sb_text_add(&partial, "%s%s %zu", partial.length ? ", " : "", plugin->shown,
                        plugin->parts);
            continue;
        }
        sb_text_add(&head, "  ");
        sb_columns_add(&head, plugin->shown,
                       sb_columns_of(plugin->shown) < 12 ? sb_columns_of(plugin->shown) : 12,
                       false);
        sb_text_add(&head, " only");
        add_total(to, head.data, plugin->total_ns, NULL);
        sb_text_free(&head);
    }
    if (partial.length) {
        sb_text_add(&partial, " of %zu", block->part_count);
        sb_columns_wrap(to, INDENT, "  incomplete", partial.data);
    }
    sb_text_free(&partial);
}

static void add_twins(sb_text *to, const sb_answer_block *block)
{
    size_t pairs;
    const double twins = sb_answer_twins_ns(block, &pairs);
    if (pairs)
        add_total(to, "  standard convolution", twins, NULL);
}

static void add_totals(sb_text *to, const sb_answer_block *block)
{
    const sb_interval total = sb_answer_total(block);
    sb_text_add(to, "Time of the network: all layers, with their repeats\n");
    add_total(to, "  best kernel per layer", total.value, &total);
    add_plugins(to, block);
    add_twins(to, block);
    if (block->missing)
        sb_text_add(to, "  %zu layer%s no time and %s left out\n", block->missing,
                    block->missing == 1 ? " has" : "s have", block->missing == 1 ? "is" : "are");
}

/* -------------------------------------------------------------------------------- in sequence */

/* "5.120 ms [5.100, 5.140], each alone 4.900 ms: +4.5 % [4.1, 4.9]; 3 reorders" */
static void add_sequence(sb_text *to, const sb_sequence *s)
{
    sb_text head = { 0 }, line = { 0 };
    const bool best = strcmp(s->name, "best") == 0, model = strchr(s->name, '/') != NULL;
    const size_t reorders = sb_plan_reorders(s), width = sb_columns_of(s->name);
    const size_t most = model ? 23 : 12;
    sb_text_add(&head, "  ");
    if (best)
        sb_text_add(&head, "best kernel per layer");
    else
        sb_columns_add(&head, s->name, width < most ? width : most, false);
    sb_text_add(&head, "%s", best || model ? "" : " only");
    sb_columns_add_number(&line, s->in_sequence.value / 1e6);
    sb_text_add(&line, " ms [");
    sb_columns_add_number(&line, s->in_sequence.low / 1e6);
    sb_text_add(&line, ", ");
    sb_columns_add_number(&line, s->in_sequence.high / 1e6);
    sb_text_add(&line, "], each alone ");
    sb_columns_add_number(&line, s->apart.value / 1e6);
    if (sb_answer_is_wide(s->ratio))
        sb_text_add(&line, " ms: not determined");
    else
        sb_text_add(&line, " ms: %+.1f %% [%.1f, %.1f]", 100 * (s->ratio.value - 1),
                    100 * (s->ratio.low - 1), 100 * (s->ratio.high - 1));
    if (reorders)
        sb_text_add(&line, "; %zu reorder%s", reorders, sb_plural(reorders));
    sb_columns_wrap(to, INDENT, head.data, line.data);
    sb_text_free(&head);
    sb_text_free(&line);
}

/* "onednn: wrong on block3 with onednn/conv: in sequence: ..." */
static void add_fault(sb_text *to, const sb_sequence_fault *fault)
{
    sb_text head = { 0 }, line = { 0 };
    sb_text_add(&head, "  %s", sb_verdict_name(fault->verdict));
    if (fault->kernel[0])
        sb_text_add(&line, "%s on %s: ", fault->kernel, fault->layer);
    else
        sb_text_add(&line, "%s: ", fault->name);
    sb_text_add(&line, "%s", fault->detail);
    sb_columns_wrap(to, INDENT, head.data, line.data);
    sb_text_free(&head);
    sb_text_free(&line);
}

static bool is_in_sequence(const sb_sequence_list *list, const char *name, int64_t threads)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].threads == threads && strcmp(list->items[i].name, name) == 0)
            return true;
    for (size_t i = 0; i < list->fault_count; i++)
        if (list->faults[i].threads == threads && strcmp(list->faults[i].name, name) == 0)
            return true;
    return false;
}

/* The plugins that run every layer, but whose layers were not run in sequence. */
static void add_absent(sb_text *to, const sb_sequence_list *list, const sb_answer_block *block)
{
    sb_text line = { 0 };
    for (size_t i = 0; i < block->plugin_count; i++) {
        const sb_answer_plugin *plugin = &block->plugins[i];
        if (plugin->parts == block->part_count &&
            !is_in_sequence(list, plugin->name, block->threads))
            sb_text_add(&line, "%s%s", line.length ? ", " : "", plugin->shown);
    }
    if (line.length) {
        sb_text_add(&line, ": would take too long for measure.max_time");
        sb_columns_wrap(to, INDENT, "  not run", line.data);
    }
    sb_text_free(&line);
}

static void add_sequences(sb_text *to, const sb_answer *answer, const sb_answer_block *block)
{
    const int64_t threads = block->threads;
    static const char title[] =
        "Layers in sequence, with the caches as the previous layer leaves them\n";
    const sb_sequence_list *list = &answer->sequences;
    bool any = false;
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].threads != threads)
            continue;
        sb_text_add(to, "%s", any ? "" : title);
        any = true;
        add_sequence(to, &list->items[i]);
    }
    for (size_t i = 0; i < list->fault_count; i++) {
        if (list->faults[i].threads != threads)
            continue;
        sb_text_add(to, "%s", any ? "" : title);
        any = true;
        add_fault(to, &list->faults[i]);
    }
    if (any)
        add_absent(to, list, block);
}

/* ------------------------------------------------------------------------------------ the shares
 */

static void print_shares(sb_text *to, const char *head, const sb_answer_block *block,
                         sb_answer_trait *trait)
{
    sb_answer_share shares[SB_ANSWER_SHARES];
    const size_t count = sb_answer_shares(block, trait, shares);
    sb_text line = { 0 };
    for (size_t i = 0; i < count; i++)
        sb_text_add(&line, "%s%s %.1f %%", i ? "; " : "", shares[i].name, 100 * shares[i].part);
    sb_columns_wrap(to, INDENT, head, line.data);
    sb_text_free(&line);
}

static void add_shares(sb_text *to, const sb_answer_block *block)
{
    print_shares(to, "Share of the time", block, sb_answer_class_of);
    print_shares(to, "Bound by", block, sb_answer_bound_of);
}

/* --------------------------------------------------------------------------------------- the gain
 */

static void add_gain(sb_text *to, const sb_answer_block *block)
{
    sb_answer_gain gain;
    sb_text line = { 0 };
    if (!sb_answer_find_gain(block, &gain))
        return;
    sb_answer_add_gain(&line, &gain, "x");
    sb_columns_wrap(to, INDENT, "Separable over standard", line.data);
    sb_text_free(&line);
}

/* ---------------------------------------------------------------------------- the layers that cost
 */

static void add_margin(sb_text *to, const sb_answer_part *part)
{
    if (!part->next)
        sb_text_add(to, "no other");
    else if (sb_answer_is_wide(part->margin))
        sb_text_add(to, "not determined");
    else if (part->tie)
        sb_text_add(to, "tie");
    else
        sb_columns_add_ratio(to, part->margin);
}

enum { COLUMNS_OF_ROW = 7 };

static void make_row(const sb_answer_part *part, double total, sb_text row[COLUMNS_OF_ROW])
{
    sb_text_add(&row[0], "%s", part->layer);
    sb_text_add(&row[1], "%" PRId64, part->repeat);
    sb_columns_add_number(&row[2], part->time.value / 1e3);
    if (sb_answer_is_wide(part->time))
        sb_text_add(&row[2], "?");
    sb_text_add(&row[3], "%.1f", 100 * sb_answer_cost_ns(part) / total);
    sb_text_add(&row[4], "%s", part->kernel);
    add_margin(&row[5], part);
    if (part->bound_ns > 0)
        sb_text_add(&row[6], "%.0f %s", 100 * part->bound_ns / part->time.value,
                    strcmp(part->bound, "arithmetic") == 0 ? "arith" : part->bound);
    else
        sb_text_add(&row[6], "-");
}

static const char *const heads[COLUMNS_OF_ROW] = { "layer",       "repeat", "us/call",   "%",
                                                   "best kernel", "margin", "% of bound" };

/* The two columns of names share the width that the others leave. */
static void find_widths(sb_text (*rows)[COLUMNS_OF_ROW], size_t count,
                        size_t widths[COLUMNS_OF_ROW])
{
    size_t rest = SB_COLUMNS - (COLUMNS_OF_ROW - 1);
    for (size_t c = 0; c < COLUMNS_OF_ROW; c++) {
        widths[c] = strlen(heads[c]);
        for (size_t i = 0; i < count; i++)
            if (sb_columns_of(rows[i][c].data) > widths[c])
                widths[c] = sb_columns_of(rows[i][c].data);
        rest -= c == 0 || c == 4 ? 0 : widths[c];
    }
    if (widths[0] + widths[4] <= rest)
        return;
    const size_t half = rest / 2;
    if (widths[0] > half)
        widths[0] = widths[4] < rest - half ? rest - widths[4] : half;
    if (widths[4] > rest - widths[0])
        widths[4] = rest - widths[0];
}

static void print_row(sb_text *to, const size_t widths[COLUMNS_OF_ROW],
                      const char *const cells[COLUMNS_OF_ROW])
{
    for (size_t c = 0; c < COLUMNS_OF_ROW; c++) {
        sb_columns_add(to, cells[c], widths[c], c >= 1 && c <= 3);
        if (c + 1 < COLUMNS_OF_ROW)
            sb_text_add(to, " ");
    }
    while (to->length && to->data[to->length - 1] == ' ')
        to->data[--to->length] = '\0';
    sb_text_add(to, "\n");
}

static void print_rows(sb_text *to, sb_text (*rows)[COLUMNS_OF_ROW], size_t count)
{
    size_t widths[COLUMNS_OF_ROW];
    find_widths(rows, count, widths);
    print_row(to, widths, heads);
    for (size_t i = 0; i < count; i++) {
        const char *cells[COLUMNS_OF_ROW];
        for (size_t c = 0; c < COLUMNS_OF_ROW; c++)
            cells[c] = rows[i][c].data;
        print_row(to, widths, cells);
    }
}

static void add_layers(sb_text *to, const sb_answer_block *block)
{
    const double total = sb_answer_total(block).value;
    const size_t count = block->part_count < MOST_LAYERS ? block->part_count : MOST_LAYERS;
    const sb_answer_part **order = sb_answer_order(block);
    sb_text rows[MOST_LAYERS][COLUMNS_OF_ROW] = { 0 };
    for (size_t i = 0; i < count; i++)
        make_row(order[i], total, rows[i]);
    if (count < block->part_count)
        sb_text_add(to, "\nThe %zu most expensive of %zu layers\n", count, block->part_count);
    else
        sb_text_add(to, "\nLayers by cost\n");
    print_rows(to, rows, count);
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < COLUMNS_OF_ROW; c++)
            sb_text_free(&rows[i][c]);
    free(order);
}

/* -------------------------------------------------------------------------------------- the doubts
 */

static void add_doubt(sb_text *to, const char *format, size_t count, size_t of)
{
    sb_text line = { 0 };
    if (!count)
        return;
    sb_text_add(&line, "%zu of %zu ", count, of);
    sb_text_add(&line, "%s", format);
    sb_columns_wrap(to, 2, "", line.data);
    sb_text_free(&line);
}

/* "about 12 s of it would be enough for half of them, 40 s for nine in ten" */
static void add_needed(sb_text *to, const sb_answer_counts *c)
{
    sb_text line = { 0 };
    if (!c->max_time)
        return;
    const double half = c->needed[(c->max_time - 1) / 2];
    const double most = c->needed[(c->max_time - 1) * 9 / 10];
    if (!isfinite(half))
        sb_text_add(&line, "their intervals are too wide to tell which max_time would be enough");
    else {
        sb_text_add(&line, "a max_time of about ");
        add_duration(&line, half / 1e9);
        sb_text_add(&line, " would be enough for half of them");
        if (isfinite(most)) {
            sb_text_add(&line, ", ");
            add_duration(&line, most / 1e9);
            sb_text_add(&line, " for nine in ten");
        }
    }
    sb_columns_wrap(to, 4, "    ", line.data);
    sb_text_free(&line);
}

static void add_doubts(sb_text *to, const sb_answer_block *block)
{
    const sb_answer_counts *c = &block->counts;
    const double wide = sb_answer_wide_part(block);
    if (c->wide || c->max_time || c->failed)
        sb_text_add(to, "\nCaveats\n");
    add_doubt(to, "times are not determined: their intervals are wider than a factor of 1.5",
              c->wide, c->ok);
    if (wide > 0)
        sb_text_add(to, "  %.1f %% of the total rests on such times (marked ?)\n", 100 * wide);
    add_doubt(to, "stopped at measure.max_time before they were as precise as requested",
              c->max_time, c->ok);
    add_needed(to, c);
    add_doubt(to, "failed: a kernel was wrong, crashed, or took too long", c->failed, c->results);
    if (c->unsupported || c->skipped)
        sb_text_add(to, "\n");
    add_doubt(to, "combinations of kernel and layer do not apply, which is not a fault",
              c->unsupported, c->results);
    add_doubt(to, "were skipped: their parameters are not valid for the layer, as in", c->skipped,
              c->results);
    if (c->skipped_why)
        sb_columns_wrap(to, 4, "    ", c->skipped_why);
}

static void add_warnings(sb_text *to, const char *warnings)
{
    if (!*warnings)
        return;
    sb_text_add(to, "\nWarnings of the run\n");
    while (*warnings) {
        size_t length = strcspn(warnings, "\n");
        sb_text one = { 0 }, shown = { 0 };
        sb_text_add_bytes(&one, warnings, length);
        sb_text_add_visible(&shown, length ? one.data : "");
        sb_columns_wrap(to, 2, "", shown.data);
        sb_text_free(&one);
        sb_text_free(&shown);
        warnings += length + (warnings[length] == '\n');
    }
}

/* -------------------------------------------------------------------------------------- the whole
 */

static void add_block(sb_text *to, const sb_answer *answer, const sb_answer_block *block)
{
    add_head(to, answer, block);
    if (block->part_count) {
        add_totals(to, block);
        add_sequences(to, answer, block);
        add_shares(to, block);
        add_gain(to, block);
        add_layers(to, block);
    } else
        sb_text_add(to, "No layer has a time.\n");
    add_doubts(to, block);
}

void sb_answer_add(sb_text *to, const sb_answer *answer)
{
    for (size_t i = 0; i < answer->block_count; i++) {
        sb_text_add(to, "%s", i ? "\n" : "");
        add_block(to, answer, &answer->blocks[i]);
    }
    add_warnings(to, answer->warnings);
}

void sb_answer_print(const sb_answer *answer)
{
    sb_text text = { 0 };
    sb_answer_add(&text, answer);
    if (text.length)
        fwrite(text.data, 1, text.length, stdout);
    sb_text_free(&text);
}
