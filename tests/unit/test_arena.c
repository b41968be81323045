/* SPDX-License-Identifier: Apache-2.0 */
/* The tensors in shared memory: their addresses, and the margins that show stray writes. */
#include "core/text.h"
#include "measure/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static sb_layer layer_of(int64_t c, int64_t size, int64_t k)
{
    sb_layer layer = {
        .name = (char[]) { "a" },
        .shape = sb_geometry_square(c, size, k, 3),
        .biases = { [SB_ROLE_DEPTHWISE] = true, [SB_ROLE_POINTWISE] = true },
        .operations = { [SB_STANDARD] = true, [SB_SEPARABLE] = true },
        .repeat = 1,
    };
    sb_error error = { "" };
    if (sb_layer_finish(&layer, &error) < 0)
        fail_msg("%s", error.text);
    return layer;
}

static void test_tensors_do_not_overlap(void **state)
{
    (void)state;
    sb_layer layer = layer_of(5, 7, 9);
    sb_arena arena;
    assert_int_equal(sb_arena_open(&arena, &layer, NULL), SB_OK);
    const sb_region *inputs = arena.input[SB_INPUT_LAYER].regions;
    const sb_region regions[] = { arena.weights[SB_ROLE_WHOLE],
                                  arena.weights[SB_ROLE_DEPTHWISE],
                                  arena.weights[SB_ROLE_POINTWISE],
                                  inputs[0],
                                  inputs[1],
                                  inputs[2],
                                  inputs[3],
                                  arena.biases[SB_ROLE_WHOLE] };
    for (size_t i = 0; i < sizeof regions / sizeof *regions; i++) {
        assert_true(regions[i].span > 0);
        assert_true(regions[i].offset + regions[i].span <= arena.input_size);
        for (size_t j = 0; j < i; j++)
            assert_true(regions[j].offset + regions[j].span <= regions[i].offset ||
                        regions[i].offset + regions[i].span <= regions[j].offset);
    }
    for (int l = 0; l < SB_LAYOUTS; l++) {
        const sb_region output = sb_arena_output_region(&arena, SB_STANDARD, (sb_layout)l);
        assert_true(output.offset + output.span <= arena.output_size);
    }
    sb_arena_close(&arena);
    sb_arena_close(&arena);
}

static void test_workers_cannot_write_the_input(void **state)
{
    (void)state;
    sb_layer layer = layer_of(3, 5, 4);
    sb_arena arena;
    assert_int_equal(sb_arena_open(&arena, &layer, NULL), SB_OK);
    assert_ptr_equal(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, arena.readonly_fd, 0),
                     MAP_FAILED);
    sb_arena_close(&arena);
}

static void test_margins(void **state)
{
    (void)state;
    sb_layer layer = layer_of(3, 5, 5); /* 125 floats: three more up to the next 64 bytes */
    sb_arena arena;
    assert_int_equal(sb_arena_open(&arena, &layer, NULL), SB_OK);
    for (int l = 0; l < SB_LAYOUTS; l++) {
        sb_layout layout = (sb_layout)l;
        float *output = (float *)(uintptr_t)sb_arena_output(&arena, SB_STANDARD, layout);
        const int64_t count =
            sb_arena_output_region(&arena, SB_STANDARD, layout).bytes / (int64_t)sizeof(float);
        sb_arena_mark_output(&arena, SB_STANDARD, layout);
        assert_true(sb_is_unwritten(&output[0]) && sb_is_unwritten(&output[count - 1]));
        for (int64_t i = 0; i < count; i++)
            output[i] = 1;
        assert_true(sb_arena_margins_intact(&arena, SB_STANDARD, layout));
        output[-1] = 1;
        assert_false(sb_arena_margins_intact(&arena, SB_STANDARD, layout));
        sb_arena_mark_output(&arena, SB_STANDARD, layout);
        *(float *)arena.outputs = 1; /* the first of its pages */
        assert_false(sb_arena_margins_intact(&arena, SB_STANDARD, layout));
    }
    sb_arena_mark_output(&arena, SB_STANDARD, SB_NCHW);
    ((float *)(uintptr_t)sb_arena_output(&arena, SB_STANDARD, SB_NCHW))[125] = 1;
    assert_false(sb_arena_margins_intact(&arena, SB_STANDARD, SB_NCHW));
    sb_arena_close(&arena);
}

static void test_layouts_hold_the_present_data(void **state)
{
    (void)state;
    sb_layer layer = layer_of(5, 6, 4);
    sb_arena arena;
    assert_int_equal(sb_arena_open(&arena, &layer, NULL), SB_OK);
    for (uint64_t seed = 1; seed <= 2; seed++) {
        assert_true(sb_arena_fill(&arena, SB_STANDARD, SB_REALS, seed));
        sb_arena_require(&arena, SB_STANDARD, SB_NHWC, SB_NCHW);
        const float *nchw = sb_arena_tensors(&arena, SB_STANDARD).input;
        const sb_region region = sb_arena_input_region(&arena, SB_STANDARD, SB_NHWC);
        const float *nhwc = (const float *)(arena.inputs + region.offset + region.shift);
        for (int64_t c = 0; c < 5; c++)
            for (int64_t i = 0; i < 36; i++)
                assert_memory_equal(&nhwc[i * 5 + c], &nchw[c * 36 + i], sizeof(float));
    }
    sb_arena_close(&arena);
}

/* The time is zero if there is nothing to reorder, and the tensors stay unchanged. */
static void test_times_of_reorders(void **state)
{
    (void)state;
    sb_layer layer = layer_of(20, 12, 24);
    sb_arena arena;
    assert_int_equal(sb_arena_open(&arena, &layer, NULL), SB_OK);
    assert_true(sb_arena_fill(&arena, SB_STANDARD, SB_REALS, 1));
    assert_int_equal(sb_arena_reorder_ns(&arena, SB_STANDARD, SB_NHWC, SB_NHWC), 0);
    for (int l = 0; l < SB_LAYOUTS; l++)
        sb_arena_require(&arena, SB_STANDARD, (sb_layout)l, SB_NCHW);
    char *before = sb_new((size_t)arena.input_size, 1);
    memcpy(before, arena.inputs, (size_t)arena.input_size);
    for (int l = 0; l < SB_LAYOUTS; l++) {
        sb_layout layout = (sb_layout)l;
        int64_t both = sb_arena_reorder_ns(&arena, SB_STANDARD, layout, layout);
        int64_t in = sb_arena_reorder_ns(&arena, SB_STANDARD, layout, SB_NHWC);
        int64_t out = sb_arena_reorder_ns(&arena, SB_STANDARD, SB_NHWC, layout);
        assert_int_equal(both, in + out);
        assert_int_equal(in > 0, layout != SB_NHWC);
        assert_int_equal(out > 0, layout != SB_NHWC);
    }
    assert_memory_equal(before, arena.inputs, (size_t)arena.input_size);
    free(before);
    sb_arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tensors_do_not_overlap),
        cmocka_unit_test(test_workers_cannot_write_the_input),
        cmocka_unit_test(test_margins),
        cmocka_unit_test(test_layouts_hold_the_present_data),
        cmocka_unit_test(test_times_of_reorders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
