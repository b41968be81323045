/* SPDX-License-Identifier: Apache-2.0 */
#include "common/panels.h"

#include "common/transpose.h"

int panels_init(panels *own, const sb_host *host, const conv *b, const float *weights, int64_t rows)
{
    own->groups = b->groups;
    own->channels = b->k / b->groups;
    own->depth = b->c / b->groups * b->r * b->s;
    own->count = divide_up(own->channels, rows);
    own->data = alloc_floats(host, b->k * own->depth);
    if (own->data == NULL)
        return -1;

    float *to = own->data;
    for (int64_t g = 0; g < b->groups; g++)
        for (int64_t i = 0; i < own->count; i++) {
            int64_t height = panel_height(own, i);
            const float *from = weights + (g * own->channels + panel_first(own, i)) * own->depth;
            const pack_job job = { from, own->depth, height, own->depth, 1, to, height, 0 };
            pack_filters(&job);
            to += height * own->depth;
        }
    return 0;
}

void panels_free(panels *own, const sb_host *host)
{
    host->free(host, own->data);
}
