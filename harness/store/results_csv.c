/* SPDX-License-Identifier: Apache-2.0 */
#include "store/results_csv.h"

#include "conv/cost.h"
#include "core/file.h"
#include "store/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Which candidate it is. */
#define IDENTITY                                                                                 \
    "layer,operation,n,c,h,w,k,r,s,stride_h,stride_w,pad_top,pad_bottom,pad_left,pad_right,"     \
    "dilation_h,dilation_w,groups,multiplier,plugin,kernel,technique,peer,params,threads,cache," \
    "status"

/* The three files of a run, in the order of `files`. */
enum { RESULTS, SPEEDUPS, SAMPLES, FILES };

static const struct {
    const char *name, *header;
} files[FILES] = {
    [RESULTS] = { "results.csv", IDENTITY
                  ",detail,samples,estimator,time_ns,ci_low_ns,"
                  "ci_high_ns,min_ns,median_ns,mean_ns,stddev_ns,multiplications,gflops,"
                  "roofline_gflops,prepare_ns,reorder_ns,max_error,error_bound,stop_reason" },
    [SPEEDUPS] = { "speedups.csv",
                   "layer,threads,technique,standard_kernel,separable_kernel,standard_ns,"
                   "separable_ns,measured,ci_low,ci_high,theoretical,roofline,efficiency,"
                   "standard_multiplications,separable_multiplications,standard_parameters,"
                   "separable_parameters" },
    [SAMPLES] = { "samples.csv",
                  "layer,operation,kernel,params,threads,round,position,iterations,ns" },
};

typedef struct writer {
    sb_file file[FILES];
    sb_text row; /* the row being made */
} writer;

/* A field is added with the comma after it; end_row() turns the last one into the line's end. */
static void add_text(sb_text *row, const char *text)
{
    sb_text_add_csv(row, text ? text : "");
    sb_text_add_bytes(row, ",", 1);
}

static void add_whole(sb_text *row, int64_t value)
{
    sb_text_add(row, "%lld,", (long long)value);
}

static void add_time(sb_text *row, double ns)
{
    sb_text_add_fixed(row, ns, 3);
    sb_text_add_bytes(row, ",", 1);
}

static void add_ratio(sb_text *row, double value)
{
    sb_text_add_fixed(row, value, 6);
    sb_text_add_bytes(row, ",", 1);
}

static void add_error(sb_text *row, double value)
{
    sb_text_add_scientific(row, value);
    sb_text_add_bytes(row, ",", 1);
}

static void write_row(sb_text *row, const char *line_end, FILE *stream)
{
    row->length--;
    sb_text_add(row, "%s", line_end);
    fwrite(row->data, 1, row->length, stream); /* failure shows when the file is closed */
    sb_text_clear(row);
}

static void end_row(writer *to, int file)
{
    write_row(&to->row, "\r\n", to->file[file].stream);
}

/* What results.csv calls the kernel: its id within the plugin, or the name that the configuration
 * gave it, so that two choices of one kernel stay apart. */
static const char *own_name(const sb_result *result)
{
    size_t length = strlen(result->plugin);
    const char *label = result->label;
    bool plain = strncmp(label, result->plugin, length) == 0 && label[length] == '/';
    return plain ? label + length + 1 : label;
}

static void add_shape(sb_text *row, const sb_problem *p)
{
    const int64_t numbers[] = { p->n,         p->c,          p->h,          p->w,
                                p->k,         p->r,          p->s,          p->stride_h,
                                p->stride_w,  p->pad_top,    p->pad_bottom, p->pad_left,
                                p->pad_right, p->dilation_h, p->dilation_w, p->groups,
                                p->multiplier };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        add_whole(row, numbers[i]);
}

/* A candidate that was never timed has no numbers, whatever its members hold. */
static void add_times(sb_text *row, const sb_result *result, const sb_cost *cost)
{
    const sb_summary *s = &result->summary;
    bool timed = s->count > 0;
    const double times[] = { result->time.value, result->time.low, result->time.high, s->min,
                             s->median.value,    s->mean,          s->stddev };
    add_whole(row, (int64_t)s->count);
    add_text(row, timed ? sb_estimator_name(result->estimator) : "");
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        add_time(row, timed ? times[i] : NAN);
    add_whole(row, cost->total);
    add_ratio(row, timed ? 2.0 * (double)cost->total / result->time.value : NAN);
}

static void add_identity(sb_text *row, const sb_group *group, const sb_result *result,
                         const sb_problem *problem)
{
    add_text(row, group->layer->name);
    add_text(row, sb_operation_name(result->operation));
    add_shape(row, problem);
    add_text(row, result->plugin);
    add_text(row, own_name(result));
    add_text(row, result->technique);
    add_whole(row, result->peer);
    add_text(row, result->params);
    add_whole(row, group->threads);
    add_text(row, sb_cache_mode_name(group->cache));
    add_text(row, sb_verdict_name(result->verdict));
}

