/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/space.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

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

/* Codes of the product must fit, or configurations could not be told apart. */
static int lay_out(sb_space *space, sb_error *error)
{
    space->product = 1;
    for (size_t a = space->axis_count; a-- > 0;) {
        space->strides[a] = space->product;
        if (__builtin_mul_overflow(space->product, space->axes[a].count, &space->product))
            return sb_fail(error, "the parameters have more than 2^64 combinations; narrow them");
    }
    return 0;
}

/* ------------------------------------------------------------------------------------- digits */

static uint32_t digit_of(const sb_space *space, uint64_t code, size_t axis)
{
    return (uint32_t)(code / space->strides[axis] % space->axes[axis].count);
}

static void values_of(const sb_space *space, uint64_t code, int64_t *values)
{
    for (size_t a = 0; a < space->axis_count; a++)
        values[a] = space->axes[a].values[digit_of(space, code, a)];
}

void sb_space_digits(const sb_space *space, size_t index, uint32_t *digits)
{
    assert(index < space->size);
    uint64_t code = space->codes[index];
    for (size_t a = 0; a < space->axis_count; a++)
        digits[a] = digit_of(space, code, a);
}

void sb_space_values(const sb_space *space, size_t index, int64_t *values)
{
    assert(index < space->size);
    values_of(space, space->codes[index], values);
}

