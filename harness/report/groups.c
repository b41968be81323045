/* SPDX-License-Identifier: Apache-2.0 */
#include "report/groups.h"

#include "core/text.h"
#include "measure/quantile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_GROUPS = 32, RUNS = 20 };

static void add_place(sb_layer_group *group, size_t place)
{
    if ((group->count & (group->count - 1)) == 0)
        group->places =
            sb_grow(group->places, group->count ? 2 * group->count : 1, sizeof *group->places);
    group->places[group->count++] = place;
}

static sb_layer_group *add_group(sb_layer_groups *groups, char *label)
{
    groups->list = sb_grow(groups->list, groups->count + 1, sizeof *groups->list);
    groups->list[groups->count] = (sb_layer_group) { .label = label };
    return &groups->list[groups->count++];
}

static sb_layer_groups one_by_one(const sb_model *model, const size_t *layers, size_t count)
{
    sb_layer_groups groups = { 0 };
    for (size_t i = 0; i < count; i++)
        add_place(add_group(&groups, sb_copy_text(model->layers[layers[i]].shown)), i);
    return groups;
}

/* The group with that label, created if necessary; NULL if there would be too many. */
static sb_layer_group *group_of(sb_layer_groups *groups, const char *name, size_t length)
{
    for (size_t i = groups->count; i-- > 0;)
        if (strncmp(groups->list[i].label, name, length) == 0 && !groups->list[i].label[length])
            return &groups->list[i];
    return groups->count < MOST_GROUPS ? add_group(groups, strndup(name, length)) : NULL;
}

/* Groups by the text before the first of these characters; none if that does not divide the
 * layers. */
static sb_layer_groups by_prefix(const sb_model *model, const size_t *layers, size_t count,
                                 const char *ends)
{
    sb_layer_groups groups = { 0 };
    sb_layer_group *group = NULL;
    for (size_t i = 0; i < count; i++) {
        const char *name = model->layers[layers[i]].shown;
        size_t length = strcspn(name, ends);
        group = name[length] && length ? group_of(&groups, name, length) : NULL;
        if (!group)
            break;
        add_place(group, i);
    }
    if (!group || groups.count < 2)
        sb_layer_groups_free(&groups);
    return groups;
}

static sb_layer_groups by_number(size_t count)
{
    sb_layer_groups groups = { 0 };
    size_t runs = count < RUNS ? count : RUNS;
    for (size_t run = 0; run < runs; run++) {
        size_t from = run * count / runs, end = (run + 1) * count / runs;
        sb_text label = { 0 };
        sb_text_add(&label, "%zu to %zu", from + 1, end);
        sb_layer_group *group = add_group(&groups, label.data);
        for (size_t i = from; i < end; i++)
            add_place(group, i);
    }
    return groups;
}

sb_layer_groups sb_layer_groups_make(const sb_model *model, const size_t *layers, size_t count,
                                     size_t most)
{
    static const char *const ends[] = { "/", ":", ".", "-", "_" };
    if (count <= most)
        return one_by_one(model, layers, count);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        sb_layer_groups groups = by_prefix(model, layers, count, ends[i]);
        if (groups.count)
            return groups;
    }
    return by_number(count);
}

sb_layer_groups sb_layer_groups_by_network(const sb_model *model, const size_t *layers,
                                           size_t count)
{
    sb_layer_groups groups = by_prefix(model, layers, count, "/");
    if (groups.count)
        return groups;
    sb_layer_group *all = add_group(&groups, sb_copy_text(""));
    for (size_t i = 0; i < count; i++)
        add_place(all, i);
    return groups;
}

void sb_layer_groups_free(sb_layer_groups *groups)
{
    for (size_t i = 0; i < groups->count; i++) {
        free(groups->list[i].label);
        free(groups->list[i].places);
    }
    free(groups->list);
    *groups = (sb_layer_groups) { 0 };
}

sb_interval sb_quartiles(double *values, size_t count)
{
    if (count == 0)
        return (sb_interval) { NAN, NAN, NAN };
    sb_sort_values(values, count);
    return (sb_interval) { sb_quantile_sorted(values, count, 0.5),
                           sb_quantile_sorted(values, count, 0.25),
                           sb_quantile_sorted(values, count, 0.75) };
}
