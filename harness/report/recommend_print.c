/* SPDX-License-Identifier: Apache-2.0 */
/* Recommendations as text, CSV and JSON. */
#include "core/table.h"
#include "core/text.h"
#include "report/columns80.h"
#include "report/pack.h"
#include "report/recommend.h"
#include "store/number.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>

/* The network's time with the best kernel of each layer and these threads. */
static double total_ns(const sb_recommendations *r, int64_t threads)
{
    double sum = 0;
    for (size_t i = 0; i < r->count; i++)
        if (r->list[i].threads == threads)
            sum += (double)r->list[i].repeat * r->list[i].kernels[0].counted_ns;
    return sum;
}

/* The labels of those that may be as fast as the best, which comes first. */
static void add_ties(sb_text *to, const sb_recommendation *one, const char *between)
{
    for (size_t k = 1; k < one->count; k++)
        if (one->kernels[k].tie)
            sb_text_add(to, "%s%s", to->length ? between : "", one->kernels[k].kernel);
}

/* ---------------------------------------------------------------------------------------- text */

static void text_row(sb_table *table, const sb_recommendation *one)
{
    const sb_recommended *best = &one->kernels[0];
    sb_text ties = { 0 }, time = { 0 };
    add_ties(&ties, one, " ");
    sb_columns_add_number(&time, best->counted_ns / 1e3);
    if (!sb_determined(one->time.low, one->time.high))
        sb_text_add(&time, "?");
    sb_table_cell(table, "%s", one->layer);
    sb_table_cell(table, "%s", sb_operation_name(one->operation));
    sb_table_cell(table, "%" PRId64, one->repeat);
    sb_table_cell(table, "%s", best->kernel);
    sb_table_cell(table, "%s", best->params);
    sb_table_cell(table, "%s", time.data);
    sb_table_cell(table, "%s", ties.data ? ties.data : "");
    sb_text_free(&ties);
    sb_text_free(&time);
}

static void print_threads(const sb_recommendations *r, int64_t threads, FILE *stream)
{
    sb_table table;
    sb_text total = { 0 };
    sb_table_start(&table, (const char *const[]) { "layer", "operation", ">repeat", "kernel",
                                                   "parameters", ">us/call", "as fast", NULL });
    for (size_t i = 0; i < r->count; i++)
        if (r->list[i].threads == threads)
            text_row(&table, &r->list[i]);
    sb_columns_add_number(&total, total_ns(r, threads) / 1e6);
    fprintf(stream, "%" PRId64 " thread%s, by %s: %s ms\n", threads, sb_plural(threads),
            sb_counting_name(r->counting), total.data);
    sb_table_print(&table, stream);
    sb_table_free(&table);
    sb_text_free(&total);
}

static void add_ratio(sb_table *table, const sb_recommended *kernel, size_t rank)
{
    const sb_interval ratio = kernel->ratio;
    if (rank == 1)
        sb_table_cell(table, "%s", "");
    else if (!sb_determined(ratio.low, ratio.high))
        sb_table_cell(table, "?");
    else
        sb_table_cell(table, "%.2f [%.2f, %.2f]%s", ratio.value, ratio.low, ratio.high,
                      kernel->tie ? " tie" : "");
}

static void rank_row(sb_table *table, const sb_recommendation *one, size_t rank)
{
    const sb_recommended *kernel = &one->kernels[rank - 1];
    sb_text time = { 0 };
    sb_columns_add_number(&time, kernel->counted_ns / 1e3);
    sb_table_cell(table, "%s", rank == 1 ? one->layer : "");
    sb_table_cell(table, "%s", rank == 1 ? sb_operation_name(one->operation) : "");
    sb_table_cell(table, "%zu", rank);
    sb_table_cell(table, "%s", kernel->kernel);
    sb_table_cell(table, "%s", time.data);
    add_ratio(table, kernel, rank);
    sb_text_free(&time);
}

static void print_ranks(const sb_recommendations *r, int64_t threads, FILE *stream)
{
    sb_table table;
    sb_table_start(&table, (const char *const[]) { "layer", "operation", ">rank", "kernel",
                                                   ">us/call", ">relative", NULL });
    for (size_t i = 0; i < r->count; i++)
        for (size_t k = 1; r->list[i].threads == threads && k <= r->list[i].count; k++)
            rank_row(&table, &r->list[i], k);
    fprintf(stream, "\nKernels by time, %" PRId64 " thread%s:\n", threads, sb_plural(threads));
    sb_table_print(&table, stream);
    sb_table_free(&table);
}

static bool is_first_of_threads(const sb_recommendations *r, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (r->list[i].threads == r->list[at].threads)
            return false;
    return true;
}

