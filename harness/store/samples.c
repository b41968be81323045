/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sample is four variable-length integers (seven bits a byte, the lowest first, the high bit set
 * on all but the last): the step of the round, the position, the zigzag step of the iterations, and
 * the time. A turn's time is a whole number of nanoseconds, so twice that number (even) represents
 * the time of a call if dividing it by the iterations gives exactly that time; otherwise 1,
 * followed by the double's eight bytes, the lowest first.
 */
#include "store/samples.h"

#include <math.h>
#include <string.h>

enum { RAW_TIME = 1, DOUBLE_BYTES = 8 };

static void put_integer(sb_text *bytes, uint64_t value)
{
    char coded[10];
    size_t count = 0;
    do {
        coded[count++] = (char)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
        value >>= 7;
    } while (value);
    sb_text_add_bytes(bytes, coded, count);
}

static void put_time(sb_text *bytes, const sb_sample *sample)
{
    double turn = round(sample->ns * sample->iterations);
    if (!signbit(turn) && turn < 0x1p53 && turn / sample->iterations == sample->ns) {
        put_integer(bytes, (uint64_t)turn << 1);
        return;
    }
    uint64_t bits;
    memcpy(&bits, &sample->ns, sizeof bits);
    put_integer(bytes, RAW_TIME);
    char raw[DOUBLE_BYTES];
    for (int i = 0; i < DOUBLE_BYTES; i++)
        raw[i] = (char)(bits >> (8 * i));
    sb_text_add_bytes(bytes, raw, sizeof raw);
}

void sb_samples_encode(const sb_series *series, sb_text *bytes)
{
    uint32_t round = 0;
    int64_t iterations = 0;
    for (size_t i = 0; i < series->count; i++) {
        const sb_sample *sample = &series->samples[i];
        int64_t step = (int64_t)sample->iterations - iterations;
        put_integer(bytes, sample->round - round);
        put_integer(bytes, sample->position);
        put_integer(bytes, ((uint64_t)step << 1) ^ (uint64_t)(step >> 63));
        put_time(bytes, sample);
        round = sample->round;
        iterations = sample->iterations;
    }
}

typedef struct reader {
    const unsigned char *at, *end;
} reader;

static bool get_integer(reader *from, uint64_t *value)
{
    *value = 0;
    for (int shift = 0; shift < 64 && from->at < from->end; shift += 7) {
        unsigned char byte = *from->at++;
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

static bool get_time(reader *from, sb_sample *sample)
{
    uint64_t coded, bits = 0;
    if (!get_integer(from, &coded))
        return false;
    if (coded != RAW_TIME) {
        sample->ns = (double)(coded >> 1) / sample->iterations;
        return !(coded & 1);
    }
    if (from->end - from->at < DOUBLE_BYTES)
        return false;
    for (int i = 0; i < DOUBLE_BYTES; i++)
        bits |= (uint64_t)*from->at++ << (8 * i);
    memcpy(&sample->ns, &bits, sizeof bits);
    return true;
}

bool sb_samples_decode(const unsigned char *bytes, size_t count, sb_series *series)
{
    if (count == 0) /* then there need not be any bytes */
        return true;
    reader from = { bytes, bytes + count };
    uint64_t round = 0, iterations = 0;
    while (from.at < from.end) {
        uint64_t step, position, turn;
        if (!get_integer(&from, &step) || !get_integer(&from, &position) ||
            !get_integer(&from, &turn))
            return false;
        if (step > UINT32_MAX)
            return false;
        round += step;
        iterations += (turn >> 1) ^ (0 - (turn & 1));
        sb_sample sample = {
            .round = (uint32_t)round,
            .position = (uint32_t)position,
            .iterations = (uint32_t)iterations,
        };
        if (round > UINT32_MAX || position > UINT32_MAX || iterations > UINT32_MAX ||
            !get_time(&from, &sample))
            return false;
        sb_series_add(series, sample);
    }
    return true;
}
