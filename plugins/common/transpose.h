/* SPDX-License-Identifier: Apache-2.0 */
/* Packing of weights: filters that lie one after the other are transposed, so that the values of
 * neighbouring filters become neighbours. */
#ifndef SB_PLUGINS_TRANSPOSE_H
#define SB_PLUGINS_TRANSPOSE_H

#include <stddef.h>
#include <stdint.h>

/* Value (channel, tap) of filter f is from[f * filter + channel * taps + tap], and goes to
 * to[channel * to_channel + tap * to_tap + f]. Distances in floats. */
typedef struct pack_job {
    const float *from;
    ptrdiff_t filter;
    int64_t filters, channels, taps;
    float *to;
    ptrdiff_t to_channel, to_tap;
} pack_job;

void pack_filters(const pack_job *job);

#endif
