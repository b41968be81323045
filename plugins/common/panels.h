/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Weights packed for the register tiles. The output channels of each group are cut into panels of
 * nearly equal height (49 is 13 + 12 + 12 + 12, not four times 12 and 1), and a panel holds
 * [depth][height], depth being (c / groups) r s. No padding anywhere, so the panel that begins with
 * channel k of a group begins at k * depth.
 */
#ifndef SB_PLUGINS_PANELS_H
#define SB_PLUGINS_PANELS_H

#include "common/conv.h"

typedef struct panels {
    int64_t groups, channels, depth; /* channels and depth of one group */
    int64_t count;                   /* panels of one group */
    float *data;
} panels;

static inline int64_t panel_first(const panels *own, int64_t i)
{
    int64_t height = own->channels / own->count;
    return i * height + smaller(i, own->channels % own->count);
}

static inline int64_t panel_height(const panels *own, int64_t i)
{
    return panel_first(own, i + 1) - panel_first(own, i);
}

static inline const float *panel_data(const panels *own, int64_t group, int64_t i)
{
    return own->data + (group * own->channels + panel_first(own, i)) * own->depth;
}

/* Packs weights [k][c / groups][r][s] into panels of at most `rows`. 0, or -1 without memory. */
int panels_init(panels *own, const sb_host *host, const conv *b, const float *weights,
                int64_t rows);
void panels_free(panels *own, const sb_host *host);

#endif
