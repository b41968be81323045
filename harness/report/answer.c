/* SPDX-License-Identifier: Apache-2.0 */
#include "report/answer.h"

#include "conv/cost.h"
#include "core/text.h"
#include "machine/noise.h"
#include "measure/choose.h"
#include "measure/quantile.h"
#include "report/axis.h"
#include "report/gnuplot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The same for a run and for every report of it. */
#define CONFIDENCE 0.95
#define SEED       1
#define LEAST_MORE 1.1 /* a smaller increase of max_time is not worth advising */

typedef struct collector {
    sb_answer *answer;
} collector;

static char *visible_text(const char *text)
{
    sb_text shown = { 0 };
    sb_text_add_visible(&shown, text);
    return shown.data;
}

bool sb_answer_is_wide(sb_interval interval)
{
    return !sb_determined(interval.low, interval.high);
}

/* ------------------------------------------------------------------------------------ the counts
 */

static sb_answer_block *block_of(collector *to, int64_t threads)
{
    sb_answer *answer = to->answer;
    for (size_t i = 0; i < answer->block_count; i++)
        if (answer->blocks[i].threads == threads)
            return &answer->blocks[i];
    answer->blocks = sb_grow(answer->blocks, answer->block_count + 1, sizeof *answer->blocks);
    sb_answer_block *block = &answer->blocks[answer->block_count++];
    *block = (sb_answer_block) { .threads = threads };
    return block;
}

/* The half-width of its interval over the requested one. */
static double excess_width(const sb_measuring *wanted, const sb_result *result)
{
    const double half = (result->time.high - result->time.low) / (2 * result->time.value);
    return wanted->precision > 0 ? half / wanted->precision : INFINITY;
}

/* The max_time that would have been enough for the requested precision: noticeably more than the
 * one that was not. */
static double time_needed(const sb_measuring *wanted, const sb_result *result)
{
    double spent = 0;
    for (size_t i = 0; i < result->series.count; i++)
        spent += result->series.samples[i].ns * result->series.samples[i].iterations;
    const double excess = excess_width(wanted, result);
    if (sb_answer_is_wide(result->time) || !isfinite(excess))
        return INFINITY;
    return fmax((double)wanted->max_time_ns, spent) * fmax(LEAST_MORE, excess * excess);
}

static void count_stopped(sb_answer_counts *counts, const sb_measuring *wanted,
                          const sb_result *result)
{
    /* The interval over all processes may be precise although that of the last one was not. */
    if (strcmp(result->stop_reason, "max_time") != 0 || excess_width(wanted, result) <= 1)
        return;
    counts->needed = sb_grow(counts->needed, counts->max_time + 1, sizeof *counts->needed);
    counts->needed[counts->max_time++] = time_needed(wanted, result);
}

static void tell_skipped(sb_answer_counts *counts, const sb_layer *layer, const sb_result *result)
{
    sb_text why = { 0 };
    if (result->verdict != SB_VERDICT_SKIPPED || counts->skipped_why)
        return;
    sb_text_add_visible(&why, result->label);
    sb_text_add(&why, " on ");
    sb_text_add_visible(&why, layer->name);
    sb_text_add(&why, ": ");
    sb_text_add_visible(&why, result->detail);
    counts->skipped_why = why.data;
}

static void count_result(sb_answer_counts *counts, const sb_measuring *wanted,
                         const sb_layer *layer, const sb_result *result)
{
    const sb_verdict verdict = result->verdict;
    tell_skipped(counts, layer, result);
    counts->results++;
    counts->ok += verdict == SB_VERDICT_OK;
    counts->unsupported += verdict == SB_VERDICT_UNSUPPORTED;
    counts->skipped += verdict == SB_VERDICT_SKIPPED;
    counts->failed += verdict != SB_VERDICT_OK && verdict != SB_VERDICT_UNSUPPORTED &&
                      verdict != SB_VERDICT_SKIPPED;
    if (verdict != SB_VERDICT_OK || !result->series.count)
        return;
    counts->wide += sb_answer_is_wide(result->time);
    count_stopped(counts, wanted, result);
}

/* ----------------------------------------------------------------------------------- the kernels
 */

static bool is_timed(const sb_result *result, sb_operation operation)
{
    return result->verdict == SB_VERDICT_OK && result->operation == operation &&
           result->series.count && result->time.value > 0;
}

static const sb_result *find_fastest(const sb_group *group, sb_operation operation,
                                     size_t *contenders)
{
    const sb_choice choice = { .operation = operation, .own = true, .peers = true };
    return sb_choose(group, &choice, contenders);
}

