/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/space_builder.h"

#include "core/clock.h"
#include "core/text.h"
#include "tune/space_codes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

sb_builder *sb_builder_new(sb_space *space, const sb_space_listing *listing)
{
    sb_builder *build = sb_new(1, sizeof *build);
    build->space = space;
    build->listing = *listing;
    build->start_ns = sb_now_ns();
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

static bool must_end(const sb_builder *build)
{
    const sb_space_listing *l = &build->listing;
    return (l->stop && *l->stop) || (l->time_ns && sb_now_ns() - build->start_ns >= l->time_ns);
}

double sb_builder_affords(const sb_builder *build)
{
    const double used = (double)(sb_now_ns() - build->start_ns);
    if (!build->listing.time_ns || !build->checked)
        return INFINITY;
    return (double)build->checked * fmax(0.0, (double)build->listing.time_ns - used) / used;
}

static int ask_validity(sb_builder *build, sb_error *error)
{
    size_t axes = build->space->axis_count;
    for (size_t i = 0; i < build->pending; i++)
        sb_space_code_values(build->space, build->batch[i], build->values + i * axes);
    return build->listing.valid(build->listing.context, build->values, build->pending, build->ok,
                                error);
}

int sb_builder_check(sb_builder *build, sb_error *error)
{
    memset(build->ok, 1, build->pending);
    const int rc = build->listing.valid ? ask_validity(build, error) : 0;
    build->checked += build->pending;
    build->ended = must_end(build);
    return rc;
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
