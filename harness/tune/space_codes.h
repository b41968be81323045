/* SPDX-License-Identifier: Apache-2.0 */
/* Parameter sets as codes: sums of digit * stride. For the files of a space (space_*.c) only. */
#ifndef SB_TUNE_SPACE_CODES_H
#define SB_TUNE_SPACE_CODES_H

#include "tune/space.h"

/* The code of the parameters' initial values. */
uint64_t sb_space_initial(const sb_space *space, const sb_parameter_info *parameters);

/* Computes strides and product. Codes must fit 64 bits, otherwise they would not be unique. */
int sb_space_lay_out(sb_space *space, sb_error *error);

static inline uint32_t sb_space_digit(const sb_space *space, uint64_t code, size_t axis)
{
    return (uint32_t)(code / space->strides[axis] % space->axes[axis].count);
}

void sb_space_code_values(const sb_space *space, uint64_t code, int64_t *values);

/* Removes the values of the axis that are not kept; but if none is, it stays as it is. */
void sb_space_drop_values(sb_axis *axis, const bool *kept);

/* The index of a code, or -1. */
ptrdiff_t sb_space_find_code(const sb_space *space, uint64_t code);

/* For qsort(). */
int sb_space_by_code(const void *a, const void *b);

#endif
