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
    const sb_series *const series[2] = { a, b ? b : a };
    for (;;) {
        uint32_t round[2];
        for (int i = 0; i < 2; i++) {
            at->from[i] = at->end[i];
            if (at->from[i] == series[i]->count)
                return false;
            at->end[i] = round_end(series[i], at->from[i]);
            round[i] = series[i]->samples[at->from[i]].round;
        }
        if (round[0] == round[1])
            return true;
        int ahead = round[0] < round[1]; /* the other one catches up */
        at->end[ahead] = at->from[ahead];
    }
}
