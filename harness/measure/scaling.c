/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/scaling.h"

#include "core/text.h"
#include "measure/choose.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------------------ the ratio */

static bool is_timed(const sb_result *result)
{
    return result->verdict == SB_VERDICT_OK && result->series.count > 0;
}

static const sb_result *find_same(const sb_group *base, const sb_result *result)
{
    for (size_t i = 0; i < base->result_count; i++) {
        const sb_result *other = &base->results[i];
        if (other->operation == result->operation && is_timed(other) &&
            strcmp(other->label, result->label) == 0)
            return other;
    }
    return NULL;
}

bool sb_scaling_of(const sb_group *base, const sb_group *group, const sb_result *result,
                   double confidence, uint64_t seed, sb_scaling *scaling)
{
    if (!result->threaded || !is_timed(result) || base->threads >= group->threads)
        return false;
    const sb_result *other = find_same(base, result);
    if (!other)
        return false;
    const double speedup = other->time.value / result->time.value;
    *scaling = (sb_scaling) {
        .base_threads = base->threads,
        .base_ns = other->time.value,
        .speedup = { speedup, NAN, NAN },
        .efficiency = speedup * (double)base->threads / (double)group->threads,
    };
    if (base->rounds == group->rounds)
        scaling->speedup = sb_paired_ratio(other, result, 1, confidence, seed);
    return true;
}

/* --------------------------------------------------------------------------- groups of one layer
 */

static const char *machine_of(const sb_group *group)
{
    return group->machine ? group->machine : "";
}

static sb_layer *copy_layer(const sb_layer *layer)
{
    sb_layer *copy = sb_new(1, sizeof *copy);
    *copy = *layer;
    copy->name = sb_copy_text(layer->name);
    return copy;
}

static sb_result copy_result(const sb_result *from)
{
    sb_result to = *from;
    char **const texts[] = { &to.plugin, &to.kernel, &to.technique, &to.label,
                             &to.params, &to.origin, &to.detail,    &to.stop_reason };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = sb_copy_text(*texts[i] ? *texts[i] : "");
    to.series = (sb_series) { 0 };
    for (size_t i = 0; i < from->series.count; i++)
        sb_series_add(&to.series, from->series.samples[i]);
    return to;
}

static sb_group copy_group(const sb_group *from)
{
    sb_group to = *from;
    to.layer = copy_layer(from->layer);
    to.machine = sb_copy_text(machine_of(from));
    to.speedups = NULL;
    to.speedup_count = 0;
    to.results = sb_new(from->result_count, sizeof *to.results);
    for (size_t i = 0; i < from->result_count; i++)
        to.results[i] = copy_result(&from->results[i]);
    return to;
}

static void free_copy(sb_group *group)
{
    sb_layer *layer = (sb_layer *)(uintptr_t)group->layer;
    free(layer->name);
    free(layer);
    free((char *)(uintptr_t)group->machine);
    sb_group_free(group);
}

bool sb_kept_groups_fit(const sb_kept_groups *groups, const sb_group *group)
{
    return groups->count == 0 || strcmp(groups->items[0].layer->name, group->layer->name) == 0;
}

void sb_kept_groups_add(sb_kept_groups *groups, const sb_group *group)
{
    groups->items = sb_grow(groups->items, groups->count + 1, sizeof *groups->items);
    groups->items[groups->count++] = copy_group(group);
}

void sb_kept_groups_clear(sb_kept_groups *groups)
{
    for (size_t i = 0; i < groups->count; i++)
        free_copy(&groups->items[i]);
    free(groups->items);
    *groups = (sb_kept_groups) { 0 };
}

const sb_group *sb_kept_groups_base(const sb_kept_groups *groups, const sb_group *group)
{
    const sb_group *base = group;
    for (size_t i = 0; i < groups->count; i++) {
        const sb_group *one = &groups->items[i];
        if (one->threads < base->threads && strcmp(machine_of(one), machine_of(group)) == 0)
            base = one;
    }
    return base;
}
