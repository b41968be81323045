/* SPDX-License-Identifier: Apache-2.0 */
#include "store/columns.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* ----------------------------------------------------------------------------- enumerations */

static const char *operation_name(int value)
{
    return sb_operation_name((sb_operation)value);
}

static const char *arithmetic_name(int value)
{
    return sb_arithmetic_name((sb_arithmetic)value);
}

static const char *activation_name(int value)
{
    return sb_activation_name((sb_activation)value);
}

static const char *verdict_name(int value)
{
    return sb_verdict_name((sb_verdict)value);
}

static const char *cache_name(int value)
{
    return sb_cache_mode_name((sb_cache_mode)value);
}

static const char *limit_name(int value)
{
    return sb_limit_name((sb_limit)value);
}

static const char *estimator_name(int value)
{
    return sb_estimator_name((sb_estimator)value);
}

static const sb_names operations = { SB_OPERATIONS, operation_name };
static const sb_names arithmetics = { SB_ARITHMETICS, arithmetic_name };
static const sb_names activations = { SB_ACTIVATIONS, activation_name };
static const sb_names verdicts = { SB_VERDICT_SKIPPED + 1, verdict_name };
static const sb_names caches = { SB_CACHE_MODES, cache_name };
static const sb_names limits = { SB_LIMITS, limit_name };
static const sb_names estimators = { SB_ESTIMATE_MIN + 1, estimator_name };

static_assert(sizeof(sb_verdict) == sizeof(int) && sizeof(sb_estimator) == sizeof(int) &&
                  sizeof(sb_cache_mode) == sizeof(int) && sizeof(sb_operation) == sizeof(int) &&
                  sizeof(sb_activation) == sizeof(int) && sizeof(sb_limit) == sizeof(int),
              "named members are read and written as int");

/* -------------------------------------------------------------------------------- the lists */

#define LAYER(member)   SB_PART_LAYER, offsetof(sb_layer, member)
#define GROUP(member)   SB_PART_GROUP, offsetof(sb_group, member)
#define KERNEL(member)  SB_PART_KERNEL, offsetof(sb_result, member)
#define RESULT(member)  SB_PART_RESULT, offsetof(sb_result, member)
#define SPEEDUP(member) SB_PART_SPEEDUP, offsetof(sb_speedup, member)
#define SAMPLE(member)  SB_PART_SAMPLE, offsetof(sb_sample, member)
#define STEP(member)    SB_PART_STEP, offsetof(sb_step_share, member)
#define SCALED(member)  SB_PART_SCALING, offsetof(sb_scaling, member)
#define DERIVED(member) SB_PART_DERIVED, offsetof(sb_derived, member)

#define TEXT            SB_COLUMN_TEXT
#define TIME            SB_COLUMN_TIME
#define RATIO           SB_COLUMN_RATIO
#define ERROR           SB_COLUMN_ERROR
#define WHOLE           SB_COLUMN_WHOLE
#define MAYBE           SB_COLUMN_MAYBE
#define MOMENT          SB_COLUMN_MOMENT
#define COUNT           SB_COLUMN_COUNT
#define SIZE            SB_COLUMN_SIZE
#define FLAG            SB_COLUMN_FLAG
#define NAMED           SB_COLUMN_NAMED

#define DB              SB_IN_DB
#define RESULTS         SB_IN_RESULTS
#define SPEEDUPS        SB_IN_SPEEDUPS
#define SAMPLES         SB_IN_SAMPLES
#define TIDY            SB_IN_TIDY
#define STEPS           SB_IN_STEPS
#define SCALING         SB_IN_SCALING

/* Stands for the shape's columns, which are made from sb_geometry_members. */
static const char shape_here[] = "shape";