static ptrdiff_t find_code(const sb_space *space, uint64_t code)
{
    size_t low = 0, high = space->size;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (space->codes[middle] < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < space->size && space->codes[low] == code ? (ptrdiff_t)low : -1;
}

ptrdiff_t sb_space_find(const sb_space *space, const uint32_t *digits)
{
    uint64_t code = 0;
    for (size_t a = 0; a < space->axis_count; a++)
        code += digits[a] * space->strides[a];
    return find_code(space, code);
}

static ptrdiff_t find_value(const sb_axis *axis, int64_t value)
{
    for (uint32_t d = 0; d < axis->count; d++)
        if (axis->values[d] == value)
            return d;
    return -1;
}

ptrdiff_t sb_space_find_values(const sb_space *space, const int64_t *values)
{
    uint64_t code = 0;
    for (size_t a = 0; a < space->axis_count; a++) {
        ptrdiff_t digit = find_value(&space->axes[a], values[a]);
        if (digit < 0)
            return -1;
        code += (uint64_t)digit * space->strides[a];
    }
    return find_code(space, code);
}

void sb_axis_text(const sb_axis *axis, uint32_t digit, char *text, size_t size)
{
    if (axis->names)
        snprintf(text, size, "%s", axis->names[digit]);
    else
        snprintf(text, size, "%" PRId64, axis->values[digit]);
}

char *sb_space_text(const sb_space *space, size_t index)
{
    sb_text text = { 0 };
    sb_text_add(&text, "%s", "");
    for (size_t a = 0; a < space->axis_count; a++) {
        char value[256];
        uint32_t digit = digit_of(space, space->codes[index], a);
        sb_axis_text(&space->axes[a], digit, value, sizeof value);
        sb_text_add(&text, "%s%s=%s", a ? ";" : "", space->axes[a].id, value);
    }
    return text.data;
}

/* ----------------------------------------------------------------------------------- building */

/* Codes on their way through the validity check, a batch at a time. */
enum { BATCH = 4096 };

typedef struct builder {
    sb_space *space;
    sb_valid_batch *valid;
    void *context;
    uint64_t *codes; /* valid ones found so far */
    size_t count, capacity;
    uint64_t batch[BATCH];
    size_t pending;
    int64_t *values; /* BATCH rows */
    unsigned char ok[BATCH];
} builder;

static void keep(builder *build, uint64_t code)
{
    if (build->count == build->capacity) {
        build->capacity = build->capacity ? 2 * build->capacity : 1024;
        build->codes = sb_grow(build->codes, build->capacity, sizeof *build->codes);
    }
    build->codes[build->count++] = code;
}

static int check_batch(builder *build, sb_error *error)
{
    size_t axes = build->space->axis_count;
    memset(build->ok, 1, build->pending);
    if (!build->valid)
        return 0;
    for (size_t i = 0; i < build->pending; i++)
        values_of(build->space, build->batch[i], build->values + i * axes);
    return build->valid(build->context, build->values, build->pending, build->ok, error);
}

static int flush(builder *build, sb_error *error)
{
    if (check_batch(build, error) < 0)
        return SB_FAILED;
    for (size_t i = 0; i < build->pending; i++)
        if (build->ok[i])
            keep(build, build->batch[i]);
    build->pending = 0;
    return 0;
}

static int walk(builder *build, sb_error *error)
{
    for (uint64_t code = 0; code < build->space->product; code++) {
        build->batch[build->pending++] = code;
        if (build->pending == BATCH && flush(build, error) < 0)
            return SB_FAILED;
        if (build->count > SB_SPACE_SIZE) {
            build->space->complete = false;
            break;
        }
    }
    return flush(build, error);
}

/* ---------------------------------------------- exploring products that are too large to walk */

/* A set of codes: open addressing, code + 1 so that 0 is free. */
typedef struct code_set {
    uint64_t *slots;
    size_t capacity, count;
} code_set;

static bool insert(code_set *set, uint64_t code);

static void enlarge(code_set *set)
{
    code_set larger = { .capacity = set->capacity ? 2 * set->capacity : 4096 };
    larger.slots = sb_new(larger.capacity, sizeof *larger.slots);
    for (size_t i = 0; i < set->capacity; i++)
        if (set->slots[i])
            insert(&larger, set->slots[i] - 1);
    free(set->slots);
    *set = larger;
}

/* False where it was there already. */
static bool insert(code_set *set, uint64_t code)
{
    if (2 * (set->count + 1) > set->capacity)
        enlarge(set);
    sb_random mix = { code };
    size_t slot = (size_t)sb_random_next(&mix) & (set->capacity - 1);
    for (; set->slots[slot]; slot = (slot + 1) & (set->capacity - 1))
        if (set->slots[slot] == code + 1)
            return false;
    set->slots[slot] = code + 1;
    set->count++;
    return true;
}

/* Checks the batch and keeps those that are valid and new. */
static int flush_new(builder *build, code_set *found, sb_error *error)
{
    if (check_batch(build, error) < 0)
        return SB_FAILED;
    for (size_t i = 0; i < build->pending; i++)
        if (build->ok[i] && insert(found, build->batch[i]))
            keep(build, build->batch[i]);
    build->pending = 0;
    return 0;
}

static int seed_points(builder *build, uint64_t initial, code_set *found, sb_error *error)
{
    enum { PROBES = 1 << 20, ENOUGH = 1 << 10 };
    sb_random random = { 1 };
    build->batch[build->pending++] = initial;
    for (int i = 0; i < PROBES && build->count < ENOUGH; i++) {
        build->batch[build->pending++] = sb_random_below(&random, build->space->product);
        if (build->pending == BATCH && flush_new(build, found, error) < 0)
            return SB_FAILED;
    }
    return flush_new(build, found, error);
}

/* All points that one change of `code` leads to. */
static int spread(builder *build, uint64_t code, code_set *found, sb_error *error)
{
    for (size_t a = 0; a < build->space->axis_count; a++) {
        uint64_t stride = build->space->strides[a];
        uint64_t base = code - digit_of(build->space, code, a) * stride;
        for (uint32_t d = 0; d < build->space->axes[a].count; d++) {
            build->batch[build->pending++] = base + d * stride;
            if (build->pending == BATCH && flush_new(build, found, error) < 0)
                return SB_FAILED;
        }
    }
    return 0;
}

static int by_code(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int explore(builder *build, uint64_t initial, sb_error *error)
{
    code_set found = { 0 };
    int rc = seed_points(build, initial, &found, error);
    size_t done = 0;
    while (rc == 0 && done < build->count && build->count <= SB_SPACE_SIZE) {
        rc = spread(build, build->codes[done++], &found, error);
        if (rc == 0 && done == build->count)
            rc = flush_new(build, &found, error);
    }
    build->space->complete = build->count <= SB_SPACE_SIZE;
    free(found.slots);
    qsort(build->codes, build->count, sizeof *build->codes, by_code);
    return rc;
}

static uint64_t initial_code(const sb_space *space, const sb_parameter_info *parameters)
{
    uint64_t code = 0;
    for (size_t a = 0; a < space->axis_count; a++) {
        ptrdiff_t digit = find_value(&space->axes[a], parameters[a].initial);
        code += (uint64_t)(digit < 0 ? 0 : digit) * space->strides[a];
    }
    return code;
}

/* ------------------------------------------------------------------ values that never are valid */

/* Beyond this many combinations, values of no use are looked for first: ranges are declared for all
 * layers (a block of up to 8192 channels), and most of them say nothing on a small one. */
#define NARROW_FROM UINT64_C(1000000)

enum { NARROW_BASES = 64 };

/* The initial point, or a random one. */
static uint64_t base_of(const builder *build, uint64_t initial, int number, sb_random *random)
{
    return number == 0 ? initial : sb_random_below(random, build->space->product);
}

/* Marks the values with which any of the codes in the batch is valid. */
static int mark(builder *build, size_t axis, bool *useful, sb_error *error)
{
    int rc = check_batch(build, error);
    for (size_t i = 0; i < build->pending && rc == 0; i++)
        if (build->ok[i])
            useful[digit_of(build->space, build->batch[i], axis)] = true;
    build->pending = 0;
    return rc;
}

/* Tries every value of the axis in the initial point and in random ones. */
static int try_values(builder *build, size_t axis, uint64_t initial, bool *useful, sb_error *error)
{
    const sb_space *space = build->space;
    sb_random random = { axis };
    for (int number = 0; number < NARROW_BASES; number++) {
        uint64_t base = base_of(build, initial, number, &random);
        base -= digit_of(space, base, axis) * space->strides[axis];
        for (uint32_t d = 0; d < space->axes[axis].count; d++) {
            build->batch[build->pending++] = base + d * space->strides[axis];
            if (build->pending == BATCH && mark(build, axis, useful, error) < 0)
                return SB_FAILED;
        }
    }
    return mark(build, axis, useful, error);
}

/* Keeps the useful values; all of them where none is known to be. */
static void drop_values(sb_axis *axis, const bool *useful)
{
    uint32_t kept = 0;
    for (uint32_t d = 0; d < axis->count; d++)
        kept += useful[d];
    if (kept == 0)
        return;
    kept = 0;
    for (uint32_t d = 0; d < axis->count; d++) {
        char *name = axis->names ? axis->names[d] : NULL;
        if (!useful[d]) {
            free(name);
            continue;
        }
        axis->values[kept] = axis->values[d];
        if (axis->names)
            axis->names[kept] = name;
        kept++;
    }
    axis->count = kept;
}

/* The longest axis first: what is drawn for the others is then more often valid. */
static size_t longest_axis(const sb_space *space, const bool *done)
{
    size_t longest = space->axis_count;
    for (size_t a = 0; a < space->axis_count; a++)
        if (!done[a] &&
            (longest == space->axis_count || space->axes[a].count > space->axes[longest].count))
            longest = a;
    return longest;
}

static int narrow(builder *build, const sb_parameter_info *parameters, sb_error *error)
{
    sb_space *space = build->space;
    bool done[SB_SPACE_AXES] = { false };
    int rc = 0;
    for (size_t i = 0; i < space->axis_count && rc == 0 && space->product > NARROW_FROM; i++) {
        size_t axis = longest_axis(space, done);
        bool *useful = sb_new(space->axes[axis].count, sizeof *useful);
        rc = try_values(build, axis, initial_code(space, parameters), useful, error);
        if (rc == 0)
            drop_values(&space->axes[axis], useful);
        free(useful);
        done[axis] = true;
        if (rc == 0)
            rc = lay_out(space, error);
    }
    return rc;
}

static int fill(sb_space *space, const sb_parameter_info *parameters, sb_valid_batch *valid,
                void *context, sb_error *error)
{
    builder *build = sb_new(1, sizeof *build);
    build->space = space;
    build->valid = valid;
    build->context = context;
    build->values = sb_new(BATCH * (space->axis_count + 1), sizeof *build->values);
    int rc = valid ? narrow(build, parameters, error) : 0;
    if (rc == 0)
        rc = space->product <= SB_SPACE_WALK
                 ? walk(build, error)
                 : explore(build, initial_code(space, parameters), error);
    space->codes = build->codes;
    space->size = build->count < SB_SPACE_SIZE ? build->count : SB_SPACE_SIZE;
    free(build->values);
    free(build);
    if (rc == 0 && space->size == 0)
        return sb_fail(error,
                       "none of the %" PRIu64 " combinations of the parameters is valid; loosen "
                       "the constraints or widen the ranges",
                       space->product);
    return rc;
}

int sb_space_build(const sb_parameter_info *parameters, size_t count, sb_valid_batch *valid,
                   void *context, sb_space *space, sb_error *error)
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
    if (lay_out(space, error) < 0 || fill(space, parameters, valid, context, error) < 0)
        goto fail;
    return 0;
fail:
    sb_space_free(space);
    return SB_FAILED;
}

int sb_space_from_rows(sb_axis *axes, size_t axis_count, const uint32_t *rows, size_t row_count,
                       sb_space *space, sb_error *error)
{
    *space = (sb_space) { .axes = axes, .axis_count = axis_count, .complete = true };
    if (axis_count > SB_SPACE_AXES || row_count == 0 || row_count > SB_SPACE_SIZE) {
        sb_fail(error, "%zu configurations of %zu parameters; 1 to %d of at most %d are possible",
                row_count, axis_count, SB_SPACE_SIZE, SB_SPACE_AXES);
        goto fail;
    }
    if (lay_out(space, error) < 0)
        goto fail;
    space->codes = sb_new(row_count, sizeof *space->codes);
    for (size_t i = 0; i < row_count; i++)
        for (size_t a = 0; a < axis_count; a++)
            space->codes[i] += rows[i * axis_count + a] * space->strides[a];
    qsort(space->codes, row_count, sizeof *space->codes, by_code);
    for (size_t i = 0; i < row_count; i++)
        if (i == 0 || space->codes[i] != space->codes[space->size - 1])
            space->codes[space->size++] = space->codes[i];
    return 0;
fail:
    sb_space_free(space);
    return SB_FAILED;
}

static void free_axis(sb_axis *axis)
{
    for (uint32_t d = 0; axis->names && d < axis->count; d++)
        free(axis->names[d]);
    free(axis->names);
    free(axis->values);
    free(axis->id);
}

void sb_space_free(sb_space *space)
{
    for (size_t a = 0; a < space->axis_count; a++)
        free_axis(&space->axes[a]);
    free(space->axes);
    free(space->codes);
    *space = (sb_space) { 0 };
}

/* --------------------------------------------------------------------------------- neighbours */

size_t sb_space_most_neighbours(const sb_space *space)
{
    size_t most = 1;
    for (size_t a = 0; a < space->axis_count; a++)
        most += space->axes[a].count - 1;
    return most;
}

/* The nearest valid digit from `digit` in direction `step`, along one axis. */
static size_t next_along(const sb_space *space, size_t index, size_t axis, int step, uint32_t *out)
{
    uint64_t code = space->codes[index];
    int64_t digit = digit_of(space, code, axis), count = space->axes[axis].count;
    for (int64_t d = digit + step; d >= 0 && d < count; d += step) {
        ptrdiff_t found = find_code(space, code + (uint64_t)(d - digit) * space->strides[axis]);
        if (found < 0)
            continue;
        *out = (uint32_t)found;
        return 1;
    }
    return 0;
}

static size_t all_along(const sb_space *space, size_t index, size_t axis, uint32_t *out)
{
    uint64_t code = space->codes[index], stride = space->strides[axis];
    uint32_t digit = digit_of(space, code, axis);
    size_t count = 0;
    for (uint32_t d = 0; d < space->axes[axis].count; d++) {
        if (d == digit)
            continue;
        ptrdiff_t found = find_code(space, code - digit * stride + d * stride);
        if (found >= 0)
            out[count++] = (uint32_t)found;
    }
    return count;
}

size_t sb_space_neighbours(const sb_space *space, size_t index, sb_reach reach, uint32_t *out)
{
    size_t count = 0;
    for (size_t a = 0; a < space->axis_count; a++) {
        if (reach == SB_ADJACENT && space->axes[a].ordered) {
            count += next_along(space, index, a, -1, out + count);
            count += next_along(space, index, a, +1, out + count);
        } else {
            count += all_along(space, index, a, out + count);
        }
    }
    return count;
}

/* Is there a valid configuration that differs from the code in this axis alone? The nearest. */
static ptrdiff_t nearest_along(const sb_space *space, uint64_t code, size_t axis)
{
    int64_t digit = digit_of(space, code, axis), count = space->axes[axis].count;
    for (int64_t distance = 1; distance < count; distance++) {
        for (int64_t d = digit - distance; d <= digit + distance; d += 2 * distance) {
            if (d < 0 || d >= count)
                continue;
            ptrdiff_t found = find_code(space, code + (uint64_t)(d - digit) * space->strides[axis]);
            if (found >= 0)
                return found;
        }
    }
    return -1;
}

static void shuffle_axes(size_t *order, size_t count, sb_random *random)
{
    for (size_t i = 0; i < count; i++) {
        size_t j = (size_t)sb_random_below(random, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}

/* The configuration whose code is nearest from above or below shares the leading digits: a valid
 * point that is alike, when no single change leads to one. */
static size_t nearest_code(const sb_space *space, uint64_t code)
{
    size_t low = 0, high = space->size - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (space->codes[middle] < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t sb_space_repair(const sb_space *space, const uint32_t *digits, sb_random *random)
{
    uint64_t code = 0;
    for (size_t a = 0; a < space->axis_count; a++)
        code += digits[a] * space->strides[a];
    ptrdiff_t found = find_code(space, code);
    if (found >= 0)
        return (size_t)found;
    size_t order[SB_SPACE_AXES] = { 0 };
    shuffle_axes(order, space->axis_count, random);
    for (size_t i = 0; i < space->axis_count; i++) {
        found = nearest_along(space, code, order[i]);
        if (found >= 0)
            return (size_t)found;
    }
    return nearest_code(space, code);
}
