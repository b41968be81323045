/* SPDX-License-Identifier: Apache-2.0 */
#include "report/plan_files.h"

#include "core/file.h"
#include "core/text.h"
#include "core/visible.h"
#include "report/pack.h"
#include "store/number.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

size_t sb_plan_reorders(const sb_sequence *sequence)
{
    size_t count = 0;
    for (size_t i = 0; i < sequence->leg_count; i++)
        count += sequence->legs[i].reorder;
    return count;
}

const sb_sequence *sb_plan_fastest(const sb_sequence_list *list, int64_t threads)
{
    const sb_sequence *fastest = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const sb_sequence *one = &list->items[i];
        if (one->threads == threads &&
            (!fastest || one->in_sequence.value < fastest->in_sequence.value))
            fastest = one;
    }
    return fastest;
}

static const char *step_name(const sb_sequence_leg *leg)
{
    if (!leg->reorder)
        return "run";
    return leg->from == leg->to ? "clear_padding" : "reorder";
}

/* ----------------------------------------------------------------------------------------- CSV */

static void add_interval(sb_text *row, sb_interval interval)
{
    const double values[] = { interval.value, interval.low, interval.high };
    for (int i = 0; i < 3; i++) {
        sb_text_add(row, ",");
        sb_text_add_fixed(row, values[i], 3);
    }
}

static void start_row(sb_text *row, const sb_sequence *s)
{
    sb_text_clear(row);
    sb_text_add(row, "%" PRId64 ",", s->threads);
    sb_text_add_csv(row, s->name);
}

static void add_leg_row(sb_text *row, const sb_sequence *s, size_t number)
{
    const sb_sequence_leg *leg = &s->legs[number];
    start_row(row, s);
    sb_text_add(row, ",%zu,%s,", number + 1, step_name(leg));
    sb_text_add_csv(row, leg->layer);
    sb_text_add(row, ",%s,", sb_operation_name(leg->operation));
    sb_text_add_csv(row, leg->kernel);
    sb_text_add(row, ",");
    sb_text_add_csv(row, leg->params);
    sb_text_add(row, ",%s,%s", sb_layout_name(leg->from), sb_layout_name(leg->to));
    add_interval(row, leg->in_sequence);
    add_interval(row, leg->apart);
    sb_text_add(row, ",,,,ok,\n");
}

static void add_total_row(sb_text *row, const sb_sequence *s)
{
    start_row(row, s);
    sb_text_add(row, ",,total,,,,,,");
    add_interval(row, s->in_sequence);
    add_interval(row, s->apart);
    const double ratio[] = { s->ratio.value, s->ratio.low, s->ratio.high };
    for (int i = 0; i < 3; i++) {
        sb_text_add(row, ",");
        sb_text_add_fixed(row, ratio[i], 6);
    }
    sb_text_add(row, ",ok,\n");
}

/* A row without times. */
static void add_fault_row(sb_text *row, const sb_sequence_fault *fault)
{
    sb_text_clear(row);
    sb_text_add(row, "%" PRId64 ",", fault->threads);
    sb_text_add_csv(row, fault->name);
    sb_text_add(row, ",,fault,");
    sb_text_add_csv(row, fault->layer);
    sb_text_add(row, ",%s,", fault->kernel[0] ? sb_operation_name(fault->operation) : "");
    sb_text_add_csv(row, fault->kernel);
    sb_text_add(row, ",");
    sb_text_add_csv(row, fault->params);
    sb_text_add(row, ",,,,,,,,,,,,%s,", sb_verdict_name(fault->verdict));
    sb_text_add_csv(row, fault->detail);
    sb_text_add(row, "\n");
}

static void write_csv(const sb_sequence_list *list, const sb_caption *caption, FILE *stream)
{
    sb_text row = { 0 };
    (void)caption;
    fputs("threads,sequence,number,step,layer,operation,kernel,params,input_layout,output_layout,"
          "time_ns,ci_low_ns,ci_high_ns,alone_ns,alone_low_ns,alone_high_ns,"
          "over_alone,over_alone_low,over_alone_high,verdict,detail\n",
          stream);
    for (size_t i = 0; i < list->count; i++) {
        const sb_sequence *s = &list->items[i];
        for (size_t leg = 0; leg < s->leg_count; leg++) {
            add_leg_row(&row, s, leg);
            fwrite(row.data, 1, row.length, stream); /* reported on closing */
        }
        add_total_row(&row, s);
        fwrite(row.data, 1, row.length, stream);
    }
    for (size_t i = 0; i < list->fault_count; i++) {
        add_fault_row(&row, &list->faults[i]);
        fwrite(row.data, 1, row.length, stream);
    }
    sb_text_free(&row);
}

/* ---------------------------------------------------------------------------------------- JSON */

