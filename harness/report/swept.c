/* SPDX-License-Identifier: Apache-2.0 */
#include "report/swept.h"

#include <stdlib.h>
#include <string.h>

/* The sort order of layers: first the dimensions that are not swept, then the swept ones. */
typedef struct order {
    const sb_model *model;
    const bool *swept;
} order;

static int by_dims(const order *by, const sb_dims *a, const sb_dims *b, bool swept)
{
    for (int dim = 0; dim < SB_DIMS; dim++) {
        int sign = by->swept[dim] == swept ? sb_dims_compare(a, b, (sb_dim)dim) : 0;
        if (sign)
            return sign;
    }
    return 0;
}

static int compare_layers(const void *a, const void *b, void *context)
{
    const order *by = context;
    size_t i = *(const size_t *)a, j = *(const size_t *)b;
    const sb_dims *x = &by->model->layers[i].dims, *y = &by->model->layers[j].dims;
    int sign = by_dims(by, x, y, false);
    sign = sign ? sign : by_dims(by, x, y, true);
    return sign ? sign : (i > j) - (i < j);
}

size_t *sb_sweep_values(const sb_model *model, const size_t *layers, size_t count, sb_dim dim,
                        size_t *values)
{
    bool only[SB_DIMS] = { false };
    only[dim] = true;
    size_t *list = sb_new(count, sizeof *list);
    memcpy(list, layers, count * sizeof *list);
    /* All other dimensions count as swept, so that this one comes first. */
    bool others[SB_DIMS];
    for (int d = 0; d < SB_DIMS; d++)
        others[d] = !only[d];
    order by = { model, others };
    qsort_r(list, count, sizeof *list, compare_layers, &by);
    *values = 0;
    for (size_t i = 0; i < count; i++)
        if (*values == 0 || sb_dims_compare(&model->layers[list[*values - 1]].dims,
                                            &model->layers[list[i]].dims, dim) != 0)
            list[(*values)++] = list[i];
    return list;
}

/* Does it sweep enough? */
static bool is_wide(const sb_model *model, const sb_sweep_part *part, const bool swept[SB_DIMS],
                    size_t least)
{
    for (int dim = 0; dim < SB_DIMS; dim++) {
        size_t values = least;
        if (swept[dim] && part->count >= least)
            free(sb_sweep_values(model, part->layers, part->count, (sb_dim)dim, &values));
        if (part->count < least || values < least)
            return false;
    }
    return true;
}

sb_sweep_parts sb_sweep_parts_make(const sb_model *model, const size_t *layers, size_t count,
                                   const bool swept[SB_DIMS], size_t least)
{
    sb_sweep_parts parts = { .layers = sb_new(count, sizeof(size_t)),
                             .list = sb_new(count, sizeof(sb_sweep_part)) };
    order by = { model, swept };
    memcpy(parts.layers, layers, count * sizeof *layers);
    qsort_r(parts.layers, count, sizeof *parts.layers, compare_layers, &by);
    for (size_t from = 0, end; from < count; from = end) {
        const sb_dims *first = &model->layers[parts.layers[from]].dims;
        for (end = from + 1; end < count; end++)
            if (by_dims(&by, first, &model->layers[parts.layers[end]].dims, false) != 0)
                break;
        sb_sweep_part part = { parts.layers + from, end - from };
        if (is_wide(model, &part, swept, least))
            parts.list[parts.count++] = part;
    }
    return parts;
}

void sb_sweep_parts_free(sb_sweep_parts *parts)
{
    free(parts->layers);
    free(parts->list);
    *parts = (sb_sweep_parts) { 0 };
}

size_t sb_sweep_parts_layers(const sb_sweep_parts *parts)
{
    size_t layers = 0;
    for (size_t i = 0; i < parts->count; i++)
        layers += parts->list[i].count;
    return layers;
}

static const sb_dims *dims_of(const sb_model *model, const sb_sweep_parts *parts, size_t part)
{
    return &model->layers[parts->list[part].layers[0]].dims;
}

static bool is_different(const sb_model *model, const sb_sweep_parts *parts, sb_dim dim)
{
    for (size_t i = 1; i < parts->count; i++)
        if (sb_dims_compare(dims_of(model, parts, 0), dims_of(model, parts, i), dim) != 0)
            return true;
    return false;
}

void sb_sweep_part_title(const sb_model *model, const sb_sweep_parts *parts, size_t part,
                         const bool swept[SB_DIMS], sb_text *to)
{
    const sb_dims *dims = dims_of(model, parts, part);
    const char *comma = "";
    for (int d = 0; d < SB_DIMS; d++) {
        sb_dim dim = (sb_dim)d;
        bool input = dim == SB_DIM_INPUT_CHANNELS || dim == SB_DIM_INPUT_SIZE;
        if (swept[dim] || (!input && !is_different(model, parts, dim)))
            continue;
        bool joined = dim == SB_DIM_INPUT_SIZE && !swept[SB_DIM_INPUT_CHANNELS];
        sb_text_add(to, "%s", joined ? " x " : comma);
        if (!joined && (!input || swept[SB_DIM_INPUT_SIZE]))
            sb_text_add(to, "%s ", sb_dim_name(dim));
        sb_dims_add(to, dims, dim, false);
        comma = ", ";
    }
}

/* A diagonal, or a few layers that happen to differ in nothing else, are not a plane. */
static bool is_plane(const sb_model *model, const sb_sweep_part *part, const sb_dim pair[2])
{
    size_t values[2];
    for (int i = 0; i < 2; i++)
        free(sb_sweep_values(model, part->layers, part->count, pair[i], &values[i]));
    return values[0] >= 2 && values[1] >= 2 && values[0] + values[1] >= 5 &&
           2 * part->count >= values[0] * values[1];
}

sb_sweep_parts sb_sweep_planes(const sb_model *model, const size_t *layers, size_t count,
                               const sb_dim pair[2])
{
    bool swept[SB_DIMS] = { false };
    size_t kept = 0;
    swept[pair[0]] = swept[pair[1]] = true;
    sb_sweep_parts parts = sb_sweep_parts_make(model, layers, count, swept, 2);
    for (size_t i = 0; i < parts.count; i++)
        if (is_plane(model, &parts.list[i], pair))
            parts.list[kept++] = parts.list[i];
    parts.count = kept;
    return parts;
}

bool sb_sweep_pair(const sb_model *model, const size_t *layers, size_t count, sb_dim pair[2])
{
    size_t most = 0;
    for (int a = 0; a < SB_DIMS; a++)
        for (int b = a + 1; b < SB_DIMS; b++) {
            const sb_dim dims[] = { (sb_dim)a, (sb_dim)b };
            sb_sweep_parts parts = sb_sweep_planes(model, layers, count, dims);
            size_t held = sb_sweep_parts_layers(&parts);
            sb_sweep_parts_free(&parts);
            if (held <= most)
                continue;
            most = held;
            pair[0] = dims[0];
            pair[1] = dims[1];
        }
    return 2 * most >= count && most > 0;
}
