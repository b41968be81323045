/* SPDX-License-Identifier: Apache-2.0 */
#include "store/results_csv.h"

#include "conv/class.h"
#include "conv/cost.h"
#include "core/file.h"
#include "store/columns.h"
#include "store/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    unsigned where; /* its columns */
} files[] = {
    { "results.csv", SB_IN_RESULTS }, { "speedups.csv", SB_IN_SPEEDUPS },
    { "samples.csv", SB_IN_SAMPLES }, { "steps.csv", SB_IN_STEPS },
    { "scaling.csv", SB_IN_SCALING },
};

/* The same for a run and for every file made from it. */
#define CONFIDENCE 0.95
#define SEED       1

enum { RESULTS, SPEEDUPS, SAMPLES, STEPS, SCALING, FILES = sizeof files / sizeof *files };

typedef struct writer {
    sb_file file[FILES];
    sb_text row;                 /* the row being written */
    const void *parts[SB_PARTS]; /* its contents */
    sb_derived derived;
    bool timed;
    sb_kept_groups layer; /* number of groups of the last one */
} writer;

/* --------------------------------------------------------------------------------------- rows */

static void add_member(sb_text *row, const sb_column *c, const void *member)
{
    int value;
    switch (c->kind) {
    case SB_COLUMN_TEXT:
        sb_text_add_csv(row, *(char *const *)member ? *(char *const *)member : "");
        break;
    case SB_COLUMN_TIME:
        sb_text_add_fixed(row, *(const double *)member, 3);
        break;
    case SB_COLUMN_RATIO:
        sb_text_add_fixed(row, *(const double *)member, 6);
        break;
    case SB_COLUMN_ERROR:
        sb_text_add_scientific(row, *(const double *)member);
        break;
    case SB_COLUMN_WHOLE:
    case SB_COLUMN_MAYBE:
    case SB_COLUMN_MOMENT:
        sb_text_add_whole(row, *(const int64_t *)member);
        break;
    case SB_COLUMN_COUNT:
        sb_text_add_whole(row, *(const uint32_t *)member);
        break;
    case SB_COLUMN_SIZE:
        sb_text_add_whole(row, (int64_t) * (const size_t *)member);
        break;
    case SB_COLUMN_FLAG:
        sb_text_add_whole(row, *(const bool *)member);
        break;
    case SB_COLUMN_NAMED:
        memcpy(&value, member, sizeof value);
        sb_text_add_csv(row, c->names->name(value));
        break;
    }
}

/* The next column of the table from this one on, or NULL. */
static const sb_column *column_from(const sb_column *at, unsigned where)
{
    while (at->name && !(at->where & where))
        at++;
    return at->name ? at : NULL;
}

/* Adds the fields of the columns from this one on, up to `end`, with a comma after each. */
static void add_fields(writer *to, unsigned where, const sb_column *from, const sb_column *end)
{
    for (const sb_column *c = from; c != end; c = column_from(c + 1, where)) {
        const char *part = to->parts[c->part];
        if (to->timed || !c->timed)
            add_member(&to->row, c, part + c->offset);
        sb_text_add_bytes(&to->row, ",", 1);
    }
}

/* The last comma becomes the end of the line. */
static void end_row(writer *to, FILE *stream)
{
    to->row.data[to->row.length - 1] = '\n';
    fwrite(to->row.data, 1, to->row.length,
           stream); /* an error is reported when the file is closed */
}

static void write_row(writer *to, unsigned where, FILE *stream)
{
    sb_text_clear(&to->row);
    add_fields(to, where, column_from(sb_columns(), where), NULL);
    end_row(to, stream);
}

static void write_header(unsigned where, FILE *stream)
{
    const char *comma = "";
    for (const sb_column *c = column_from(sb_columns(), where); c; c = column_from(c + 1, where)) {
        fprintf(stream, "%s%s", comma, c->name);
        comma = ",";
    }
    fputc('\n', stream);
}

/* ------------------------------------------------------------------------------------- derived */

/* The kernel's name in results.csv: its id within the plugin, or the name given by the
 * configuration, so that two parameter sets of one kernel can be told apart. */
static const char *own_name(const sb_result *result)
{
    size_t length = strlen(result->plugin);
    const char *label = result->label;
    bool plain = strncmp(label, result->plugin, length) == 0 && label[length] == '/';
    return plain ? label + length + 1 : label;
}

