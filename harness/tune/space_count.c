/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the valid parameter sets of a product, or estimates their number. */
#include "tune/space_builder.h"
#include "tune/space_codes.h"
#include "tune/space_large.h"

enum {
    COUNTED = 1 << 17, /* combinations that are counted one by one */
    DRAWN = 1 << 14,   /* random ones for an estimate */
    UNLIKELY = 3       /* if none of N is valid, fewer than 3 / N are, with 95 % confidence */
};

static int estimate(sb_builder *build, sb_space_count *found, sb_error *error)
{
    const double product = (double)build->space->product;
    uint64_t valid;
    if (sb_builder_count(build, DRAWN, true, &valid, error) < 0)
        return SB_FAILED;
    *found = (sb_space_count) {
        .number = product / DRAWN * (double)(valid ? valid : UNLIKELY),
        .counting = valid ? SB_COUNT_ESTIMATE : SB_COUNT_AT_MOST,
    };
    return 0;
}

static int count_or_estimate(sb_builder *build, const sb_parameter_info *parameters,
                             sb_space_count *found, sb_error *error)
{
    const uint64_t product = build->space->product;
    uint64_t valid;
    if (sb_space_narrow(build, parameters, error) < 0)
        return SB_FAILED;
    if (build->space->product > COUNTED)
        return estimate(build, found, error);
    if (sb_builder_count(build, build->space->product, false, &valid, error) < 0)
        return SB_FAILED;
    /* Which values are removed depends on the defaults for the layer. */
    *found = (sb_space_count) {
        .number = (double)valid,
        .counting = build->space->product < product ? SB_COUNT_ESTIMATE : SB_COUNT_EXACT,
    };
    return 0;
}

int sb_space_count_valid(const sb_parameter_info *parameters, size_t count, sb_valid_batch *valid,
                         void *context, sb_space_count *found, sb_error *error)
{
    sb_space space;
    int rc = 0;
    if (sb_space_open(parameters, count, &space, error) < 0)
        return SB_FAILED;
    *found = (sb_space_count) { .number = (double)space.product };
    if (valid) {
        sb_builder *build = sb_builder_new(&space, valid, context);
        rc = count_or_estimate(build, parameters, found, error);
        sb_builder_free(build);
    }
    sb_space_free(&space);
    return rc;
}
