/* SPDX-License-Identifier: Apache-2.0 */
/* Which kernels a network uses, and where its tensors are stored. */
#include "core/random.h"
#include "core/text.h"
#include "measure/route.h"
#include "measure/sequence_legs.h"
#include "measure/sequence_sums.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---------------------------------------------------------------------------------- the route */

static const sb_route_option both[] = { { 100, SB_NCHW, SB_NCHW }, { 103, SB_NHWC, SB_NHWC } };

/* Every reorder between different layouts takes `ns`. */
static sb_route_reorders all_take(double ns)
{
    sb_route_reorders reorders = { 0 };
    for (int from = 0; from < SB_LAYOUTS; from++)
        for (int to = 0; to < SB_LAYOUTS; to++)
            if (from != to)
                reorders.ns[from][to] = ns;
    return reorders;
}

static void kernels_are_the_fastest_where_reorders_cost_nothing(void **state)
{
    (void)state;
    const sb_route_place places[2] = { { both, 2, all_take(0), false },
                                       { both, 2, all_take(0), false } };
    const sb_route_reorders last = all_take(0);
    size_t choice[2];
    assert_true(sb_route_choose(places, 2, &last, choice) == 200);
    assert_int_equal(choice[0], 0);
    assert_int_equal(choice[1], 0);
}