static void derive_activations(sb_derived *derived, const sb_problem *problem)
{
    size_t length = 0;
    for (uint32_t i = 0; i < problem->step_count && length < sizeof derived->activation; i++)
        length += (size_t)snprintf(derived->activations + length,
                                   sizeof derived->activations - length, "%s%s", i ? ";" : "",
                                   sb_activation_name((sb_activation)problem->steps[i].activation));
}

static void derive_result(writer *to, const sb_group *group, const sb_result *result)
{
    const sb_problem problem = sb_layer_problem(group->layer, result->operation, group->threads);
    const sb_cost cost = sb_cost_of(&problem);
    to->timed = result->summary.count > 0;
    sb_derived *d = &to->derived;
    *d = (sb_derived) {
        .kernel = own_name(result),
        .class_ = sb_class_name(sb_problem_class(&problem)),
        .shape = sb_problem_geometry(&problem),
        .multiplications = cost.total,
        .bytes = cost.bytes,
        .gflops = 2.0 * (double)cost.total / result->time.value,
        .bound_share = 2.0 * (double)cost.total / result->time.value / result->roofline_gflops,
        .processes = (int64_t)sb_series_processes(&result->series),
        .bias = (problem.needs & SB_NEED_BIAS) != 0,
        .residual = problem.residual,
    };
    derive_activations(d, &problem);
    d->activation = d->activations;
}

static void derive_speedup(writer *to, const sb_group *group, const sb_speedup *speedup)
{
    const sb_problem standard = sb_layer_problem(group->layer, SB_STANDARD, group->threads);
    const sb_problem chain = sb_layer_problem(group->layer, speedup->operation, group->threads);
    const sb_cost costs[] = { sb_cost_of(&standard), sb_cost_of(&chain) };
    to->timed = true;
    to->derived = (sb_derived) {
        .efficiency = speedup->measured.value / speedup->theoretical,
        .standard_multiplications = costs[0].total,
        .separable_multiplications = costs[1].total,
        .standard_parameters = costs[0].parameters,
        .separable_parameters = costs[1].parameters,
    };
}

/* --------------------------------------------------------------------------------------- files */

static void begin_group(writer *to, const sb_group *group)
{
    to->parts[SB_PART_LAYER] = group->layer;
    to->parts[SB_PART_GROUP] = group;
    to->parts[SB_PART_DERIVED] = &to->derived;
}

static void begin_result(writer *to, const sb_group *group, const sb_result *result)
{
    derive_result(to, group, result);
    to->parts[SB_PART_KERNEL] = to->parts[SB_PART_RESULT] = result;
}

static void begin_sample(writer *to, const sb_sample *sample)
{
    to->timed = true;
    to->parts[SB_PART_SAMPLE] = sample;
    to->derived.process = sample->round / SB_PROCESS_ROUNDS;
    to->derived.round = sample->round % SB_PROCESS_ROUNDS;
}

static void write_to(writer *to, int file)
{
    write_row(to, files[file].where, to->file[file].stream);
}

/* The rows of a result's samples begin with the same fields, which are written once. */
static void write_samples(writer *to, const sb_result *result)
{
    const unsigned where = files[SAMPLES].where;
    const sb_column *own = column_from(sb_columns(), where);
    sb_text_clear(&to->row);
    while (own->part != SB_PART_SAMPLE)
        own = column_from(own + 1, where);
    add_fields(to, where, column_from(sb_columns(), where), own);
    const size_t common = to->row.length;
    for (size_t i = 0; i < result->series.count; i++) {
        begin_sample(to, &result->series.samples[i]);
        to->row.length = common;
        add_fields(to, where, own, NULL);
        end_row(to, to->file[SAMPLES].stream);
    }
}

static void write_steps(writer *to, const sb_group *group)
{
    sb_step_share *shares;
    size_t count = sb_group_steps(group, CONFIDENCE, SEED, &shares);
    for (size_t i = 0; i < count; i++) {
        begin_result(to, group, shares[i].result);
        to->parts[SB_PART_STEP] = &shares[i];
        write_to(to, STEPS);
    }
    free(shares);
}

static void write_scaling(writer *to, const sb_group *group)
{
    sb_scaling scaling;
    const sb_group *base = sb_kept_groups_base(&to->layer, group);
    begin_group(to, group);
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        if (!sb_scaling_of(base, group, result, CONFIDENCE, SEED, &scaling))
            continue;
        begin_result(to, group, result);
        to->parts[SB_PART_SCALING] = &scaling;
        write_to(to, SCALING);
    }
}

