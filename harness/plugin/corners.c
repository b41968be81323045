/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/corners.h"

#include "core/text.h"

typedef struct list {
    sb_corner *items;
    size_t count;
} list;

static void add_corner(list *l, sb_corner corner)
{
    l->items = sb_grow(l->items, l->count + 1, sizeof *l->items);
    l->items[l->count++] = corner;
}

static void add_alone(list *l, const sb_parameter_info *parameter, size_t index)
{
    int64_t last = sb_parameter_count(parameter) - 1;
    int64_t step = parameter->kind == SB_CHOICE || last == 0 ? 1 : last;
    for (int64_t i = 0; i <= last; i += step) {
        sb_corner corner = { .given = 1u << index };
        corner.values[index] = sb_parameter_value(parameter, i);
        add_corner(l, corner);
    }
}

static void add_together(list *l, const sb_kernel_info *kernel, bool greatest)
{
    sb_corner corner = { 0 };
    for (size_t i = 0; i < kernel->parameter_count; i++) {
        const sb_parameter_info *parameter = &kernel->parameters[i];
        corner.given |= 1u << i;
        corner.values[i] =
            sb_parameter_value(parameter, greatest ? sb_parameter_count(parameter) - 1 : 0);
    }
    add_corner(l, corner);
}

sb_corner *sb_corners(const sb_kernel_info *kernel, size_t *count)
{
    list l = { 0 };
    add_corner(&l, (sb_corner) { 0 });
    for (size_t i = 0; i < kernel->parameter_count; i++)
        add_alone(&l, &kernel->parameters[i], i);
    if (kernel->parameter_count > 1) {
        add_together(&l, kernel, false);
        add_together(&l, kernel, true);
    }
    *count = l.count;
    return l.items;
}
