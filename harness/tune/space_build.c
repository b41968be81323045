/* SPDX-License-Identifier: Apache-2.0 */
/* Builds a space from a kernel's parameters: checks them, and enumerates their product. */
#include "core/text.h"
#include "tune/space.h"
#include "tune/space_builder.h"
#include "tune/space_codes.h"
#include "tune/space_large.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------------- declarations */

static int check_range(const sb_parameter_info *parameter, sb_error *error)
{
    if (parameter->min > parameter->max)
        return sb_fail(error,
                       "parameter %s: min %" PRId64 " is above max %" PRId64 "; swap or widen them",
                       parameter->id, parameter->min, parameter->max);
    if (parameter->kind == SB_INTEGER && parameter->step < 1)
        return sb_fail(error, "parameter %s: step %" PRId64 " must be at least 1", parameter->id,
                       parameter->step);
    if (parameter->kind == SB_POWER_OF_TWO &&
        (parameter->min < 1 || (parameter->min & (parameter->min - 1))))
        return sb_fail(error, "parameter %s: min %" PRId64 " must be a power of two", parameter->id,
                       parameter->min);
    return 0;
}

static int check_parameter(const sb_parameter_info *parameter, sb_error *error)
{
    if (!parameter->id || !*parameter->id)
        return sb_fail(error, "a parameter has no name; give each an id");
    switch (parameter->kind) {
    case SB_INTEGER:
    case SB_POWER_OF_TWO:
        return check_range(parameter, error);
    case SB_CHOICE:
        if (parameter->choice_count == 0)
            return sb_fail(error, "parameter %s: no choices; name at least one", parameter->id);
        return 0;
    case SB_FLAG:
        return 0;
    }
    return sb_fail(error, "parameter %s: kind %d is not known", parameter->id,
                   (int)parameter->kind);
}

static int check_parameters(const sb_parameter_info *parameters, size_t count, sb_error *error)
{
    if (count > SB_SPACE_AXES)
        return sb_fail(error, "%zu parameters; at most %d are possible", count, SB_SPACE_AXES);
    for (size_t i = 0; i < count; i++) {
        if (check_parameter(&parameters[i], error) < 0)
            return SB_FAILED;
        for (size_t j = 0; j < i; j++)
            if (strcmp(parameters[i].id, parameters[j].id) == 0)
                return sb_fail(error, "parameter %s is declared twice; ids must be unique",
                               parameters[i].id);
    }
    return 0;
}

static int axis_of(const sb_parameter_info *parameter, sb_axis *axis, sb_error *error)
{
    int64_t count = sb_parameter_count(parameter);
    if (count < 1 || count > SB_SPACE_SIZE)
        return sb_fail(error, "parameter %s: %" PRId64 " values; between 1 and %d are possible",
                       parameter->id, count, SB_SPACE_SIZE);
    *axis = (sb_axis) {
        .id = sb_copy_text(parameter->id),
        .ordered = parameter->kind != SB_CHOICE,
        .count = (uint32_t)count,
        .values = sb_new((size_t)count, sizeof(int64_t)),
    };
    for (uint32_t i = 0; i < axis->count; i++)
        axis->values[i] = sb_parameter_value(parameter, i);
    if (parameter->kind != SB_CHOICE)
        return 0;
    axis->names = sb_new(axis->count, sizeof(char *));
    for (uint32_t i = 0; i < axis->count; i++)
        axis->names[i] = sb_copy_text(parameter->choices[i]);
    return 0;
}

/* ----------------------------------------------------------------------------------- building */

static int flush_batch(sb_builder *build, sb_error *error)
{
    if (sb_builder_check(build, error) < 0)
        return SB_FAILED;
    for (size_t i = 0; i < build->pending; i++)
        if (build->ok[i])
            sb_builder_keep(build, build->batch[i]);
    build->pending = 0;
    return 0;
}

static uint64_t greatest_divisor(uint64_t a, uint64_t b)
{
    return b ? greatest_divisor(b, a % b) : a;
}