static void end_layer(writer *to)
{
    for (size_t i = 0; i < to->layer.count; i++)
        write_scaling(to, &to->layer.items[i]);
    sb_kept_groups_clear(&to->layer);
}

static int write_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    writer *to = context;
    if (!sb_kept_groups_fit(&to->layer, group))
        end_layer(to);
    sb_kept_groups_add(&to->layer, group);
    begin_group(to, group);
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        begin_result(to, group, result);
        write_to(to, RESULTS);
        write_samples(to, result);
    }
    for (size_t i = 0; i < group->speedup_count; i++) {
        derive_speedup(to, group, &group->speedups[i]);
        to->parts[SB_PART_SPEEDUP] = &group->speedups[i];
        write_to(to, SPEEDUPS);
    }
    write_steps(to, group);
    return SB_OK;
}

/* Is there no file, or one that begins like ours? Published columns stay first. */
static bool is_ours(const char *path, unsigned where)
{
    enum { FIRST_COLUMNS = 3, MOST = 64 };
    char header[MOST] = "", begins[MOST] = "";
    FILE *memory = fmemopen(header, sizeof header, "w"), *file = sb_file_stream(path, NULL);
    if (memory) {
        write_header(where, memory); /* as much as fits */
        fclose(memory);
    }
    size_t length = 0;
    for (int commas = 0; length + 1 < MOST && commas < FIRST_COLUMNS; length++)
        commas += header[length] == ',';
    bool same =
        !file || (fread(begins, 1, length, file) == length && memcmp(begins, header, length) == 0);
    if (file)
        fclose(file);
    return same;
}

int sb_results_check_none(const char *dir, sb_error *error)
{
    int rc = SB_OK;
    for (int i = 0; i < FILES && rc == SB_OK; i++) {
        char *path = sb_path_join(dir, files[i].name);
        if (access(path, F_OK) == 0)
            rc = sb_fail(error,
                         "%s exists without a run.db: choose another folder "
                         "with -o, or move it away",
                         path);
        free(path);
    }
    return rc;
}

int sb_results_write_csv(sb_rundb *db, const char *dir, sb_error *error)
{
    writer to = { 0 };
    int rc = SB_OK;
    for (int i = 0; i < FILES && rc == SB_OK; i++) {
        char *path = sb_path_join(dir, files[i].name);
        rc = is_ours(path, files[i].where)
                 ? sb_file_create(&to.file[i], path, error)
                 : sb_fail(error,
                           "%s was not written by sepbench and was left unchanged: choose another "
                           "folder with -o, or move it away",
                           path);
        free(path);
        if (rc == SB_OK)
            write_header(files[i].where, to.file[i].stream);
    }
    if (rc == SB_OK)
        rc = sb_rundb_visit(db, true, write_group, &to, error);
    if (rc == SB_OK)
        end_layer(&to);
    sb_kept_groups_clear(&to.layer);
    for (int i = 0; i < FILES; i++) {
        if (rc == SB_OK)
            rc = sb_file_commit(&to.file[i], error);
        else
            sb_file_abandon(&to.file[i]);
    }
    sb_text_free(&to.row);
    return rc;
}

/* ------------------------------------------------------------------------ one table of samples */

typedef struct tidy {
    writer writer;
    FILE *stream;
} tidy;

/* A candidate without samples gets one row, so that it is not lost. */
static int write_tidy_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    static const sb_sample none = { 0 };
    tidy *to = context;
    begin_group(&to->writer, group);
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        begin_result(&to->writer, group, result);
        to->writer.parts[SB_PART_SAMPLE] = &none;
        if (result->series.count == 0)
            write_row(&to->writer, SB_IN_TIDY, to->stream);
        for (size_t j = 0; j < result->series.count; j++) {
            begin_sample(&to->writer, &result->series.samples[j]);
            write_row(&to->writer, SB_IN_TIDY, to->stream);
        }
    }
    return SB_OK;
}

int sb_results_write_tidy(sb_rundb *db, FILE *stream, sb_error *error)
{
    tidy to = { .stream = stream };
    write_header(SB_IN_TIDY, stream);
    int rc = sb_rundb_visit(db, true, write_tidy_group, &to, error);
    sb_text_free(&to.writer.row);
    return rc;
}
