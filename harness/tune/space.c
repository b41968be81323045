/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/space.h"

#include "core/text.h"
#include "tune/space_codes.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int sb_space_lay_out(sb_space *space, sb_error *error)
{
    space->product = 1;
    for (size_t a = space->axis_count; a-- > 0;) {
        space->strides[a] = space->product;
        if (__builtin_mul_overflow(space->product, space->axes[a].count, &space->product))
            return sb_fail(error, "the parameters have more than 2^64 combinations; narrow them");
    }
    return 0;
}

void sb_space_code_values(const sb_space *space, uint64_t code, int64_t *values)
{
    for (size_t a = 0; a < space->axis_count; a++)
        values[a] = space->axes[a].values[sb_space_digit(space, code, a)];
}

void sb_space_digits(const sb_space *space, size_t index, uint32_t *digits)
{
    assert(index < space->size);
    uint64_t code = space->codes[index];
    for (size_t a = 0; a < space->axis_count; a++)
        digits[a] = sb_space_digit(space, code, a);
}

void sb_space_values(const sb_space *space, size_t index, int64_t *values)
{
    assert(index < space->size);
    sb_space_code_values(space, space->codes[index], values);
}

ptrdiff_t sb_space_find_code(const sb_space *space, uint64_t code)
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
    return sb_space_find_code(space, code);
}

/* The digit of a value, or -1. */
static ptrdiff_t find_value(const sb_axis *axis, int64_t value)
{
    for (uint32_t d = 0; d < axis->count; d++)
        if (axis->values[d] == value)
            return d;
    return -1;
}

uint64_t sb_space_initial(const sb_space *space, const sb_parameter_info *parameters)
{
    uint64_t code = 0;
    for (size_t a = 0; a < space->axis_count; a++) {
        ptrdiff_t digit = find_value(&space->axes[a], parameters[a].initial);
        code += (uint64_t)(digit < 0 ? 0 : digit) * space->strides[a];
    }
    return code;
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
    return sb_space_find_code(space, code);
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
        uint32_t digit = sb_space_digit(space, space->codes[index], a);
        sb_axis_text(&space->axes[a], digit, value, sizeof value);
        sb_text_add(&text, "%s%s=%s", a ? ";" : "", space->axes[a].id, value);
    }
    return text.data;
}

int sb_space_by_code(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

int sb_space_from_rows(sb_axis *axes, size_t axis_count, const uint32_t *rows, size_t row_count,
                       sb_space *space, sb_error *error)
{
    *space = (sb_space) { .axes = axes, .axis_count = axis_count, .complete = true };
    if (axis_count > SB_SPACE_AXES || row_count == 0 || row_count > SB_SPACE_SIZE) {
        sb_fail(error, "%zu parameter sets of %zu parameters; 1 to %d of at most %d are possible",
                row_count, axis_count, SB_SPACE_SIZE, SB_SPACE_AXES);
        goto fail;
    }
    if (sb_space_lay_out(space, error) < 0)
        goto fail;
    space->codes = sb_new(row_count, sizeof *space->codes);
    for (size_t i = 0; i < row_count; i++)
        for (size_t a = 0; a < axis_count; a++)
            space->codes[i] += rows[i * axis_count + a] * space->strides[a];
    qsort(space->codes, row_count, sizeof *space->codes, sb_space_by_code);
    for (size_t i = 0; i < row_count; i++)
        if (i == 0 || space->codes[i] != space->codes[space->size - 1])
            space->codes[space->size++] = space->codes[i];
    return 0;
fail:
    sb_space_free(space);
    return SB_FAILED;
}

void sb_space_drop_values(sb_axis *axis, const bool *kept)
{
    uint32_t count = 0;
    for (uint32_t d = 0; d < axis->count; d++)
        count += kept[d];
    if (count == 0)
        return;
    count = 0;
    for (uint32_t d = 0; d < axis->count; d++) {
        char *name = axis->names ? axis->names[d] : NULL;
        if (!kept[d]) {
            free(name);
            continue;
        }
        axis->values[count] = axis->values[d];
        if (axis->names)
            axis->names[count] = name;
        count++;
    }
    axis->count = count;
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