static json_t *pack_interval(sb_interval interval)
{
    return json_pack("{s:o, s:o, s:o}", "value", sb_json_number(interval.value), "low",
                     sb_json_number(interval.low), "high", sb_json_number(interval.high));
}

static json_t *pack_leg(const sb_sequence_leg *leg)
{
    json_t *object = json_object();
    json_object_set_new(object, "step", json_string(step_name(leg)));
    json_object_set_new(object, "layer", sb_json_text(leg->layer));
    json_object_set_new(object, "operation", json_string(sb_operation_name(leg->operation)));
    json_object_set_new(object, "kernel", leg->reorder ? json_null() : sb_json_text(leg->kernel));
    json_object_set_new(object, "params", leg->reorder ? json_null() : sb_json_text(leg->params));
    json_object_set_new(object, "input_layout", json_string(sb_layout_name(leg->from)));
    json_object_set_new(object, "output_layout", json_string(sb_layout_name(leg->to)));
    json_object_set_new(object, "time_ns", pack_interval(leg->in_sequence));
    json_object_set_new(object, "alone_ns", pack_interval(leg->apart));
    return object;
}

static json_t *pack_sequence(const sb_sequence_list *list, const sb_sequence *s)
{
    json_t *object = json_object(), *steps = json_array();
    for (size_t i = 0; i < s->leg_count; i++)
        json_array_append_new(steps, pack_leg(&s->legs[i]));
    json_object_set_new(object, "threads", json_integer(s->threads));
    json_object_set_new(object, "sequence", sb_json_text(s->name));
    json_object_set_new(object, "fastest", json_boolean(sb_plan_fastest(list, s->threads) == s));
    json_object_set_new(object, "estimator", json_string(sb_estimator_name(s->estimator)));
    json_object_set_new(object, "time_ns", pack_interval(s->in_sequence));
    json_object_set_new(object, "alone_ns", pack_interval(s->apart));
    json_object_set_new(object, "in_sequence_over_alone", pack_interval(s->ratio));
    json_object_set_new(object, "published_ns", sb_json_number(s->published_ns));
    json_object_set_new(object, "reorders", json_integer((json_int_t)sb_plan_reorders(s)));
    json_object_set_new(object, "steps", steps);
    return object;
}

static json_t *pack_fault(const sb_sequence_fault *fault)
{
    json_t *object = json_object();
    const bool known = fault->kernel[0];
    json_object_set_new(object, "threads", json_integer(fault->threads));
    json_object_set_new(object, "sequence", sb_json_text(fault->name));
    json_object_set_new(object, "verdict", json_string(sb_verdict_name(fault->verdict)));
    json_object_set_new(object, "layer", known ? sb_json_text(fault->layer) : json_null());
    json_object_set_new(object, "operation",
                        known ? json_string(sb_operation_name(fault->operation)) : json_null());
    json_object_set_new(object, "kernel", known ? sb_json_text(fault->kernel) : json_null());
    json_object_set_new(object, "params", known ? sb_json_text(fault->params) : json_null());
    json_object_set_new(object, "detail", sb_json_text(fault->detail));
    return object;
}

static void write_json(const sb_sequence_list *list, const sb_caption *caption, FILE *stream)
{
    json_t *root = json_object(), *sequences = json_array(), *faults = json_array();
    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(sequences, pack_sequence(list, &list->items[i]));
    json_object_set_new(root, "name", sb_json_text(caption->name));
    json_object_set_new(root, "machine", sb_json_text(caption->machine));
    json_object_set_new(root, "input_layout", json_string(sb_layout_name(SB_NHWC)));
    json_object_set_new(root, "output_layout", json_string(sb_layout_name(SB_NHWC)));
    for (size_t i = 0; i < list->fault_count; i++)
        json_array_append_new(faults, pack_fault(&list->faults[i]));
    json_object_set_new(root, "sequences", sequences);
    json_object_set_new(root, "faults", faults);
    json_dumpf(root, stream, JSON_INDENT(1) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12));
    fputc('\n', stream);
    json_decref(root);
}

/* --------------------------------------------------------------------------------------- files */

static const struct {
    const char *name;
    void (*write)(const sb_sequence_list *list, const sb_caption *caption, FILE *stream);
} files[] = { { "network.csv", write_csv }, { "network.json", write_json } };

int sb_plan_write(const sb_sequence_list *list, const sb_caption *caption, const char *dir,
                  sb_error *error)
{
    const bool any = list->count || list->fault_count;
    int rc = SB_OK;
    for (size_t i = 0; i < sizeof files / sizeof *files && rc == SB_OK && any; i++) {
        sb_file file;
        char *path = sb_path_join(dir, files[i].name);
        rc = sb_file_create(&file, path, error);
        if (rc == SB_OK) {
            files[i].write(list, caption, file.stream);
            rc = sb_file_commit(&file, error);
        }
        free(path);
    }
    return rc;
}
