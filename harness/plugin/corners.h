/* SPDX-License-Identifier: Apache-2.0 */
/* The corner parameter sets of a kernel, on which conformance is checked. */
#ifndef SB_PLUGIN_CORNERS_H
#define SB_PLUGIN_CORNERS_H

#include "plugin/info.h"

/* Values of some parameters; the others have the kernel's defaults. */
typedef struct sb_corner {
    uint32_t given;
    int64_t values[SB_MAX_PARAMETERS];
} sb_corner;

/* The defaults; each parameter alone at every extreme (its least and greatest value, every choice,
 * both states of a flag); all at their least; all at their greatest. Stores the count; free() the
 * result. */
sb_corner *sb_corners(const sb_kernel_info *kernel, size_t *count);

#endif