/* Published CSV columns keep their place; new ones are appended to their file. */
static const sb_column rows[] = {
    { "layer", TEXT, LAYER(name), DB | RESULTS | SPEEDUPS | SAMPLES | TIDY | STEPS | SCALING, NULL,
      false },
    { "technique", TEXT, STEP(technique), STEPS, NULL, false },
    { "operation", NAMED, KERNEL(operation), DB | RESULTS | SAMPLES | TIDY | STEPS | SCALING,
      &operations, false },
    { shape_here, WHOLE, DERIVED(shape), RESULTS | TIDY, NULL, false },
    { "plugin", TEXT, KERNEL(plugin), DB | RESULTS | TIDY, NULL, false },
    { "kernel", TEXT, KERNEL(kernel), DB, NULL, false },
    { "kernel", TEXT, DERIVED(kernel), RESULTS | TIDY, NULL, false },
    { "kernel", TEXT, KERNEL(label), SAMPLES | STEPS | SCALING, NULL, false },
    { "technique", TEXT, KERNEL(technique), DB | RESULTS | TIDY | SCALING, NULL, false },
    { "peer", FLAG, KERNEL(peer), DB | RESULTS | TIDY | SCALING, NULL, false },
    { "params", TEXT, RESULT(params), DB | RESULTS | SAMPLES | TIDY | STEPS | SCALING, NULL,
      false },
    { "threads", WHOLE, GROUP(threads), DB | RESULTS | SPEEDUPS | SAMPLES | TIDY | STEPS | SCALING,
      NULL, false },
    { "cache", NAMED, GROUP(cache), DB | RESULTS | TIDY, &caches, false },
    { "status", NAMED, RESULT(verdict), DB | RESULTS | TIDY, &verdicts, false },
    { "detail", TEXT, RESULT(detail), DB | RESULTS, NULL, false },
    { "samples", SIZE, RESULT(summary.count), DB | RESULTS, NULL, false },
    { "estimator", NAMED, RESULT(estimator), DB | RESULTS, &estimators, true },
    { "time_ns", TIME, RESULT(time.value), DB | RESULTS | STEPS | SCALING, NULL, true },
    { "ci_low_ns", TIME, RESULT(time.low), DB | RESULTS | STEPS, NULL, true },
    { "ci_high_ns", TIME, RESULT(time.high), DB | RESULTS | STEPS, NULL, true },
    { "min_ns", TIME, RESULT(summary.min), DB | RESULTS, NULL, true },
    { "median_ns", TIME, RESULT(summary.median.value), DB | RESULTS, NULL, true },
    { "mean_ns", TIME, RESULT(summary.mean), DB | RESULTS, NULL, true },
    { "stddev_ns", TIME, RESULT(summary.stddev), DB | RESULTS, NULL, true },
    { "multiplications", WHOLE, DERIVED(multiplications), RESULTS | TIDY | STEPS, NULL, false },
    { "gflops", RATIO, DERIVED(gflops), RESULTS | STEPS, NULL, true },
    { "roofline_gflops", RATIO, RESULT(roofline_gflops), DB | RESULTS | STEPS, NULL, false },
    { "prepare_ns", TIME, RESULT(prepare_ns), DB | RESULTS, NULL, false },
    { "reorder_ns", TIME, RESULT(reorder_ns), DB | RESULTS, NULL, false },
    { "max_error", ERROR, RESULT(max_error), DB | RESULTS, NULL, false },
    { "error_bound", ERROR, RESULT(error_bound), DB | RESULTS, NULL, false },
    { "stop_reason", TEXT, RESULT(stop_reason), DB | RESULTS, NULL, false },
    { "label", TEXT, KERNEL(label), DB | RESULTS, NULL, false },
    { "repeat", WHOLE, LAYER(repeat), DB | RESULTS | STEPS, NULL, false },
    { "p", WHOLE, DERIVED(shape.p), RESULTS, NULL, false },
    { "q", WHOLE, DERIVED(shape.q), RESULTS, NULL, false },
    { "expand", WHOLE, DERIVED(shape.expand), RESULTS, NULL, false },
    { "bias", FLAG, DERIVED(bias), RESULTS, NULL, false },
    { "activation", TEXT, DERIVED(activation), RESULTS, NULL, false },
    { "residual", FLAG, DERIVED(residual), RESULTS, NULL, false },
    { "class", TEXT, DERIVED(class_), RESULTS, NULL, false },
    { "arithmetic", NAMED, KERNEL(arithmetic), DB | RESULTS, &arithmetics, false },
    { "bytes", WHOLE, DERIVED(bytes), RESULTS, NULL, false },
    { "outliers", SIZE, RESULT(summary.outliers), DB | RESULTS, NULL, true },
    { "origin", TEXT, RESULT(origin), DB | RESULTS, NULL, false },
    { "threaded", FLAG, KERNEL(threaded), DB | RESULTS, NULL, false },
    { "passes_gflops", RATIO, RESULT(passes_gflops), DB | RESULTS, NULL, false },
    { "bound_by", NAMED, RESULT(bound_by), DB | RESULTS | STEPS, &limits, false },
    { "machine", TEXT, GROUP(machine), RESULTS | TIDY, NULL, false },
    { "bound_share", RATIO, DERIVED(bound_share), RESULTS, NULL, true },
    { "processes", WHOLE, DERIVED(processes), RESULTS, NULL, true },
    { "workspace_bytes", MAYBE, RESULT(workspace_bytes), DB | RESULTS, NULL, true },
    { "conditions", TEXT, GROUP(conditions), RESULTS, NULL, false },

    { "technique", TEXT, SPEEDUP(technique), DB | SPEEDUPS, NULL, false },
    { "standard_kernel", TEXT, SPEEDUP(standard_kernel), DB | SPEEDUPS, NULL, false },
    { "separable_kernel", TEXT, SPEEDUP(separable_kernel), DB | SPEEDUPS, NULL, false },
    { "standard_ns", TIME, SPEEDUP(standard_ns), DB | SPEEDUPS, NULL, false },
    { "separable_ns", TIME, SPEEDUP(separable_ns), DB | SPEEDUPS, NULL, false },
    { "measured", RATIO, SPEEDUP(measured.value), DB | SPEEDUPS, NULL, false },
    { "ci_low", RATIO, SPEEDUP(measured.low), DB | SPEEDUPS, NULL, false },
    { "ci_high", RATIO, SPEEDUP(measured.high), DB | SPEEDUPS, NULL, false },
    { "theoretical", RATIO, SPEEDUP(theoretical), DB | SPEEDUPS, NULL, false },
    { "roofline", RATIO, SPEEDUP(roofline), DB | SPEEDUPS, NULL, false },
    { "efficiency", RATIO, DERIVED(efficiency), SPEEDUPS, NULL, false },
    { "standard_multiplications", WHOLE, DERIVED(standard_multiplications), SPEEDUPS, NULL, false },
    { "separable_multiplications", WHOLE, DERIVED(separable_multiplications), SPEEDUPS, NULL,
      false },
    { "standard_parameters", WHOLE, DERIVED(standard_parameters), SPEEDUPS, NULL, false },
    { "separable_parameters", WHOLE, DERIVED(separable_parameters), SPEEDUPS, NULL, false },
    { "operation", NAMED, SPEEDUP(operation), DB | SPEEDUPS, &operations, false },
    { "roofline_passes", RATIO, SPEEDUP(roofline_passes), DB | SPEEDUPS, NULL, false },
    { "machine", TEXT, GROUP(machine), SPEEDUPS, NULL, false },

    { "of_multiplications", RATIO, STEP(of_multiplications), STEPS, NULL, false },
    { "of_time", RATIO, STEP(of_time.value), STEPS, NULL, false },
    { "of_time_low", RATIO, STEP(of_time.low), STEPS, NULL, false },
    { "of_time_high", RATIO, STEP(of_time.high), STEPS, NULL, false },
    { "machine", TEXT, GROUP(machine), STEPS, NULL, false },

    { "base_threads", WHOLE, SCALED(base_threads), SCALING, NULL, false },
    { "base_ns", TIME, SCALED(base_ns), SCALING, NULL, false },
    { "speedup", RATIO, SCALED(speedup.value), SCALING, NULL, false },
    { "ci_low", RATIO, SCALED(speedup.low), SCALING, NULL, false },
    { "ci_high", RATIO, SCALED(speedup.high), SCALING, NULL, false },
    { "efficiency", RATIO, SCALED(efficiency), SCALING, NULL, false },
    { "machine", TEXT, GROUP(machine), SCALING, NULL, false },

    { "round", COUNT, SAMPLE(round), SAMPLES, NULL, true },
    { "process", WHOLE, DERIVED(process), TIDY, NULL, true },
    { "round", WHOLE, DERIVED(round), TIDY, NULL, true },
    { "position", COUNT, SAMPLE(position), SAMPLES | TIDY, NULL, true },
    { "iterations", COUNT, SAMPLE(iterations), SAMPLES | TIDY, NULL, true },
    { "ns", TIME, SAMPLE(ns), SAMPLES | TIDY, NULL, true },

    /* only in run.db */
    { "bias_expand", FLAG, LAYER(biases[SB_ROLE_EXPAND]), DB, NULL, false },
    { "bias_depthwise", FLAG, LAYER(biases[SB_ROLE_DEPTHWISE]), DB, NULL, false },
    { "bias_pointwise", FLAG, LAYER(biases[SB_ROLE_POINTWISE]), DB, NULL, false },
    { "residual", FLAG, LAYER(residual), DB, NULL, false },
    { "activation_expand", NAMED, LAYER(activations[SB_ROLE_EXPAND]), DB, &activations, false },
    { "activation_depthwise", NAMED, LAYER(activations[SB_ROLE_DEPTHWISE]), DB, &activations,
      false },
    { "activation_pointwise", NAMED, LAYER(activations[SB_ROLE_POINTWISE]), DB, &activations,
      false },
    { "p", WHOLE, LAYER(shape.p), DB, NULL, false },
    { "q", WHOLE, LAYER(shape.q), DB, NULL, false },
    { "rounds", MOMENT, GROUP(rounds), DB, NULL, false },
    { "wall_ns", WHOLE, GROUP(wall_ns), DB, NULL, false },
    { "plan_ns", WHOLE, GROUP(plan_ns), DB, NULL, false },
    { "reference_ns", WHOLE, GROUP(reference_ns), DB, NULL, false },
    { "verify_ns", WHOLE, GROUP(verify_ns), DB, NULL, false },
    { "sample_ns", WHOLE, GROUP(sample_ns), DB, NULL, false },
    { "idle_ns", WHOLE, GROUP(idle_ns), DB, NULL, false },
    { "median_low_ns", TIME, RESULT(summary.median.low), DB, NULL, false },
    { "median_high_ns", TIME, RESULT(summary.median.high), DB, NULL, false },
    { "lag1", RATIO, RESULT(summary.lag1), DB, NULL, false },
    { "dependent", FLAG, RESULT(summary.dependent), DB, NULL, false },
    { "switches", WHOLE, RESULT(switches), DB, NULL, false },
};

