/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/rounds.h"

#include "core/random.h"
#include "core/text.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define TURN_NS  4e6 /* waking a worker costs up to 0.4 ms */
#define LEAST_NS 5e5 /* if time is short */
#define TURNS    10  /* in the time of a candidate, then */

double sb_round_turn_ns(bool brief, int64_t max_time_ns)
{
    return brief ? fmin(TURN_NS, fmax(LEAST_NS, (double)max_time_ns / TURNS)) : TURN_NS;
}

/* By Fisher and Yates. */
static void shuffle_items(sb_random *random, size_t count, size_t *items)
{
    for (size_t i = 0; i < count; i++)
        items[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)sb_random_below(random, i);
        size_t kept = items[i - 1];
        items[i - 1] = items[j];
        items[j] = kept;
    }
}

/* The generator for one square; the square's number is mixed in so that adjacent squares differ. */
static sb_random square_random(uint64_t seed, uint64_t square)
{
    sb_random mixed = { seed };
    mixed.state = sb_random_next(&mixed) ^ square;
    return (sb_random) { sb_random_next(&mixed) };
}

void sb_round_order(uint64_t seed, uint32_t round, size_t count, size_t *order)
{
    assert(count > 0);
    sb_random random = square_random(seed, round / count);
    size_t *symbols = sb_new(2 * count, sizeof *symbols);
    size_t *rows = symbols + count;
    shuffle_items(&random, count, symbols);
    shuffle_items(&random, count, rows);
    size_t row = rows[round % count];
    for (size_t i = 0; i < count; i++)
        order[i] = symbols[(i + row) % count];
    free(symbols);
}
