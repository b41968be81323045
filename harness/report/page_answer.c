/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page_answer.h"

#include "report/gnuplot.h"
#include "report/html.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    LAYER,
    OPERATION,
    CLASS,
    KERNEL,
    PARAMS,
    TIME,
    LOW,
    HIGH,
    NEXT,
    MARGIN,
    MARGIN_LOW,
    MARGIN_HIGH,
    TIE,
    TIED,
    BOUND,
    BOUND_BY,
    TWIN,
    GAIN,
    GAIN_LOW,
    GAIN_HIGH,
    WORK,
    TWIN_WORK
};
static const char *const names[] = {
    "layer",     "operation",  "class",    "kernel",    "params",     "time_ns",
    "ci_low_ns", "ci_high_ns", "next",     "margin",    "margin_low", "margin_high",
    "tie",       "tied",       "bound_ns", "bound_by",  "twin_ns",    "gain",
    "gain_low",  "gain_high",  "work",     "twin_work", NULL,
};

/* Parts are in the order of the run, by displayed name: the layer is the last part's, or one of
 * those after it. */
static size_t find_layer(char *const *shown, size_t count, const sb_answer_part *part, size_t last)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = (last + i) % count, length = strlen(shown[at]);
        if (strncmp(shown[at], part->layer, length) == 0 &&
            (part->layer[length] == '\0' ||
             (part->layer[length] == ' ' &&
              strcmp(part->layer + length + 1, sb_operation_name(part->operation)) == 0)))
            return at;
    }
    return last;
}

static void add_word(sb_lists *lists, size_t column, sb_words *words, const char *text)
{
    sb_lists_whole(lists, column, (int64_t)sb_words_place(words, text ? text : ""));
}

static void add_interval(sb_lists *lists, size_t column, sb_interval interval, int decimals)
{
    sb_lists_number(lists, column, interval.value, decimals);
    sb_lists_number(lists, column + 1, interval.low, decimals);
    sb_lists_number(lists, column + 2, interval.high, decimals);
}

static void add_part(sb_lists *lists, sb_words *words, const sb_answer_part *part, size_t layer)
{
    static const sb_interval none = { NAN, NAN, NAN };
    sb_lists_whole(lists, LAYER, (int64_t)layer);
    sb_lists_whole(lists, OPERATION, part->operation);
    add_word(lists, CLASS, words, sb_class_name(part->class_));
    add_word(lists, KERNEL, words, part->kernel);
    add_word(lists, PARAMS, words, part->params);
    add_interval(lists, TIME, part->time, 3);
    add_word(lists, NEXT, words, part->next);
    add_interval(lists, MARGIN, part->next ? part->margin : none, 6);
    sb_lists_whole(lists, TIE, part->tie);
    add_word(lists, TIED, words, part->tied);
    sb_lists_number(lists, BOUND, part->bound_ns, 3);
    add_word(lists, BOUND_BY, words, part->bound);
    sb_lists_number(lists, TWIN, part->pair ? part->twin_ns : NAN, 3);
    add_interval(lists, GAIN, part->pair ? part->gain : none, 6);
    sb_lists_number(lists, WORK, part->multiplications, 0);
    sb_lists_number(lists, TWIN_WORK, part->pair ? part->twin_multiplications : NAN, 0);
}

static void add_plugins(const sb_answer_block *block, sb_text *to)
{
    sb_text_add(to, ",\"plugins\":[");
    for (size_t i = 0; i < block->plugin_count; i++) {
        const sb_answer_plugin *plugin = &block->plugins[i];
        sb_text_add(to, "%s{\"name\":", i ? "," : "");
        sb_json_add_string(to, plugin->shown);
        sb_text_add(to, ",\"parts\":%zu,\"total_ns\":", plugin->parts);
        sb_json_add_number(to, plugin->total_ns, 3, 0);
        sb_text_add(to, "}");
    }
    sb_text_add(to, "]");
}

static void add_block(const sb_answer_block *block, char *const *shown, size_t layer_count,
                      sb_words *words, int digits, sb_text *to)
{
    const sb_answer_counts *c = &block->counts;
    sb_lists parts = { .names = names, .digits = digits };
    size_t layer = 0;
    sb_text_add(to,
                "{\"threads\":%" PRId64 ",\"wall_ns\":%" PRId64 ",\"missing\":%zu,\"count\":%zu,"
                "\"counts\":{\"results\":%zu,\"ok\":%zu,\"unsupported\":%zu,\"skipped\":%zu,"
                "\"failed\":%zu,\"wide\":%zu,\"max_time\":%zu}",
                block->threads, block->wall_ns, block->missing, block->part_count, c->results,
                c->ok, c->unsupported, c->skipped, c->failed, c->wide, c->max_time);
    add_plugins(block, to);
    for (size_t i = 0; i < block->part_count; i++) {
        layer = find_layer(shown, layer_count, &block->parts[i], layer);
        add_part(&parts, words, &block->parts[i], layer);
    }
    sb_text_add(to, ",\"parts\":");
    sb_lists_render(&parts, to);
    sb_text_add(to, "}");
    sb_lists_free(&parts);
}

static void add_warnings(const char *warnings, sb_text *to)
{
    const char *comma = "";
    sb_text_add(to, ",\n\"warnings\":[");
    while (*warnings) {
        size_t length = strcspn(warnings, "\n");
        char *one = strndup(warnings, length);
        sb_text shown = { 0 };
        sb_text_add_visible(&shown, one);
        sb_text_add(to, "%s", comma);
        sb_json_add_string(to, shown.data);
        sb_text_free(&shown);
        free(one);
        comma = ",";
        warnings += length + (warnings[length] == '\n');
    }
    sb_text_add(to, "]");
}

void sb_page_answer(const sb_answer *answer, const sb_words *layers, sb_words *words, int digits,
                    sb_text *to)
{
    char **shown = sb_new(layers->count + 1, sizeof *shown);
    for (size_t i = 0; i < layers->count; i++) {
        sb_text text = { 0 };
        sb_text_add_visible(&text, layers->list[i]);
        shown[i] = text.data;
    }
    sb_text_add(to, ",\n\"blocks\":[");
    for (size_t i = 0; i < answer->block_count; i++) {
        sb_text_add(to, "%s", i ? ",\n" : "");
        add_block(&answer->blocks[i], shown, layers->count, words, digits, to);
    }
    sb_text_add(to, "]");
    add_warnings(answer->warnings, to);
    for (size_t i = 0; i < layers->count; i++)
        free(shown[i]);
    free(shown);
}