enum { ROWS = sizeof rows / sizeof *rows, MOST = ROWS + 64 };

static sb_column *add_shape(sb_column *to)
{
    for (size_t i = 0; i < sb_geometry_member_count; i++) {
        const sb_geometry_member *m = &sb_geometry_members[i];
        const size_t in_layer = offsetof(sb_layer, shape) + m->offset;
        *to++ = (sb_column) { m->name, WHOLE, SB_PART_LAYER, in_layer, DB, NULL, false };
        if (strcmp(m->name, "expand") != 0) /* added later: it stands at the end */
            *to++ = (sb_column) { m->name,        WHOLE, DERIVED(shape) + m->offset,
                                  RESULTS | TIDY, NULL,  false };
    }
    return to;
}

/* One column an operation: does the layer sweep it? */
static sb_column *add_operations(sb_column *to)
{
    static char names[SB_OPERATIONS][32];
    for (int op = 0; op < SB_OPERATIONS; op++) {
        snprintf(names[op], sizeof names[op], "as_%s", sb_operation_name((sb_operation)op));
        *to++ = (sb_column) {
            .name = names[op],
            .kind = FLAG,
            .part = SB_PART_LAYER,
            .offset = offsetof(sb_layer, operations) + (size_t)op * sizeof(bool),
            .where = DB,
        };
    }
    return to;
}

const sb_column *sb_columns(void)
{
    static sb_column columns[MOST];
    if (columns[0].name)
        return columns;
    assert(ROWS + 2 * sb_geometry_member_count + SB_OPERATIONS < MOST);
    sb_column *to = columns + 1; /* the first comes last: it shows that all are there */
    for (size_t i = 1; i < ROWS; i++)
        if (rows[i].name == shape_here)
            to = add_shape(to);
        else
            *to++ = rows[i];
    add_operations(to);
    columns[0] = rows[0];
    return columns;
}
