/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/space_builder.h"

#include "core/text.h"
#include "tune/space_codes.h"

#include <string.h>

void sb_builder_keep(sb_builder *build, uint64_t code)
{
    if (build->count == build->capacity) {
        build->capacity = build->capacity ? 2 * build->capacity : 1024;
        build->codes = sb_grow(build->codes, build->capacity, sizeof *build->codes);
    }
    build->codes[build->count++] = code;
}

int sb_builder_check(sb_builder *build, sb_error *error)
{
    size_t axes = build->space->axis_count;
    memset(build->ok, 1, build->pending);
    if (!build->valid)
        return 0;
    for (size_t i = 0; i < build->pending; i++)
        sb_space_code_values(build->space, build->batch[i], build->values + i * axes);
    return build->valid(build->context, build->values, build->pending, build->ok, error);
}
