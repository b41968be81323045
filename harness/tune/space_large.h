/* SPDX-License-Identifier: Apache-2.0 */
/* Products that are too large to walk point by point, or larger than they need be. */
#ifndef SB_TUNE_SPACE_LARGE_H
#define SB_TUNE_SPACE_LARGE_H

#include "tune/space_builder.h"

/* Collects the valid codes of a product that is too large to walk, ascending. */
int sb_space_explore(sb_builder *build, uint64_t initial, sb_error *error);

/* Leaves out values with which nothing seems to be valid, where the product is large. */
int sb_space_narrow(sb_builder *build, const sb_parameter_info *parameters, sb_error *error);

#endif
