/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels that pass the gates and then skip work, each in its own way. Their verdict is `wrong`. */
#include "rogue.h"

#include <math.h>
#include <unistd.h>

#define LATE 12 /* the first calls, which are right; the gates need fewer */

typedef struct skipper {
    rogue *rogue;
    size_t inputs, outputs;
    float *input, *output; /* copies of the last input and output */
    const float *pointer;
    long calls;
    int known;
} skipper;

static int skipper_plan(const sb_host *host, const sb_problem *p, const int64_t *values,
                        const sb_weights *weights, void **plan, sb_why *why)
{
    const sb_step *first = &p->steps[0];
    skipper *s = host->alloc(host, sizeof *s);
    keep(host, p, values, weights, (void **)&s->rogue, why);
    s->inputs = (size_t)(p->n * first->c * first->h * first->w);
    s->outputs = output_count(s->rogue);
    s->input = host->alloc(host, s->inputs * sizeof(float));
    s->output = host->alloc(host, s->outputs * sizeof(float));
    *plan = s;
    return 0;
}

static void skipper_destroy(void *plan)
{
    skipper *s = plan;
    const sb_host *host = s->rogue->host;
    host->free(host, s->input);
    host->free(host, s->output);
    forget(s->rogue);
    host->free(host, s);
}

#define SKIPPER(name, need, go) \
    KERNEL(name, need, yes, skipper_plan, go, skipper_destroy, .flags = 0)

/* ---------------------------------------------------------------------- calls that do nothing */

