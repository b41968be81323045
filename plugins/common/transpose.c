/* SPDX-License-Identifier: Apache-2.0 */
#include "common/transpose.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum {
    LINE = 16, /* values of one filter that are packed together: a cache line */
    SIDE = 4   /* of a square that is transposed in registers */
};

/* Value i of filter n goes to to[i][f + n]. */
static void transpose_square(const float *from, ptrdiff_t filter, float *const to[SIDE], int64_t f)
{
#if defined(__SSE2__)
    __m128 a = _mm_loadu_ps(from), b = _mm_loadu_ps(from + filter);
    __m128 c = _mm_loadu_ps(from + 2 * filter), d = _mm_loadu_ps(from + 3 * filter);
    _MM_TRANSPOSE4_PS(a, b, c, d);
    _mm_storeu_ps(to[0] + f, a);
    _mm_storeu_ps(to[1] + f, b);
    _mm_storeu_ps(to[2] + f, c);
    _mm_storeu_ps(to[3] + f, d);
#else
    for (int i = 0; i < SIDE; i++)
        for (int n = 0; n < SIDE; n++)
            to[i][f + n] = from[n * filter + i];
#endif
}

/* Packs `count` values of all filters, of which value i goes to to[i]. Meanwhile it prefetches the
 * next line of each filter: there are more filters than the processor follows by itself. */
static void pack_line(const pack_job *job, const float *from, float *const to[LINE], int count)
{
    int64_t f = 0;
    for (; count == LINE && f + SIDE <= job->filters; f += SIDE, from += SIDE * job->filter) {
        for (int n = 0; n < SIDE; n++)
            __builtin_prefetch(from + n * job->filter + LINE);
        for (int i = 0; i < LINE; i += SIDE)
            transpose_square(from + i, job->filter, to + i, f);
    }
    for (; f < job->filters; f++, from += job->filter)
        for (int i = 0; i < count; i++)
            to[i][f] = from[i];
}

/* Line by line, because each line of a filter is then read once, and the lines that are written
 * stay in the first-level cache until they are complete, whatever the distances are. */
void pack_filters(const pack_job *job)
{
    const int64_t all = job->channels * job->taps;
    int64_t channel = 0, tap = 0;
    for (int64_t at = 0; at < all; at += LINE) {
        const int count = all - at < LINE ? (int)(all - at) : LINE;
        float *to[LINE];
        for (int i = 0; i < count; i++) {
            to[i] = job->to + channel * job->to_channel + tap * job->to_tap;
            if (++tap == job->taps) {
                tap = 0;
                channel++;
            }
        }
        pack_line(job, job->from + at, to, count);
    }
}
