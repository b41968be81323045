/* SPDX-License-Identifier: Apache-2.0 */
#include "store/exports.h"

#include "core/text.h"
#include "store/provenance.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Entries are separated by commas. */
typedef struct list {
    FILE *stream;
    size_t count;
    json_int_t family;
} list;

/* A name may come from a file in another encoding: bytes that are not UTF-8 are replaced. */
static json_t *text_json(const char *text)
{
    json_t *string = json_string(text ? text : "");
    if (string)
        return string;
    char *copy = sb_copy_text(text);
    for (char *c = copy; *c; c++)
        if ((unsigned char)*c > 0x7e)
            *c = '?';
    string = json_string(copy);
    free(copy);
    return string;
}

static json_t *name_json(const char *run_name, const char *suffix)
{
    sb_text name = { 0 };
    sb_text_add(&name, "%s%s%s", run_name, *suffix ? "_" : "", suffix);
    json_t *json = text_json(name.data);
    sb_text_free(&name);
    return json;
}

/* Unknown numbers are left out. */
static void set_real(json_t *object, const char *key, double value)
{
    json_t *real = json_real(value); /* NULL for a number that is not finite */
    if (real)
        json_object_set_new(object, key, real);
}

static void put_entry(list *to, json_t *entry)
{
    fputs(to->count++ ? ",\n    " : "\n    ", to->stream);
    json_dumpf(entry, to->stream, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12));
    json_decref(entry);
}

/* The members that are common to all entries of a candidate. */
static json_t *start_entry(const list *to, const sb_group *group, const sb_result *result,
                           const char *run_name, const char *suffix)
{
    return json_pack("{s:o, s:I, s:i, s:o, s:s, s:I, s:I, s:o}", "name",
                     name_json(run_name, suffix), "family_index", to->family,
                     "per_family_instance_index", 0, "run_name", name_json(run_name, ""),
                     "run_type", *suffix ? "aggregate" : "iteration", "repetitions",
                     (json_int_t)(result->series.count ? result->series.count : 1), "threads",
                     (json_int_t)group->threads, "label", text_json(result->params));
}

static void set_times(json_t *entry, int64_t iterations, double ns)
{
    json_object_set_new(entry, "iterations", json_integer(iterations));
    set_real(entry, "real_time", ns);
    set_real(entry, "cpu_time", ns);
    json_object_set_new(entry, "time_unit", json_string("ns"));
}

static void put_samples(list *to, const sb_group *group, const sb_result *result, const char *name)
{
    for (size_t i = 0; i < result->series.count; i++) {
        const sb_sample *sample = &result->series.samples[i];
        json_t *entry = start_entry(to, group, result, name, "");
        json_object_set_new(entry, "repetition_index", json_integer((json_int_t)i));
        set_times(entry, sample->iterations, sample->ns);
        put_entry(to, entry);
    }
}

static void put_aggregates(list *to, const sb_group *group, const sb_result *result,
                           const char *name)
{
    const sb_summary *s = &result->summary;
    const struct {
        const char *name;
        double ns;
    } aggregates[] = {
        { "mean", s->mean },
        { "median", s->median.value },
        { "stddev", s->stddev },
        { sb_estimator_name(result->estimator), result->time.value },
    };
    const size_t last = sizeof aggregates / sizeof *aggregates - 1;
    const size_t count = result->estimator == SB_ESTIMATE_MEDIAN ? last : last + 1;
    for (size_t i = 0; i < count; i++) {
        json_t *entry = start_entry(to, group, result, name, aggregates[i].name);
        json_object_set_new(entry, "aggregate_name", json_string(aggregates[i].name));
        json_object_set_new(entry, "aggregate_unit", json_string("time"));
        set_times(entry, (int64_t)s->count, aggregates[i].ns);
        if (i == last) {
            set_real(entry, "ci_low", result->time.low);
            set_real(entry, "ci_high", result->time.high);
        }
        put_entry(to, entry);
    }
}

static void put_failure(list *to, const sb_group *group, const sb_result *result, const char *name)
{
    sb_text why = { 0 };
    sb_text_add(&why, "%s: %s", sb_verdict_name(result->verdict), result->detail);
    json_t *entry = start_entry(to, group, result, name, "");
    json_object_set_new(entry, "error_occurred", json_true());
    json_object_set_new(entry, "error_message", text_json(why.data));
    put_entry(to, entry);
    sb_text_free(&why);
}

/* "layer/operation/plugin/kernel/threads:2" */
static char *run_name_of(const sb_group *group, const sb_result *result)
{
    sb_text name = { 0 };
    sb_text_add(&name, "%s/%s/%s/threads:%" PRId64, group->layer->name,
                sb_operation_name(result->operation), result->label, group->threads);
    return name.data;
}

static int put_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    list *to = context;
    for (size_t i = 0; i < group->result_count; i++, to->family++) {
        const sb_result *result = &group->results[i];
        char *name = run_name_of(group, result);
        if (result->verdict == SB_VERDICT_OK && result->summary.count > 0) {
            put_samples(to, group, result, name);
            put_aggregates(to, group, result, name);
        } else {
            put_failure(to, group, result, name);
        }
        free(name);
    }
    return SB_OK;
}

static json_int_t integer_at(const json_t *root, const char *section, const char *key)
{
    return json_integer_value(json_object_get(json_object_get(root, section), key));
}

/* The context that Google Benchmark writes about the machine, as far as run.json has it. */
static json_t *context_json(const char *provenance)
{
    json_t *root = json_loads(provenance, 0, NULL);
    sb_caption caption = sb_provenance_caption(provenance);
    json_t *context =
        json_pack("{s:o, s:s, s:s, s:I, s:I, s:b, s:[], s:[], s:s}", "date",
                  text_json(caption.started), "host_name", "", "executable", "sepbench", "num_cpus",
                  integer_at(root, "machine", "hardware_threads"), "mhz_per_cpu", (json_int_t)0,
                  "cpu_scaling_enabled", 0, "caches", "load_avg", "library_build_type", "release");
    json_object_set_new(context, "sepbench_run", text_json(caption.name));
    json_object_set_new(context, "processor", text_json(caption.machine));
    sb_caption_free(&caption);
    json_decref(root);
    return context;
}

int sb_export_benchmark(sb_rundb *db, FILE *stream, sb_error *error)
{
    char *provenance = sb_rundb_provenance(db, error);
    if (!provenance)
        return SB_FAILED;
    json_t *context = context_json(provenance);
    fputs("{\n  \"context\": ", stream);
    json_dumpf(context, stream, JSON_COMPACT | JSON_PRESERVE_ORDER);
    fputs(",\n  \"benchmarks\": [", stream);
    list to = { .stream = stream };
    int rc = sb_rundb_visit(db, true, put_group, &to, error);
    fputs("\n  ]\n}\n", stream);
    json_decref(context);
    free(provenance);
    return rc;
}