void sb_recommend_print_text(const sb_recommendations *r, FILE *stream)
{
    if (!r->count)
        fputs("No layer has a time.\n", stream);
    for (size_t i = 0; i < r->count; i++) {
        if (!is_first_of_threads(r, i))
            continue;
        fputs(i ? "\n" : "", stream);
        print_threads(r, r->list[i].threads, stream);
    }
}

void sb_recommend_print_ranks(const sb_recommendations *r, FILE *stream)
{
    for (size_t i = 0; i < r->count; i++)
        if (is_first_of_threads(r, i))
            print_ranks(r, r->list[i].threads, stream);
}

/* ----------------------------------------------------------------------------------------- CSV */

static void add_field(sb_text *row, const char *text)
{
    if (row->length)
        sb_text_add(row, ",");
    sb_text_add_csv(row, text);
}

static void add_whole(sb_text *row, int64_t value)
{
    sb_text_add(row, ",%" PRId64, value);
}

static void add_number(sb_text *row, double value, int decimals)
{
    sb_text_add(row, ",");
    sb_text_add_fixed(row, value, decimals);
}

static void csv_row(sb_text *row, const sb_recommendation *one)
{
    const sb_recommended none = { .kernel = (char[]) { "" },
                                  .params = (char[]) { "" },
                                  .ratio = { NAN, NAN, NAN } };
    const sb_recommended *best = &one->kernels[0], *next = one->count > 1 ? best + 1 : &none;
    sb_text ties = { 0 };
    add_ties(&ties, one, ";");
    sb_text_add_csv(row, one->layer);
    add_field(row, sb_operation_name(one->operation));
    add_whole(row, one->threads);
    add_whole(row, one->repeat);
    add_field(row, best->kernel);
    add_field(row, best->params);
    add_number(row, one->time.value, 3);
    add_number(row, one->time.low, 3);
    add_number(row, one->time.high, 3);
    add_number(row, best->counted_ns, 3);
    add_field(row, ties.data ? ties.data : "");
    add_field(row, next->kernel);
    add_field(row, next->params);
    add_number(row, next->ratio.value, 6);
    add_number(row, next->ratio.low, 6);
    add_number(row, next->ratio.high, 6);
    sb_text_add(row, "\n");
    sb_text_free(&ties);
}

void sb_recommend_print_csv(const sb_recommendations *r, FILE *stream)
{
    sb_text row = { 0 };
    fputs("layer,operation,threads,repeat,kernel,params,time_ns,ci_low_ns,ci_high_ns,counted_ns,"
          "ties,next,next_params,margin,margin_low,margin_high\n",
          stream);
    for (size_t i = 0; i < r->count; i++) {
        sb_text_clear(&row);
        csv_row(&row, &r->list[i]);
        fwrite(row.data, 1, row.length, stream); /* an error is reported when the file is closed */
    }
    sb_text_free(&row);
}

/* ---------------------------------------------------------------------------------------- JSON */

static json_t *pack_kernel(const sb_recommended *kernel)
{
    json_t *object = json_object();
    json_object_set_new(object, "kernel", json_string(kernel->kernel));
    json_object_set_new(object, "params", json_string(kernel->params));
    json_object_set_new(object, "counted_ns", sb_json_number(kernel->counted_ns));
    json_object_set_new(object, "over_best", sb_json_number(kernel->ratio.value));
    json_object_set_new(object, "over_best_low", sb_json_number(kernel->ratio.low));
    json_object_set_new(object, "over_best_high", sb_json_number(kernel->ratio.high));
    json_object_set_new(object, "tie", json_boolean(kernel->tie));
    return object;
}

static json_t *pack_one(const sb_recommendation *one)
{
    json_t *object = json_object(), *kernels = json_array();
    for (size_t k = 0; k < one->count; k++)
        json_array_append_new(kernels, pack_kernel(&one->kernels[k]));
    json_object_set_new(object, "layer", json_string(one->layer));
    json_object_set_new(object, "operation", json_string(sb_operation_name(one->operation)));
    json_object_set_new(object, "threads", json_integer(one->threads));
    json_object_set_new(object, "repeat", json_integer(one->repeat));
    json_object_set_new(object, "time_ns", sb_json_number(one->time.value));
    json_object_set_new(object, "ci_low_ns", sb_json_number(one->time.low));
    json_object_set_new(object, "ci_high_ns", sb_json_number(one->time.high));
    json_object_set_new(object, "kernels", kernels);
    return object;
}

void sb_recommend_print_json(const sb_recommendations *r, FILE *stream)
{
    json_t *root = json_object(), *list = json_array();
    for (size_t i = 0; i < r->count; i++)
        json_array_append_new(list, pack_one(&r->list[i]));
    json_object_set_new(root, "objective", json_string(sb_counting_name(r->counting)));
    json_object_set_new(root, "layers", list);
    json_dumpf(root, stream, JSON_INDENT(1) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12));
    fputc('\n', stream);
    json_decref(root);
}