/* The step from one code to the next. Where time may run out, it is about the golden section of the
 * product, so that any number of steps is spread evenly; it visits all, because it has no divisor
 * in common with the product. */
static uint64_t step_of(const sb_builder *build)
{
    const uint64_t product = build->space->product;
    uint64_t step = build->listing.time_ns ? (uint64_t)((double)product * 0.6180339887) : 1;
    while (step > 1 && greatest_divisor(product, step) > 1)
        step--;
    return step ? step : 1;
}

/* One batch is checked in any case. */
static bool may_walk(const sb_builder *build)
{
    return build->pending > 0 || (build->count <= SB_SPACE_LISTED && !build->ended);
}

/* From `initial` on. Products here are small enough that sums of two codes do not overflow. */
static int walk_product(sb_builder *build, uint64_t initial, sb_error *error)
{
    const uint64_t product = build->space->product, step = step_of(build);
    uint64_t walked = 0, code = initial;
    do {
        build->batch[build->pending++] = code;
        code = (code + step) % product;
        walked++;
        if (build->pending == SB_BUILDER_BATCH && flush_batch(build, error) < 0)
            return SB_FAILED;
    } while (walked < product && may_walk(build));
    build->space->complete &= walked == product;
    return flush_batch(build, error);
}

static int list_valid(sb_builder *build, uint64_t initial, sb_error *error)
{
    const int rc = build->space->product <= SB_SPACE_WALK ? walk_product(build, initial, error)
                                                          : sb_space_explore(build, initial, error);
    if (build->count)
        qsort(build->codes, build->count, sizeof *build->codes, sb_space_by_code);
    return rc;
}

static int fail_empty(const sb_builder *build, sb_error *error)
{
    if (build->ended && !build->space->complete)
        return sb_fail(error,
                       "no valid parameter set was found in the time for listing them; a larger "
                       "budget may find some");
    return sb_fail(error,
                   "none of the %" PRIu64 " combinations of the parameters is valid; loosen "
                   "the constraints or widen the ranges",
                   build->space->product);
}

static int fill_codes(sb_space *space, const sb_parameter_info *parameters,
                      const sb_space_listing *listing, sb_error *error)
{
    sb_builder *build = sb_builder_new(space, listing);
    int rc = listing->valid ? sb_space_narrow(build, parameters, error) : 0;
    if (rc == 0)
        rc = sb_space_thin(build, parameters, error);
    if (rc == 0)
        rc = list_valid(build, sb_space_initial(space, parameters), error);
    space->codes = build->codes;
    space->size = build->count < SB_SPACE_LISTED ? build->count : SB_SPACE_LISTED;
    if (rc == 0 && space->size == 0)
        rc = fail_empty(build, error);
    sb_builder_free(build);
    return rc;
}

int sb_space_open(const sb_parameter_info *parameters, size_t count, sb_space *space,
                  sb_error *error)
{
    *space = (sb_space) { .complete = true };
    if (check_parameters(parameters, count, error) < 0)
        return SB_FAILED;
    space->axes = sb_new(count, sizeof *space->axes);
    for (size_t a = 0; a < count; a++) {
        if (axis_of(&parameters[a], &space->axes[a], error) < 0)
            goto fail;
        space->axis_count = a + 1;
    }
    if (sb_space_lay_out(space, error) == 0)
        return 0;
fail:
    sb_space_free(space);
    return SB_FAILED;
}

int sb_space_list(const sb_parameter_info *parameters, size_t count,
                  const sb_space_listing *listing, sb_space *space, sb_error *error)
{
    if (sb_space_open(parameters, count, space, error) < 0)
        return SB_FAILED;
    if (fill_codes(space, parameters, listing, error) == 0)
        return 0;
    sb_space_free(space);
    return SB_FAILED;
}

int sb_space_build(const sb_parameter_info *parameters, size_t count, sb_valid_batch *valid,
                   void *context, sb_space *space, sb_error *error)
{
    const sb_space_listing listing = { .valid = valid, .context = context };
    return sb_space_list(parameters, count, &listing, space, error);
}