static const sb_result *next_fastest(const sb_group *group, const sb_result *best)
{
    const sb_result *next = NULL;
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *one = &group->results[i];
        if (one != best && is_timed(one, best->operation) &&
            (!next || one->time.value < next->time.value))
            next = one;
    }
    return next;
}

static bool is_tie(sb_interval ratio)
{
    return sb_decide(ratio, SB_NOISE_USUAL_FLOOR) != SB_SLOWER;
}

/* A result whose interval comes near the best's is compared with it round by round. */
static char *list_tied(const sb_group *group, const sb_result *best, size_t contenders)
{
    sb_text list = { 0 };
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *one = &group->results[i];
        if (one == best || !is_timed(one, best->operation) ||
            one->time.low > best->time.high * (1 + SB_NOISE_USUAL_FLOOR) ||
            !is_tie(sb_paired_ratio(one, best, contenders, CONFIDENCE, SEED)))
            continue;
        if (list.length)
            sb_text_add(&list, "\n");
        sb_text_add_visible(&list, one->label);
    }
    return list.data ? list.data : sb_copy_text("");
}

static void find_next(sb_answer_part *part, const sb_group *group, const sb_result *best,
                      size_t contenders)
{
    const sb_result *next = next_fastest(group, best);
    part->tied = list_tied(group, best, contenders);
    if (!next)
        return;
    part->next = visible_text(next->label);
    part->margin = sb_paired_ratio(next, best, contenders, CONFIDENCE, SEED);
    part->tie = is_tie(part->margin);
}

/* ------------------------------------------------------------------------------------- the bound
 */

static void find_bound(sb_answer_part *part, const sb_result *best, const sb_cost *cost)
{
    part->bound = sb_limit_name(best->bound_by);
    part->bound_ns =
        best->roofline_gflops > 0 ? 2 * (double)cost->total / best->roofline_gflops : NAN;
}

/* -------------------------------------------------------------------------------------- the twin
 */

static void find_twin(sb_answer_part *part, const sb_group *group, const sb_result *best,
                      size_t contenders)
{
    size_t standards;
    if (!sb_layer_is_pair(group->layer) || best->operation != sb_layer_chain(group->layer))
        return;
    const sb_result *twin = find_fastest(group, SB_STANDARD, &standards);
    if (!twin)
        return;
    sb_problem problem = sb_layer_problem(group->layer, SB_STANDARD, group->threads);
    part->pair = true;
    part->twin_ns = twin->time.value;
    part->twin_multiplications = (double)sb_cost_of(&problem).total;
    part->gain = sb_paired_ratio(twin, best, standards * contenders, CONFIDENCE, SEED);
}

/* ----------------------------------------------------------------------------------- the plugins
 */

static sb_answer_plugin *plugin_of(sb_answer_block *block, const char *name)
{
    for (size_t i = 0; i < block->plugin_count; i++)
        if (strcmp(block->plugins[i].name, name) == 0)
            return &block->plugins[i];
    block->plugins = sb_grow(block->plugins, block->plugin_count + 1, sizeof *block->plugins);
    block->plugins[block->plugin_count] = (sb_answer_plugin) {
        .name = sb_copy_text(name),
        .shown = visible_text(name),
    };
    return &block->plugins[block->plugin_count++];
}

static bool leads_plugin(const sb_group *group, const sb_result *result)
{
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *other = &group->results[i];
        if (!is_timed(other, result->operation) || strcmp(other->plugin, result->plugin) != 0)
            continue;
        if (other->time.value < result->time.value ||
            (other->time.value == result->time.value && other < result))
            return false;
    }
    return true;
}

static void add_to_plugins(sb_answer_block *block, const sb_group *group, sb_operation operation)
{
    for (size_t i = 0; i < group->result_count; i++) {
        const sb_result *result = &group->results[i];
        if (!is_timed(result, operation) || !leads_plugin(group, result))
            continue;
        sb_answer_plugin *plugin = plugin_of(block, result->plugin);
        plugin->parts++;
        plugin->total_ns += (double)group->layer->repeat * result->time.value;
    }
}

/* ------------------------------------------------------------------------------------- the parts
 */

static bool is_step(sb_operation operation)
{
    return operation == SB_EXPAND || operation == SB_DEPTHWISE || operation == SB_POINTWISE;
}

