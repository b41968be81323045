/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/worker_host.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
/* cmocka.h needs some of the above */
#include <cmocka.h>

static sb_host host;

static bool aligned(const void *memory, uintptr_t to)
{
    return (uintptr_t)memory % to == 0;
}

static void blocks_are_aligned_and_zero(void **state)
{
    (void)state;
    static const struct {
        size_t bytes;
        uintptr_t alignment;
    } blocks[] = {
        { 0, 64 },        { 1, 64 },           { 65535, 64 },        { 65536, 4096 },
        { 524287, 4096 }, { 524288, 2 << 20 }, { 3000000, 2 << 20 },
    };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        unsigned char *block = host.alloc(&host, blocks[i].bytes);
        assert_non_null(block);
        assert_true(aligned(block, blocks[i].alignment));
        for (size_t b = 0; b < blocks[i].bytes; b++)
            assert_int_equal(block[b], 0);
        memset(block, 1, blocks[i].bytes);
        host.free(&host, block);
    }
    host.free(&host, NULL);
}

static void memory_that_was_used_is_zero_again(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        const size_t bytes = (size_t)1000 << (i % 10);
        unsigned char *block = host.alloc(&host, bytes);
        assert_non_null(block);
        for (size_t b = 0; b < bytes; b++)
            assert_int_equal(block[b], 0);
        memset(block, 1, bytes);
        host.free(&host, block);
    }
}

static void counts_what_is_held(void **state)
{
    (void)state;
    const int64_t before = sb_worker_heap();
    void *small = host.alloc(&host, 10000), *large = host.alloc(&host, 4 << 20);
    const int64_t held = sb_worker_heap() - before;
    host.free(&host, small);
    host.free(&host, large);
    if (before == 0)
        skip(); /* the C library does not know */
    assert_in_range(held, 10000 + (4 << 20), 10000 + (8 << 20));
    assert_true(sb_worker_heap() - before < 10000);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    assert_null(host.alloc(&host, SIZE_MAX));
    assert_null(host.alloc(&host, SIZE_MAX - 100));
}

/* Is the mapping that holds the address marked for huge pages? */
static bool wants_huge_pages(const void *memory)
{
    FILE *maps = fopen("/proc/self/smaps", "r");
    char line[512];
    bool here = false, wants = false;
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps)) {
        uintptr_t from, to;
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &from, &to) == 2)
            here = (uintptr_t)memory >= from && (uintptr_t)memory < to;
        else if (here && strncmp(line, "VmFlags:", 8) == 0)
            wants = strstr(line, " hg") != NULL;
    }
    fclose(maps);
    return wants;
}

static void large_blocks_lie_in_huge_pages(void **state)
{
    (void)state;
    const char *emulator = getenv("EMULATOR");
    if (access("/sys/kernel/mm/transparent_hugepage", F_OK) != 0 || (emulator && *emulator))
        skip(); /* an emulator does not pass the advice on */
    void *small = host.alloc(&host, 1000), *large = host.alloc(&host, 4 << 20);
    assert_false(wants_huge_pages(small));
    assert_true(wants_huge_pages(large));
    host.free(&host, small);
    host.free(&host, large);
}

int main(void)
{
    static const sb_cpu cpu = { 0 };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_aligned_and_zero),
        cmocka_unit_test(memory_that_was_used_is_zero_again),
        cmocka_unit_test(counts_what_is_held),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(large_blocks_lie_in_huge_pages),
    };
    sb_worker_host(&host, &cpu);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