#define SOMETIMES(name, computes)                                        \
    static int name##_run(skipper *s, const float *input, float *output) \
    {                                                                    \
        const long call = s->calls++;                                    \
        return (computes) ? right(s->rogue, input, output) : 0;          \
    }                                                                    \
    static int name##_go(void *plan, const float *input, float *output)  \
    {                                                                    \
        return name##_run(plan, input, output);                          \
    }                                                                    \
    SKIPPER(name, SB_NEED_STANDARD, name##_go)

SOMETIMES(each_second, call < LATE || call % 2 == 0);
SOMETIMES(each_third, call < LATE || call % 3 == 0);
SOMETIMES(each_tenth, call < LATE || call % 10 == 0);
SOMETIMES(each_hundredth, call < LATE || call % 100 == 0);
SOMETIMES(all_but_each_third, call < LATE || call % 3 != 0);
SOMETIMES(all_but_each_tenth, call < LATE || call % 10 != 0);
SOMETIMES(by_chance, call < LATE || (call * 2654435761u >> 7) % 2 == 0);
SOMETIMES(first_3, call < 3);
SOMETIMES(first_5, call < 5);
SOMETIMES(first_20, call < 20);
SOMETIMES(first_50, call < 50);
SOMETIMES(first_100, call < 100);
SOMETIMES(in_bursts, call / 16 % 2 == 0);

/* ---------------------------------------------------------------------- what was given before */

/* Is the input the same as last time, judging by `count` evenly spaced elements? */
static int is_same(const skipper *s, const float *input, size_t count)
{
    const size_t stride = s->inputs / count ? s->inputs / count : 1;
    for (size_t i = 0; i < s->inputs; i += stride)
        if (s->input[i] != input[i])
            return 0;
    return 1;
}

static int give_again(skipper *s, const float *input, float *output, int same)
{
    if (!same)
        right(s->rogue, input, s->output);
    memcpy(s->input, input, s->inputs * sizeof *input);
    memcpy(output, s->output, s->outputs * sizeof *output);
    s->pointer = input;
    s->known = 1;
    return 0;
}

/* REMEMBERS(count): kernels that repeat the last output if that many elements of the input are the
 * same. */
#define REMEMBERS(count)                                                           \
    static int by_##count##_run(void *plan, const float *input, float *output)     \
    {                                                                              \
        skipper *s = plan;                                                         \
        return give_again(s, input, output, s->known && is_same(s, input, count)); \
    }                                                                              \
    SKIPPER(by_##count, SB_NEED_STANDARD, by_##count##_run);                       \
    SKIPPER(by_##count##_separably, SB_NEED_SEPARABLE, by_##count##_run)

REMEMBERS(1);
REMEMBERS(3);
REMEMBERS(16);
REMEMBERS(64);
REMEMBERS(256);

static int by_pointer_run(void *plan, const float *input, float *output)
{
    skipper *s = plan;
    return give_again(s, input, output, s->calls++ >= LATE && s->pointer == input);
}
SKIPPER(by_pointer, SB_NEED_STANDARD, by_pointer_run);
SKIPPER(by_pointer_separably, SB_NEED_SEPARABLE, by_pointer_run);

/* Is the output still what the last call left there, judging by `count` of its elements? */
static int left_alone(const skipper *s, const float *output, size_t count)
{
    const size_t stride = s->outputs / count ? s->outputs / count : 1;
    for (size_t i = 0; i < s->outputs; i += stride)
        if (s->output[i] != output[i])
            return 0;
    return 1;
}

#define LEAVES(count)                                                              \
    static int leaves_##count##_run(void *plan, const float *input, float *output) \
    {                                                                              \
        skipper *s = plan;                                                         \
        if (s->calls++ >= LATE && left_alone(s, output, count))                    \
            return 0;                                                              \
        right(s->rogue, input, output);                                            \
        memcpy(s->output, output, s->outputs * sizeof *output);                    \
        return 0;                                                                  \
    }                                                                              \
    SKIPPER(leaves_##count, SB_NEED_STANDARD, leaves_##count##_run);               \
    SKIPPER(leaves_##count##_separably, SB_NEED_SEPARABLE, leaves_##count##_run)

LEAVES(1);
LEAVES(3);
LEAVES(64);

/* In a third of the calls, gives the result of the call before. */
static int gives_some_again_run(void *plan, const float *input, float *output)
{
    skipper *s = plan;
    const long call = s->calls++;
    return give_again(s, input, output, call >= LATE && (call * 2654435761u >> 7) % 3 == 0);
}
SKIPPER(gives_some_again, SB_NEED_STANDARD, gives_some_again_run);
SKIPPER(gives_some_again_separably, SB_NEED_SEPARABLE, gives_some_again_run);

/* Not a cheat: compares the whole input, and computes if any element differs. */
static int compares_run(void *plan, const float *input, float *output)
{
    skipper *s = plan;
    return give_again(s, input, output, s->known && is_same(s, input, s->inputs));
}
SKIPPER(compares, SB_NEED_STANDARD, compares_run);

/* Computes again only those elements that depend on a changed input element. */
static void update(skipper *s, const float *input, size_t changed)
{
    const sb_step *b = &s->rogue->problem.steps[0];
    const int64_t x = (int64_t)changed % b->w, y = (int64_t)changed / b->w % b->h;
    const int64_t n = (int64_t)changed / (b->c * b->h * b->w);
    for (int64_t k = 0; k < b->k; k++)
        for (int64_t p = 0; p < b->p; p++)
            for (int64_t q = 0; q < b->q; q++) {
                const int64_t r = y + b->pad_top - p * b->stride_h;
                const int64_t t = x + b->pad_left - q * b->stride_w;
                if (r >= 0 && r < b->r && t >= 0 && t < b->s)
                    s->output[((n * b->k + k) * b->p + p) * b->q + q] =
                        element(s->rogue, 0, input, n, k, p, q);
            }
}

/* Right in every call, but each call computes what changed since the last, unless that is much. */
static int updates_run(void *plan, const float *input, float *output)
{
    enum { FEW = 32 };
    skipper *s = plan;
    size_t changed[FEW], count = 0;
    for (size_t i = 0; s->known && i < s->inputs && count < FEW; i++)
        if (input[i] != s->input[i])
            changed[count++] = i;
    if (!s->known || count == FEW)
        return give_again(s, input, output, 0);
    for (size_t i = 0; i < count; i++)
        update(s, input, changed[i]);
    memcpy(s->input, input, s->inputs * sizeof *input);
    return give_again(s, input, output, 1);
}
SKIPPER(updates, SB_NEED_STANDARD, updates_run);

/* --------------------------------------------------------------------------------- parts only */

/* PART(of64): kernels that compute only `of64` 64ths of the output, from call LATE on or from the
 * first one. */
#define PART(of64)                                                                   \
    static int late_part_##of64##_run(void *plan, const float *input, float *output) \
    {                                                                                \
        skipper *s = plan;                                                           \
        const size_t some = s->outputs * of64 / 64;                                  \
        return part(s->rogue, input, output, s->calls++ < LATE ? s->outputs : some); \
    }                                                                                \
    static int part_##of64##_run(void *plan, const float *input, float *output)      \
    {                                                                                \
        skipper *s = plan;                                                           \
        return part(s->rogue, input, output, s->outputs * of64 / 64);                \
    }                                                                                \
    SKIPPER(late_part_##of64, SB_NEED_STANDARD, late_part_##of64##_run);             \
    SKIPPER(part_##of64, SB_NEED_STANDARD, part_##of64##_run)

PART(1);
PART(16);
PART(32);
PART(48);
PART(63);

static int late_all_but_one_run(void *plan, const float *input, float *output)
{
    skipper *s = plan;
    return part(s->rogue, input, output, s->outputs - (s->calls++ >= LATE));
}
SKIPPER(late_all_but_one, SB_NEED_STANDARD, late_all_but_one_run);

/* ---------------------------------------------------------------------------------- precision */

static float cut(float value, int bits)
{
    uint32_t word;
    memcpy(&word, &value, sizeof word);
    word &= ~0u << (23 - bits);
    memcpy(&value, &word, sizeof value);
    return value;
}

static int cut_run(skipper *s, const float *input, float *output, int bits)
{
    if (s->calls++ < LATE)
        return right(s->rogue, input, output);
    for (size_t i = 0; i < s->inputs; i++)
        s->input[i] = cut(input[i], bits);
    return right(s->rogue, s->input, output);
}

#define CUTS(bits)                                                                   \
    static int late_##bits##_bits_run(void *plan, const float *input, float *output) \
    {                                                                                \
        return cut_run(plan, input, output, bits);                                   \
    }                                                                                \
    SKIPPER(late_##bits##_bits, SB_NEED_STANDARD, late_##bits##_bits_run);           \
    SKIPPER(late_##bits##_bits_separably, SB_NEED_SEPARABLE, late_##bits##_bits_run)

CUTS(7);
CUTS(10);

#define BENDS(name, statement)                                           \
    static int name##_run(void *plan, const float *input, float *output) \
    {                                                                    \
        skipper *s = plan;                                               \
        const size_t last = s->outputs - 1;                              \
        right(s->rogue, input, output);                                  \
        if (s->calls++ >= LATE) {                                        \
            statement;                                                   \
        }                                                                \
        (void)last;                                                      \
        return 0;                                                        \
    }                                                                    \
    SKIPPER(name, SB_NEED_STANDARD, name##_run)

BENDS(late_last_a_little, output[last] *= 1.001f);
BENDS(late_last_zero, output[last] = 0);
BENDS(late_last_nan, output[last] = NAN);
BENDS(late_last_infinite, output[last] = INFINITY);
BENDS(late_first_negative, output[0] = -output[0]);
BENDS(late_next_written, output[last + 1] = 1);
BENDS(late_swapped, memmove(output, output + 1, last * sizeof *output));

GOOD;
PLUGIN("skipper", NULL, &each_second, &each_third, &each_tenth, &each_hundredth,
       &all_but_each_third, &all_but_each_tenth, &by_chance, &first_3, &first_5, &first_20,
       &first_50, &first_100, &in_bursts, &by_1, &by_1_separably, &by_3, &by_3_separably, &by_16,
       &by_16_separably, &by_64, &by_64_separably, &by_256, &by_256_separably, &by_pointer,
       &by_pointer_separably, &leaves_1, &leaves_1_separably, &leaves_3, &leaves_3_separably,
       &leaves_64, &leaves_64_separably, &gives_some_again, &gives_some_again_separably, &compares,
       &updates, &late_part_1, &part_1, &late_part_16, &part_16, &late_part_32, &part_32,
       &late_part_48, &part_48, &late_part_63, &part_63, &late_all_but_one, &late_7_bits,
       &late_7_bits_separably, &late_10_bits, &late_10_bits_separably, &late_last_a_little,
       &late_last_zero, &late_last_nan, &late_last_infinite, &late_first_negative,
       &late_next_written, &late_swapped);
