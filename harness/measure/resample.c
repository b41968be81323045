/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/resample.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

static int compare_entries(const void *a, const void *b)
{
    const sb_entry *x = a, *y = b;
    return (x->ns > y->ns) - (x->ns < y->ns);
}

void sb_sorted_init(sb_sorted *s, size_t capacity)
{
    *s = (sb_sorted) {
        .entries = sb_new(capacity, sizeof *s->entries),
        .sizes = sb_new(capacity, sizeof *s->sizes),
    };
}

void sb_sorted_free(sb_sorted *s)
{
    free(s->entries);
    free(s->sizes);
}

void sb_sorted_add_round(sb_sorted *s, const sb_sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++)
        s->entries[s->count++] = (sb_entry) { samples[i].ns, (uint32_t)s->rounds };
    s->sizes[s->rounds++] = (uint32_t)count;
    s->size = s->rounds == 1 || s->size == count ? (uint32_t)count : 0;
}

void sb_sorted_finish(sb_sorted *s)
{
    qsort(s->entries, s->count, sizeof *s->entries, compare_entries);
}

/* The number of samples drawn: as many rounds as there are. */
static size_t count_drawn(const sb_sorted *s, const uint16_t *weights)
{
    size_t total = 0;
    if (s->size > 0)
        return s->rounds * s->size;
    for (size_t r = 0; r < s->rounds; r++)
        total += (size_t)weights[r] * s->sizes[r];
    return total;
}

double sb_sorted_quantile(const sb_sorted *s, const uint16_t *weights, double p)
{
    const size_t total = count_drawn(s, weights);
    double place = p * (double)(total - 1);
    size_t below = (size_t)place;
    double part = place - (double)below;
    size_t passed = 0, i = 0;
    while ((passed += weights[s->entries[i].round]) <= below)
        i++;
    double low = s->entries[i].ns;
    if (part <= 0 || passed > below + 1)
        return low;
    for (i++; !weights[s->entries[i].round];)
        i++;
    return low + part * (s->entries[i].ns - low);
}

/* Two draws from each random number: most of the time is spent here. */
void sb_draw_rounds(sb_random *random, size_t rounds, uint16_t *weights)
{
    memset(weights, 0, rounds * sizeof *weights);
    for (size_t i = 0; i < rounds; i += 2) {
        uint64_t bits = sb_random_next(random);
        weights[((bits >> 32) * rounds) >> 32]++;
        if (i + 1 < rounds)
            weights[((bits & UINT32_MAX) * rounds) >> 32]++;
    }
}
