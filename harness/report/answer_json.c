/* SPDX-License-Identifier: Apache-2.0 */
/* The answer as JSON: all parts, in the order of the run. */
#include "core/text.h"
#include "core/visible.h"
#include "report/answer_files.h"
#include "report/answer_totals.h"
#include "report/pack.h"
#include "report/plan_files.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

static json_t *pack_interval(sb_interval interval)
{
    json_t *object = json_object();
    json_object_set_new(object, "value", sb_json_number(interval.value));
    json_object_set_new(object, "low", sb_json_number(interval.low));
    json_object_set_new(object, "high", sb_json_number(interval.high));
    json_object_set_new(object, "determined", json_boolean(!sb_answer_is_wide(interval)));
    return object;
}

static json_t *pack_labels(const char *labels)
{
    json_t *list = json_array();
    for (size_t length; *labels; labels += length + (labels[length] == '\n')) {
        length = strcspn(labels, "\n");
        json_array_append_new(list, json_stringn(labels, length));
    }
    return list;
}

static json_t *pack_next(const sb_answer_part *part)
{
    if (!part->next)
        return json_null();
    json_t *object = json_object();
    json_object_set_new(object, "kernel", sb_json_text(part->next));
    json_object_set_new(object, "margin", pack_interval(part->margin));
    json_object_set_new(object, "tie", json_boolean(part->tie));
    return object;
}

static json_t *pack_twin(const sb_answer_part *part)
{
    if (!part->pair)
        return json_null();
    json_t *object = json_object();
    json_object_set_new(object, "time_ns", sb_json_number(part->twin_ns));
    json_object_set_new(object, "multiplications", sb_json_number(part->twin_multiplications));
    json_object_set_new(object, "speedup", pack_interval(part->gain));
    return object;
}

static json_t *pack_part(const sb_answer_part *part)
{
    json_t *object = json_object();
    json_object_set_new(object, "layer", sb_json_text(part->layer));
    json_object_set_new(object, "operation", json_string(sb_operation_name(part->operation)));
    json_object_set_new(object, "class", json_string(sb_class_name(part->class_)));
    json_object_set_new(object, "repeat", json_integer(part->repeat));
    json_object_set_new(object, "kernel", sb_json_text(part->kernel));
    json_object_set_new(object, "params", sb_json_text(part->params));
    json_object_set_new(object, "time_ns", pack_interval(part->time));
    json_object_set_new(object, "ties", pack_labels(part->tied));
    json_object_set_new(object, "next", pack_next(part));
    json_object_set_new(object, "bound_ns", sb_json_number(part->bound_ns));
    json_object_set_new(object, "bound_by", json_string(sb_answer_bound_of(part)));
    json_object_set_new(object, "multiplications", sb_json_number(part->multiplications));
    json_object_set_new(object, "standard_twin", pack_twin(part));
    return object;
}

static json_t *pack_plugins(const sb_answer_block *block)
{
    json_t *list = json_array();
    for (size_t i = 0; i < block->plugin_count; i++) {
        const sb_answer_plugin *plugin = &block->plugins[i];
        json_t *object = json_object();
        json_object_set_new(object, "plugin", sb_json_text(plugin->name));
        json_object_set_new(object, "layers", json_integer((json_int_t)plugin->parts));
        json_object_set_new(object, "total_ns", sb_json_number(plugin->total_ns));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *pack_shares(const sb_answer_block *block, sb_answer_trait *trait)
{
    sb_answer_share shares[SB_ANSWER_SHARES];
    const size_t count = sb_answer_shares(block, trait, shares);
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++)
        json_object_set_new(object, shares[i].name, sb_json_number(shares[i].part));
    return object;
}

static json_t *pack_gain(const sb_answer_block *block)
{
    sb_answer_gain gain;
    if (!sb_answer_find_gain(block, &gain))
        return json_null();
    json_t *object = json_object();
    json_object_set_new(object, "layers", json_integer((json_int_t)gain.pairs));
    json_object_set_new(object, "less_arithmetic", sb_json_number(gain.work));
    json_object_set_new(object, "less_time", pack_interval(gain.time));
    return object;
}

static json_t *pack_counts(const sb_answer_counts *c)
{
    const struct {
        const char *key;
        size_t count;
    } counts[] = {
        { "results", c->results },
        { "ok", c->ok },
        { "failed", c->failed },
        { "do_not_apply", c->unsupported },
        { "skipped", c->skipped },
        { "not_determined", c->wide },
        { "stopped_at_max_time", c->max_time },
    };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        json_object_set_new(object, counts[i].key, json_integer((json_int_t)counts[i].count));
    return object;
}

/* Those with the block's number of threads. */
static json_t *pack_sequences(const sb_sequence_list *sequences, int64_t threads)
{
    json_t *list = json_array();
    for (size_t i = 0; i < sequences->count; i++) {
        const sb_sequence *s = &sequences->items[i];
        if (s->threads != threads)
            continue;
        json_t *object = json_object();
        json_object_set_new(object, "sequence", sb_json_text(s->name));
        json_object_set_new(object, "time_ns", pack_interval(s->in_sequence));
        json_object_set_new(object, "alone_ns", pack_interval(s->apart));
        json_object_set_new(object, "in_sequence_over_alone", pack_interval(s->ratio));
        json_object_set_new(object, "reorders", json_integer((json_int_t)sb_plan_reorders(s)));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *pack_block(const sb_answer_block *block, const sb_sequence_list *sequences)
{
    json_t *object = json_object(), *parts = json_array();
    size_t pairs;
    const double twins = sb_answer_twins_ns(block, &pairs);
    for (size_t i = 0; i < block->part_count; i++)
        json_array_append_new(parts, pack_part(&block->parts[i]));
    json_object_set_new(object, "threads", json_integer(block->threads));
    json_object_set_new(object, "measured_in_s", sb_json_number((double)block->wall_ns / 1e9));
    json_object_set_new(object, "total_ns", pack_interval(sb_answer_total(block)));
    json_object_set_new(object, "standard_twins_ns", pairs ? sb_json_number(twins) : json_null());
    json_object_set_new(object, "separable_not_standard", pack_gain(block));
    json_object_set_new(object, "plugins", pack_plugins(block));
    json_object_set_new(object, "classes", pack_shares(block, sb_answer_class_of));
    json_object_set_new(object, "bounds", pack_shares(block, sb_answer_bound_of));
    json_object_set_new(object, "in_sequence", pack_sequences(sequences, block->threads));
    json_object_set_new(object, "counts", pack_counts(&block->counts));
    json_object_set_new(object, "layers_without_a_time", json_integer((json_int_t)block->missing));
    json_object_set_new(object, "layers", parts);
    return object;
}

void sb_answer_write_json(const sb_answer *answer, FILE *stream)
{
    json_t *root = json_object(), *blocks = json_array();
    for (size_t i = 0; i < answer->block_count; i++)
        json_array_append_new(blocks, pack_block(&answer->blocks[i], &answer->sequences));
    json_object_set_new(root, "name", sb_json_text(answer->caption.name));
    json_object_set_new(root, "machine", sb_json_text(answer->caption.machine));
    json_object_set_new(root, "started", sb_json_text(answer->caption.started));
    json_object_set_new(root, "thread_counts", blocks);
    json_object_set_new(root, "warnings", pack_labels(answer->warnings));
    json_dumpf(root, stream, JSON_INDENT(1) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12));
    fputc('\n', stream);
    json_decref(root);
}
