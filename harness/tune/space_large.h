/* SPDX-License-Identifier: Apache-2.0 */
/* Products that are too large to enumerate, or larger than necessary. */
#ifndef SB_TUNE_SPACE_LARGE_H
#define SB_TUNE_SPACE_LARGE_H

#include "tune/space_builder.h"

/* Collects valid codes of a product that is too large to enumerate, in any order. */
int sb_space_explore(sb_builder *build, uint64_t initial, sb_error *error);

/* Removes values for which nothing seems to be valid, if the product is large. */
int sb_space_narrow(sb_builder *build, const sb_parameter_info *parameters, sb_error *error);

/* Removes values of the longest axes until no more than SB_SPACE_LISTED points seem to be valid. */
int sb_space_thin(sb_builder *build, const sb_parameter_info *parameters, sb_error *error);

#endif
