/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/pairing.h"

static size_t round_end(const sb_series *series, size_t i)
{
    size_t end = i + 1;
    while (end < series->count && series->samples[end].round == series->samples[i].round)
        end++;
    return end;
}

bool sb_pairing_next(sb_pairing *at, const sb_series *a, const sb_series *b)
{
    const sb_series *const series[2] = { a, b };
    uint64_t round[2], next;
    for (int i = 0; i < 2; i++) {
        at->from[i] = at->end[i];
        const bool over = at->from[i] == series[i]->count;
        round[i] = over ? UINT64_MAX : series[i]->samples[at->from[i]].round;
    }
    next = round[0] < round[1] ? round[0] : round[1];
    for (int i = 0; i < 2; i++)
        if (round[i] == next && next != UINT64_MAX)
            at->end[i] = round_end(series[i], at->from[i]);
    return next != UINT64_MAX;
}
