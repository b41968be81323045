/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/space_large.h"

#include "core/text.h"
#include "tune/space_codes.h"

#include <stdlib.h>

/* ----------------------------------------------------------------------------------- exploring */

/* A set of codes: open addressing, stores code + 1 so that 0 marks a free place. */
typedef struct code_set {
    uint64_t *slots;
    size_t capacity, count;
} code_set;

static bool insert_code(code_set *set, uint64_t code);

static void enlarge_set(code_set *set)
{
    code_set larger = { .capacity = set->capacity ? 2 * set->capacity : 4096 };
    larger.slots = sb_new(larger.capacity, sizeof *larger.slots);
    for (size_t i = 0; i < set->capacity; i++)
        if (set->slots[i])
            insert_code(&larger, set->slots[i] - 1);
    free(set->slots);
    *set = larger;
}

/* False if it was there already. */
static bool insert_code(code_set *set, uint64_t code)
{
    if (2 * (set->count + 1) > set->capacity)
        enlarge_set(set);
    sb_random mix = { code };
    size_t slot = (size_t)sb_random_next(&mix) & (set->capacity - 1);
    for (; set->slots[slot]; slot = (slot + 1) & (set->capacity - 1))
        if (set->slots[slot] == code + 1)
            return false;
    set->slots[slot] = code + 1;
    set->count++;
    return true;
}

/* Checks the batch and keeps the codes that are valid and new. */
static int flush_new(sb_builder *build, code_set *found, sb_error *error)
{
    if (sb_builder_check(build, error) < 0)
        return SB_FAILED;
    for (size_t i = 0; i < build->pending; i++)
        if (build->ok[i] && insert_code(found, build->batch[i]))
            sb_builder_keep(build, build->batch[i]);
    build->pending = 0;
    return 0;
}

static int seed_points(sb_builder *build, uint64_t initial, code_set *found, sb_error *error)
{
    enum { PROBES = 1 << 18, ENOUGH = 1 << 10 };
    sb_random random = { 1 };
    build->batch[build->pending++] = initial;
    for (int i = 0; i < PROBES && build->count < ENOUGH && !build->ended; i++) {
        build->batch[build->pending++] = sb_random_below(&random, build->space->product);
        if (build->pending == SB_BUILDER_BATCH && flush_new(build, found, error) < 0)
            return SB_FAILED;
    }
    return flush_new(build, found, error);
}

/* All points that differ from `code` in one value. */
static int spread_around(sb_builder *build, uint64_t code, code_set *found, sb_error *error)
{
    for (size_t a = 0; a < build->space->axis_count; a++) {
        uint64_t stride = build->space->strides[a];
        uint64_t base = code - sb_space_digit(build->space, code, a) * stride;
        for (uint32_t d = 0; d < build->space->axes[a].count; d++) {
            build->batch[build->pending++] = base + d * stride;
            if (build->pending == SB_BUILDER_BATCH && flush_new(build, found, error) < 0)
                return SB_FAILED;
        }
    }
    return 0;
}

/* A search of some hundred evaluations does not need a list that takes minutes. */
static bool may_explore(const sb_builder *build)
{
    return build->count <= SB_SPACE_LISTED && build->checked < SB_SPACE_CHECKED && !build->ended;
}

int sb_space_explore(sb_builder *build, uint64_t initial, sb_error *error)
{
    code_set found = { 0 };
    int rc = seed_points(build, initial, &found, error);
    size_t done = 0;
    while (rc == 0 && done < build->count && (done == 0 || may_explore(build))) {
        rc = spread_around(build, build->codes[done++], &found, error);
        if (rc == 0 && done == build->count)
            rc = flush_new(build, &found, error);
    }
    if (rc == 0)
        rc = flush_new(build, &found, error);
    if (done < build->count || build->ended)
        build->space->complete = false;
    free(found.slots);
    return rc;
}

/* ------------------------------------------------------------------ values that never are valid */

/* Beyond this many combinations, useless values are removed first: ranges are declared for all
 * layers (a block of up to 8192 channels), and most values have no effect on a small layer. */
#define NARROW_FROM UINT64_C(1000000)

enum { NARROW_BASES = 64 };

/* The initial point, or a random one. */
static uint64_t base_of(const sb_builder *build, uint64_t initial, int number, sb_random *random)
{
    return number == 0 ? initial : sb_random_below(random, build->space->product);
}

/* Marks the values for which any of the codes in the batch is valid. */
static int mark_useful(sb_builder *build, size_t axis, bool *useful, sb_error *error)
{
    int rc = sb_builder_check(build, error);
    for (size_t i = 0; i < build->pending && rc == 0; i++)
        if (build->ok[i])
            useful[sb_space_digit(build->space, build->batch[i], axis)] = true;
    build->pending = 0;
    return rc;
}

/* Tries every value of the axis in the initial point and in random ones. */
static int try_values(sb_builder *build, size_t axis, uint64_t initial, bool *useful,
                      sb_error *error)
{
    const sb_space *space = build->space;
    sb_random random = { axis };
    for (int number = 0; number < NARROW_BASES && !build->ended; number++) {
        uint64_t base = base_of(build, initial, number, &random);
        base -= sb_space_digit(space, base, axis) * space->strides[axis];
        for (uint32_t d = 0; d < space->axes[axis].count; d++) {
            build->batch[build->pending++] = base + d * space->strides[axis];
            if (build->pending == SB_BUILDER_BATCH && mark_useful(build, axis, useful, error) < 0)
                return SB_FAILED;
        }
    }
    return mark_useful(build, axis, useful, error);
}

/* The longest axis first: then the values drawn for the others are more often valid. */
static size_t longest_axis(const sb_space *space, const bool *done)
{
    size_t longest = space->axis_count;
    for (size_t a = 0; a < space->axis_count; a++)
        if (!done[a] &&
            (longest == space->axis_count || space->axes[a].count > space->axes[longest].count))
            longest = a;
    return longest;
}

static bool may_narrow(const sb_builder *build)
{
    return build->space->product > NARROW_FROM && !build->ended;
}

int sb_space_narrow(sb_builder *build, const sb_parameter_info *parameters, sb_error *error)
{
    sb_space *space = build->space;
    bool done[SB_SPACE_AXES] = { false };
    int rc = 0;
    for (size_t i = 0; i < space->axis_count && rc == 0 && may_narrow(build); i++) {
        size_t axis = longest_axis(space, done);
        bool *useful = sb_new(space->axes[axis].count, sizeof *useful);
        rc = try_values(build, axis, sb_space_initial(space, parameters), useful, error);
        if (rc == 0 && !build->ended)
            sb_space_drop_values(&space->axes[axis], useful);
        free(useful);
        done[axis] = true;
        if (rc == 0)
            rc = sb_space_lay_out(space, error);
    }
    return rc;
}
