/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the valid parameter sets of a product, or estimates their number. */
#include "tune/space_builder.h"
#include "tune/space_codes.h"
#include "tune/space_large.h"

enum {
    DRAWN = 1 << 14, /* random combinations for an estimate */
    SHARE = 4,       /* of the combinations left that one space may take */
    UNLIKELY = 3     /* if none of N is valid, fewer than 3 / N are, with 95 % confidence */
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

static int count_or_estimate(sb_builder *build, const sb_parameter_info *parameters, uint64_t *left,
                             sb_space_count *found, sb_error *error)
{
    uint64_t valid;
    if (sb_space_narrow(build, parameters, error) < 0)
        return SB_FAILED;
    if (build->space->product > *left / SHARE)
        return estimate(build, found, error);
    *left -= build->space->product;
    if (sb_builder_count(build, build->space->product, false, &valid, error) < 0)
        return SB_FAILED;
    *found = (sb_space_count) { .number = (double)valid, .counting = SB_COUNT_EXACT };
    return 0;
}

int sb_space_count_valid(const sb_parameter_info *parameters, size_t count, sb_valid_batch *valid,
                         void *context, uint64_t *left, sb_space_count *found, sb_error *error)
{
    sb_space space;
    int rc = 0;
    if (sb_space_open(parameters, count, &space, error) < 0)
        return SB_FAILED;
    *found = (sb_space_count) { .number = (double)space.product };
    if (valid) {
        const sb_space_listing listing = { .valid = valid, .context = context };
        sb_builder *build = sb_builder_new(&space, &listing);
        rc = count_or_estimate(build, parameters, left, found, error);
        sb_builder_free(build);
    }
    sb_space_free(&space);
    return rc;
}