static void write_result(writer *to, const sb_group *group, const sb_result *result)
{
    sb_problem problem = sb_layer_problem(group->layer, result->operation, group->threads);
    sb_cost cost = sb_cost_of(&problem);
    sb_text *row = &to->row;
    add_identity(row, group, result, &problem);
    add_text(row, result->detail);
    add_times(row, result, &cost);
    add_ratio(row, result->roofline_gflops);
    add_time(row, result->prepare_ns);
    add_time(row, result->reorder_ns);
    add_error(row, result->max_error);
    add_error(row, result->error_bound);
    add_text(row, result->stop_reason);
    end_row(to, RESULTS);
}

static void write_samples(writer *to, const sb_group *group, const sb_result *result)
{
    sb_text *row = &to->row;
    for (size_t i = 0; i < result->series.count; i++) {
        const sb_sample *sample = &result->series.samples[i];
        add_text(row, group->layer->name);
        add_text(row, sb_operation_name(result->operation));
        add_text(row, result->label);
        add_text(row, result->params);
        add_whole(row, group->threads);
        add_whole(row, sample->round);
        add_whole(row, sample->position);
        add_whole(row, sample->iterations);
        add_time(row, sample->ns);
        end_row(to, SAMPLES);
    }
}

static void write_speedup(writer *to, const sb_group *group, const sb_speedup *speedup)
{
    sb_problem standard = sb_layer_problem(group->layer, SB_STANDARD, group->threads);
    sb_problem separable = sb_layer_problem(group->layer, SB_SEPARABLE, group->threads);
    sb_cost costs[] = { sb_cost_of(&standard), sb_cost_of(&separable) };
    sb_text *row = &to->row;
    add_text(row, group->layer->name);
    add_whole(row, group->threads);
    add_text(row, speedup->technique);
    add_text(row, speedup->standard_kernel);
    add_text(row, speedup->separable_kernel);
    add_time(row, speedup->standard_ns);
    add_time(row, speedup->separable_ns);
    add_ratio(row, speedup->measured.value);
    add_ratio(row, speedup->measured.low);
    add_ratio(row, speedup->measured.high);
    add_ratio(row, speedup->theoretical);
    add_ratio(row, speedup->roofline);
    add_ratio(row, speedup->measured.value / speedup->theoretical);
    add_whole(row, costs[0].total);
    add_whole(row, costs[1].total);
    add_whole(row, costs[0].parameters);
    add_whole(row, costs[1].parameters);
    end_row(to, SPEEDUPS);
}

static int write_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    writer *to = context;
    for (size_t i = 0; i < group->result_count; i++) {
        write_result(to, group, &group->results[i]);
        write_samples(to, group, &group->results[i]);
    }
    for (size_t i = 0; i < group->speedup_count; i++)
        write_speedup(to, group, &group->speedups[i]);
    return SB_OK;
}

int sb_results_write_csv(sb_rundb *db, const char *dir, sb_error *error)
{
    writer to = { 0 };
    int status = SB_OK;
    for (int i = 0; i < FILES && status == SB_OK; i++) {
        char *path = sb_path_join(dir, files[i].name);
        status = sb_file_create(&to.file[i], path, error);
        free(path);
        if (status == SB_OK)
            fprintf(to.file[i].stream, "%s\r\n", files[i].header);
    }
    if (status == SB_OK)
        status = sb_rundb_visit(db, true, write_group, &to, error);
    for (int i = 0; i < FILES; i++) {
        if (status == SB_OK)
            status = sb_file_commit(&to.file[i], error);
        else
            sb_file_abandon(&to.file[i]);
    }
    sb_text_free(&to.row);
    return status;
}

/* ------------------------------------------------------------------------ one table of samples */

typedef struct tidy {
    FILE *stream;
    sb_text row;
} tidy;

static void write_tidy_row(tidy *to, const sb_group *group, const sb_result *result,
                           const sb_sample *sample)
{
    sb_problem problem = sb_layer_problem(group->layer, result->operation, group->threads);
    add_identity(&to->row, group, result, &problem);
    add_whole(&to->row, sb_cost_of(&problem).total);
    if (sample) {
        add_whole(&to->row, sample->round / SB_PROCESS_ROUNDS);
        add_whole(&to->row, sample->round % SB_PROCESS_ROUNDS);
        add_whole(&to->row, sample->position);
        add_whole(&to->row, sample->iterations);
        add_time(&to->row, sample->ns);
    } else {
        sb_text_add(&to->row, ",,,,,");
    }
    write_row(&to->row, "\n", to->stream);
}

/* A candidate without samples has one row, so that it is not forgotten. */
static int write_tidy_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        if (result->series.count == 0)
            write_tidy_row(context, group, result, NULL);
        for (size_t j = 0; j < result->series.count; j++)
            write_tidy_row(context, group, result, &result->series.samples[j]);
    }
    return SB_OK;
}

int sb_results_write_tidy(sb_rundb *db, FILE *stream, sb_error *error)
{
    tidy to = { .stream = stream };
    fputs(IDENTITY ",multiplications,process,round,position,iterations,ns\n", stream);
    int rc = sb_rundb_visit(db, true, write_tidy_group, &to, error);
    sb_text_free(&to.row);
    return rc;
}