/* Three layers: reordering to NCHW and back costs 2 * ns, and the three kernels save 9. */
static void reorders_are_worth_it_or_not(void **state)
{
    (void)state;
    const struct {
        double ns;
        size_t choice;
        double sum;
    } cases[] = { { 4, 0, 308 }, { 5, 1, 309 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const sb_route_reorders reorders = all_take(cases[i].ns);
        const sb_route_place place = { both, 2, reorders, false },
                             places[3] = { place, place, place };
        size_t choice[3];
        assert_true(sb_route_choose(places, 3, &reorders, choice) == cases[i].sum);
        for (int p = 0; p < 3; p++)
            assert_int_equal(choice[p], cases[i].choice);
    }
}

/* A kernel that changes the layout needs the residual reordered too, unless it already has the
 * output's layout. */
static void residuals_are_reordered_too(void **state)
{
    (void)state;
    const sb_route_option changes[] = { { 100, SB_NCHW, SB_NCHW8C } };
    const sb_route_reorders reorders = all_take(7), last = all_take(0);
    const sb_route_place with = { changes, 1, reorders, true },
                         without = { changes, 1, reorders, false };
    size_t choice;
    assert_true(sb_route_choose(&without, 1, &last, &choice) == 107);
    assert_true(sb_route_choose(&with, 1, &last, &choice) == 114);
    const sb_route_place twice[] = { with, with }; /* the second residual is in NCHW8c */
    size_t choices[2];
    assert_true(sb_route_choose(twice, 2, &last, choices) == 114 + 107);
}

/* Compares the dynamic programme with a search through all ways, on random costs. */
static void the_route_is_the_shortest(void **state)
{
    (void)state;
    enum { PLACES = 5, OPTIONS = 3 };
    uint32_t random = 1;
    for (int trial = 0; trial < 200; trial++) {
        sb_route_option options[PLACES][OPTIONS];
        sb_route_place places[PLACES];
        sb_route_reorders last = { 0 };
        for (int p = 0; p < PLACES; p++) {
            places[p] = (sb_route_place) { options[p], OPTIONS, { { { 0 } } }, p % 2 };
            for (int o = 0; o < OPTIONS; o++) {
                random = random * 1664525 + 1013904223;
                options[p][o] = (sb_route_option) { random >> 24, (sb_layout)(random >> 8 & 3),
                                                    (sb_layout)(random >> 12 & 3) };
            }
            for (int from = 0; from < SB_LAYOUTS; from++)
                for (int to = 0; to < SB_LAYOUTS; to++) {
                    random = random * 1664525 + 1013904223;
                    places[p].reorders.ns[from][to] = random >> 25;
                    last.ns[from][to] = random >> 26;
                }
        }
        size_t choice[PLACES];
        const double found = sb_route_choose(places, PLACES, &last, choice);
        double least = 1e9;
        for (int way = 0; way < 3 * 3 * 3 * 3 * 3; way++) {
            sb_layout lies = SB_NHWC;
            double sum = 0;
            for (int p = 0, rest = way; p < PLACES; p++, rest /= OPTIONS) {
                const sb_route_option *o = &options[p][rest % OPTIONS];
                sum += o->ns + places[p].reorders.ns[lies][o->input];
                if (places[p].residual && o->output != lies && o->output != o->input)
                    sum += places[p].reorders.ns[o->input][o->output];
                lies = o->output;
            }
            sum += lies == SB_NHWC ? 0 : last.ns[lies][SB_NHWC];
            least = sum < least ? sum : least;
        }
        assert_true(found == least);
    }
}

/* ----------------------------------------------------------------------------------- the legs */

static sb_layer make_layer(int64_t c, int64_t k, bool residual)
{
    sb_error error;
    sb_layer layer = {
        .name = sb_copy_text("layer"),
        .shape = sb_geometry_initial(),
        .residual = residual,
        .operations = { [SB_STANDARD] = true },
        .repeat = 1,
    };
    sb_geometry *g = &layer.shape;
    g->c = c;
    g->k = k;
    g->h = g->w = 6;
    g->r = g->s = 3;
    g->pad_top = g->pad_bottom = g->pad_left = g->pad_right = 1;
    assert_int_equal(sb_layer_finish(&layer, &error), SB_OK);
    return layer;
}

/* NHWC; NCHW8c with a residual, from padded channels; NCHW. */
static void tensors_do_not_overlap(void **state)
{
    (void)state;
    sb_layer layers[] = { make_layer(3, 20, false), make_layer(20, 20, true),
                          make_layer(20, 20, true), make_layer(20, 5, false) };
    const sb_sequence_option options[] = {
        { .input = SB_NHWC, .output = SB_NHWC },
        { .input = SB_NCHW8C, .output = SB_NCHW8C },
        { .input = SB_NHWC, .output = SB_NCHW8C },
        { .input = SB_NCHW, .output = SB_NCHW },
    };
    sb_sequence_place places[4];
    const size_t choice[4] = { 0 };
    for (int i = 0; i < 4; i++)
        places[i] = (sb_sequence_place) { &layers[i], SB_STANDARD, true, &options[i], 1 };
    sb_sequence_legs *legs = sb_new(1, sizeof *legs);
    const sb_sequence_memory memory = sb_sequence_memory_for(places, 4, 10);
    sb_sequence_lay_legs(places, 4, choice, &memory, legs);
    const struct {
        int64_t slot;
        sb_layout from, to;
        bool residual;
    } wanted[] = {
        { 0, 0, 0, false },
        { -1, SB_NHWC, SB_NCHW8C, false }, /* 1's input */
        { 1, 0, 0, true },
        { -1, SB_NCHW8C, SB_NHWC, false }, /* 2's input; its residual needs no reorder */
        { 2, 0, 0, true },
        { -1, SB_NCHW8C, SB_NCHW, false },
        { 3, 0, 0, false },
        { -1, SB_NCHW, SB_NHWC, false }, /* the network's output */
    };
    assert_int_equal(legs->count, sizeof wanted / sizeof *wanted);
    for (uint32_t i = 0; i < legs->count; i++) {
        const sb_leg *leg = &legs->legs[i];
        assert_int_equal(leg->slot, wanted[i].slot);
        assert_int_equal(leg->from, wanted[i].from);
        assert_int_equal(leg->to, wanted[i].to);
        assert_int_equal(leg->residual >= 0, wanted[i].residual);
        assert_int_not_equal(leg->output, leg->input);
        assert_int_not_equal(leg->output, leg->residual);
        assert_int_not_equal(leg->output, 0); /* the network's input is not overwritten */
        assert_true(leg->output + memory.buffer_bytes <= memory.times);
        if (i > 0)
            assert_int_equal(leg->input, legs->legs[i - 1].output);
    }
    free(legs);
    for (int i = 0; i < 4; i++)
        free(layers[i].name);
}

/* A kernel may leave anything in padding channels; the next must find zeros. */
static void padding_is_cleared(void **state)
{
    (void)state;
    sb_layer layers[] = { make_layer(3, 20, false), make_layer(20, 16, false),
                          make_layer(16, 16, false) };
    const sb_sequence_option option = { .input = SB_NCHW16C, .output = SB_NCHW16C };
    sb_sequence_place places[3];
    const size_t choice[3] = { 0 };
    for (int i = 0; i < 3; i++)
        places[i] = (sb_sequence_place) { &layers[i], SB_STANDARD, true, &option, 1 };
    sb_sequence_legs *legs = sb_new(1, sizeof *legs);
    const sb_sequence_memory memory = sb_sequence_memory_for(places, 3, 10);
    sb_sequence_lay_legs(places, 3, choice, &memory, legs);
    int cleared = 0;
    for (uint32_t i = 0; i < legs->count; i++)
        if (legs->legs[i].slot < 0 && legs->legs[i].from == legs->legs[i].to) {
            assert_int_equal(legs->legs[i].c, 20);
            assert_int_equal(legs->legs[i].input, legs->legs[i].output);
            cleared++;
        }
    assert_int_equal(cleared, 1);
    free(legs);
    for (int i = 0; i < 3; i++)
        free(layers[i].name);
}

/* A layer with more input than the one before gives reads what an earlier pass left; one with less
 * does not. Padding channels count as defined only once they are cleared. */
static void passes_are_closed_or_not(void **state)
{
    (void)state;
    const sb_sequence_option plain = { .input = SB_NHWC, .output = SB_NHWC },
                             blocks = { .input = SB_NCHW8C, .output = SB_NCHW8C };
    const struct {
        int64_t k, c; /* channels that one layer gives and the next takes */
        const sb_sequence_option *option;
        bool closes;
    } cases[] = {
        { 20, 20, &plain, true },   { 20, 10, &plain, true },  { 10, 20, &plain, false },
        { 20, 20, &blocks, true },  { 24, 20, &blocks, true }, { 20, 24, &blocks, false },
        { 16, 24, &blocks, false }, { 24, 16, &blocks, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_layer layers[2] = { make_layer(8, cases[i].k, false), make_layer(cases[i].c, 8, false) };
        const sb_sequence_place places[2] = {
            { &layers[0], SB_STANDARD, true, cases[i].option, 1 },
            { &layers[1], SB_STANDARD, true, cases[i].option, 1 },
        };
        const size_t choice[2] = { 0 };
        sb_sequence_legs *legs = sb_new(1, sizeof *legs);
        const sb_sequence_memory memory = sb_sequence_memory_for(places, 2, 10);
        sb_sequence_lay_legs(places, 2, choice, &memory, legs);
        assert_int_equal(sb_sequence_legs_close(places, choice, &memory, legs), cases[i].closes);
        free(legs);
        for (int l = 0; l < 2; l++)
            free(layers[l].name);
    }
}

/* ------------------------------------------------------------------------------------ the sums */

enum { LEGS = 60 };

/* Passes of legs of 10 to 69 microseconds, in `processes` processes; one leg in `seldom` is
 * interrupted for three milliseconds, as on a machine that others use. */
static void take_passes(sb_series *legs, sb_series *whole, double factor, uint32_t processes,
                        uint32_t rounds, uint64_t seldom, uint64_t seed)
{
    sb_random random = { seed };
    for (uint32_t i = 0; i < processes * rounds; i++) {
        const uint32_t round = i / rounds * SB_PROCESS_ROUNDS + i % rounds;
        double sum = 0;
        for (int leg = 0; leg < LEGS; leg++) {
            double ns = factor * (10000 + 1000 * leg) * (1 + 0.01 * sb_random_unit(&random));
            ns += sb_random_next(&random) % seldom == 0 ? 3e6 : 0;
            sb_series_add(&legs[leg], (sb_sample) { .round = round, .iterations = 1, .ns = ns });
            sum += ns;
        }
        sb_series_add(whole, (sb_sample) { .round = round, .iterations = 1, .ns = sum });
    }
}

/* 2.37 ms alone, 5 % more in sequence. A pass is disturbed nearly always, a leg seldom. */
static void passes_are_determined_on_a_busy_machine(void **state)
{
    (void)state;
    static const struct {
        uint32_t processes, rounds;
    } cases[] = { { 6, 2 }, { 6, 10 }, { 1, 12 }, { 1, 30 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_series legs[2][LEGS] = { 0 }, whole[2] = { 0 };
        for (int apart = 0; apart < 2; apart++)
            take_passes(legs[apart], &whole[apart], apart ? 1 : 1.05, cases[i].processes,
                        cases[i].rounds, 20, 7 + (uint64_t)apart);
        const sb_sequence_legs_times times = { legs[0], legs[1], LEGS };
        const sb_sequence_sums sums = sb_sequence_sum(&times, SB_ESTIMATE_P25, 0.95, 1);
        const sb_interval passes = sb_ratio(&whole[0], &whole[1], SB_ESTIMATE_P25, 0.95, 1, 1);
        assert_true(2 * log(sums.ratio.high / sums.ratio.low) < log(passes.high / passes.low));
        assert_true(sb_determined(sums.ratio.low, sums.ratio.high));
        assert_true(sums.ratio.low < 1.05 && 1.05 < sums.ratio.high);
        assert_true(sums.ratio.value > 1.03 && sums.ratio.value < 1.07);
        assert_true(sums.apart.value > 2.36e6 && sums.apart.value < 2.5e6);
        assert_true(sums.apart.low <= sums.apart.value && sums.apart.value <= sums.apart.high);
        for (int apart = 0; apart < 2; apart++) {
            sb_series_free(&whole[apart]);
            for (int leg = 0; leg < LEGS; leg++)
                sb_series_free(&legs[apart][leg]);
        }
    }
}

/* Two passes: no interval but their range. The quantile of two samples is between them. */
static void few_passes_have_a_range(void **state)
{
    (void)state;
    sb_series legs[2] = { 0 };
    const double ns[2][2] = { { 10, 30 }, { 5, 20 } };
    for (uint32_t round = 0; round < 2; round++)
        for (int i = 0; i < 2; i++)
            sb_series_add(&legs[i],
                          (sb_sample) { .round = round, .iterations = 1, .ns = ns[i][round] });
    const sb_sequence_legs_times times = { &legs[0], &legs[1], 1 };
    const sb_sequence_sums sums = sb_sequence_sum(&times, SB_ESTIMATE_MIN, 0.95, 1);
    assert_true(sums.in_sequence.value == 10 && sums.in_sequence.low == 10 &&
                sums.in_sequence.high == 30);
    assert_true(sums.ratio.value == 2 && sums.ratio.low == 0.5 && sums.ratio.high == 6);
    for (int i = 0; i < 2; i++)
        sb_series_free(&legs[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernels_are_the_fastest_where_reorders_cost_nothing),
        cmocka_unit_test(reorders_are_worth_it_or_not),
        cmocka_unit_test(residuals_are_reordered_too),
        cmocka_unit_test(the_route_is_the_shortest),
        cmocka_unit_test(tensors_do_not_overlap),
        cmocka_unit_test(padding_is_cleared),
        cmocka_unit_test(passes_are_closed_or_not),
        cmocka_unit_test(passes_are_determined_on_a_busy_machine),
        cmocka_unit_test(few_passes_have_a_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