bool sb_answer_is_part(const sb_layer *layer, sb_operation operation)
{
    const bool *swept = layer->operations;
    const sb_operation chain = sb_layer_chain(layer);
    if (!swept[operation] || swept[chain])
        return swept[operation] && operation == chain;
    if (operation == SB_STANDARD)
        return !swept[SB_SEPARABLE] && !swept[SB_EXPAND] && !swept[SB_DEPTHWISE] &&
               !swept[SB_POINTWISE];
    return !is_step(operation) || operation == SB_EXPAND || !swept[SB_SEPARABLE];
}

static char *part_name(const sb_layer *layer, sb_operation operation)
{
    sb_text name = { 0 };
    sb_text_add_visible(&name, layer->name);
    if (is_step(operation))
        sb_text_add(&name, " %s", sb_operation_name(operation));
    return name.data;
}

static void add_part(sb_answer_block *block, const sb_group *group, sb_operation operation)
{
    size_t contenders;
    const sb_result *best = find_fastest(group, operation, &contenders);
    if (!best || !is_timed(best, operation)) {
        block->missing++;
        return;
    }
    sb_problem problem = sb_layer_problem(group->layer, operation, group->threads);
    sb_cost cost = sb_cost_of(&problem);
    if ((block->part_count & (block->part_count - 1)) == 0)
        block->parts = sb_grow(block->parts, block->part_count ? 2 * block->part_count : 1,
                               sizeof *block->parts);
    sb_answer_part *part = &block->parts[block->part_count++];
    *part = (sb_answer_part) {
        .layer = part_name(group->layer, operation),
        .operation = operation,
        .class_ = sb_problem_class(&problem),
        .repeat = group->layer->repeat,
        .kernel = visible_text(best->label),
        .params = *best->params ? visible_text(best->params) : sb_copy_text(""),
        .time = best->time,
        .multiplications = (double)cost.total,
    };
    find_next(part, group, best, contenders);
    find_bound(part, best, &cost);
    find_twin(part, group, best, contenders);
    add_to_plugins(block, group, operation);
}

static int collect_group(const sb_group *group, void *context, sb_error *error)
{
    (void)error;
    collector *to = context;
    sb_answer_block *block = block_of(to, group->threads);
    block->wall_ns += group->wall_ns;
    for (size_t i = 0; i < group->result_count; i++)
        count_result(&block->counts, &to->answer->measuring, group->layer, &group->results[i]);
    for (int operation = 0; operation < SB_OPERATIONS; operation++)
        if (sb_answer_is_part(group->layer, (sb_operation)operation))
            add_part(block, group, (sb_operation)operation);
    return SB_OK;
}

/* ------------------------------------------------------------------------------------- the whole
 */

int sb_answer_read(sb_rundb *db, sb_answer *answer, sb_error *error)
{
    *answer = (sb_answer) { 0 };
    char *json = sb_rundb_provenance(db, error);
    if (!json)
        return SB_FAILED;
    collector to = { answer };
    answer->caption = sb_provenance_caption(json);
    answer->warnings = sb_provenance_warnings(json);
    answer->measuring = sb_provenance_measuring(json);
    int rc = sb_rundb_visit(db, true, collect_group, &to, error);
    if (rc == SB_OK)
        rc = sb_rundb_sequences(db, &answer->sequences, error);
    free(json);
    for (size_t i = 0; i < answer->block_count; i++)
        if (answer->blocks[i].counts.max_time)
            sb_sort_values(answer->blocks[i].counts.needed, answer->blocks[i].counts.max_time);
    if (rc < 0)
        sb_answer_free(answer);
    return rc;
}

static void free_block(sb_answer_block *block)
{
    for (size_t i = 0; i < block->part_count; i++) {
        sb_answer_part *part = &block->parts[i];
        free(part->layer);
        free(part->kernel);
        free(part->params);
        free(part->next);
        free(part->tied);
    }
    for (size_t i = 0; i < block->plugin_count; i++) {
        free(block->plugins[i].name);
        free(block->plugins[i].shown);
    }
    free(block->parts);
    free(block->counts.needed);
    free(block->counts.skipped_why);
    free(block->plugins);
}

void sb_answer_free(sb_answer *answer)
{
    for (size_t i = 0; i < answer->block_count; i++)
        free_block(&answer->blocks[i]);
    free(answer->blocks);
    sb_sequence_list_free(&answer->sequences);
    free(answer->warnings);
    sb_caption_free(&answer->caption);
    *answer = (sb_answer) { 0 };
}
