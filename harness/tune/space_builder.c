/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/space_builder.h"

#include "core/text.h"
#include "tune/space_codes.h"

#include <stdlib.h>
#include <string.h>

sb_builder *sb_builder_new(sb_space *space, sb_valid_batch *valid, void *context)
{
    sb_builder *build = sb_new(1, sizeof *build);
    build->space = space;
    build->valid = valid;
    build->context = context;
    build->values = sb_new(SB_BUILDER_BATCH * (space->axis_count + 1), sizeof *build->values);
    return build;
}

void sb_builder_free(sb_builder *build)
{
    free(build->values);
    free(build);
}

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
    build->checked += build->pending;
    if (!build->valid)
        return 0;
    for (size_t i = 0; i < build->pending; i++)
        sb_space_code_values(build->space, build->batch[i], build->values + i * axes);
    return build->valid(build->context, build->values, build->pending, build->ok, error);
}

int sb_builder_count(sb_builder *build, uint64_t most, bool drawn, uint64_t *valid, sb_error *error)
{
    sb_random random = { 1 };
    *valid = 0;
    for (uint64_t i = 0; i < most; i++) {
        build->batch[build->pending++] =
            drawn ? sb_random_below(&random, build->space->product) : i;
        if (build->pending < SB_BUILDER_BATCH && i + 1 < most)
            continue;
        if (sb_builder_check(build, error) < 0)
            return SB_FAILED;
        for (size_t k = 0; k < build->pending; k++)
            *valid += build->ok[k];
        build->pending = 0;
    }
    return 0;
}
