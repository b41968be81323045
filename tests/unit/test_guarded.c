/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/guarded.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
/* cmocka.h needs some of the above */
#include <cmocka.h>

static const int64_t sizes[] = { 4, 60, 64, 68, 4092, 4096, 4100, 123456 };

#define SIZES (sizeof sizes / sizeof *sizes)

static int64_t page(void)
{
    return sysconf(_SC_PAGESIZE);
}

static int make_file(int64_t size)
{
    int fd = memfd_create("test", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, size), 0);
    return fd;
}

static void a_tensor_ends_where_its_pages_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        sb_region region = sb_region_at(3 * page(), sizes[i]);
        assert_int_equal(region.offset, 3 * page());
        assert_int_equal(region.bytes, sizes[i]);
        assert_int_equal(region.span % page(), 0);
        assert_int_equal(region.shift % 64, 0);
        assert_true(region.shift >= 0 && region.shift < page());
        int64_t left = region.span - region.shift - region.bytes;
        assert_true(left >= 0 && left < 64);
    }
}

typedef enum touch { LOAD, STORE } touch;

/* Does a child process survive the access? */
static bool survives(const char *at, touch how)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        signal(SIGSEGV, SIG_DFL); /* a sanitizer may have set a handler */
        volatile char *byte = (volatile char *)(uintptr_t)at;
        char value = *byte;
        if (how == STORE)
            *byte = value;
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) || WTERMSIG(status) == SIGSEGV);
    return WIFEXITED(status);
}

static void what_lies_around_cannot_be_touched(void **state)
{
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        sb_region region = sb_region_at(page(), sizes[i]);
        int fd = make_file(region.offset + region.span + page());
        sb_guarded mapped;
        assert_int_equal(sb_guarded_map(fd, region, true, 0, &mapped, NULL), SB_OK);
        const char *first = (const char *)mapped.tensor;
        assert_ptr_equal(first, mapped.span + region.shift);
        assert_true(survives(first, STORE));
        assert_true(survives(first + region.bytes - 1, STORE));
        assert_false(survives(mapped.span - 1, LOAD));
        assert_false(survives(mapped.span - 8 * page(), LOAD));
        assert_false(survives(mapped.span + region.span, LOAD));
        assert_false(survives(mapped.span + region.span + 8 * page(), LOAD));
        sb_guarded_unmap(&mapped);
        close(fd);
    }
}

static void what_is_for_reading_cannot_be_written(void **state)
{
    (void)state;
    sb_region region = sb_region_at(0, 1000);
    int fd = make_file(region.span);
    sb_guarded mapped;
    assert_int_equal(sb_guarded_map(fd, region, false, 0, &mapped, NULL), SB_OK);
    assert_true(survives((const char *)mapped.tensor, LOAD));
    assert_false(survives((const char *)mapped.tensor, STORE));
    sb_guarded_unmap(&mapped);
    close(fd);
}

static void slack_is_readable_and_zero(void **state)
{
    (void)state;
    sb_region region = sb_region_at(0, 1000);
    int fd = make_file(region.span + page());
    assert_int_equal(pwrite(fd, "other", 5, region.span), 5); /* another tensor's data */
    sb_guarded mapped;
    assert_int_equal(sb_guarded_map(fd, region, false, 100, &mapped, NULL), SB_OK);
    const char *after = mapped.span + region.span;
    for (int i = 0; i < 100; i++)
        assert_int_equal(after[i], 0);
    assert_false(survives(after, STORE));
    assert_false(survives(after + page(), LOAD));
    sb_guarded_unmap(&mapped);
    close(fd);
}

static void two_mappings_show_the_same_data(void **state)
{
    (void)state;
    sb_region region = sb_region_at(page(), 256);
    int fd = make_file(region.offset + region.span);
    sb_guarded writer, reader;
    assert_int_equal(sb_guarded_map(fd, region, true, 0, &writer, NULL), SB_OK);
    assert_int_equal(sb_guarded_map(fd, region, false, 0, &reader, NULL), SB_OK);
    writer.tensor[63] = 1.5F;
    assert_true(reader.tensor[63] == 1.5F);
    sb_guarded_unmap(&writer);
    sb_guarded_unmap(&writer); /* allowed */
    assert_null(writer.base);
    sb_guarded_unmap(&reader);
    close(fd);
}

static void a_file_that_is_none_is_an_error(void **state)
{
    (void)state;
    sb_guarded mapped;
    sb_error error;
    assert_int_equal(sb_guarded_map(-1, sb_region_at(0, 64), true, 0, &mapped, &error), SB_FAILED);
    assert_non_null(strstr(error.text, "64 bytes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tensor_ends_where_its_pages_end),
        cmocka_unit_test(what_lies_around_cannot_be_touched),
        cmocka_unit_test(what_is_for_reading_cannot_be_written),
        cmocka_unit_test(slack_is_readable_and_zero),
        cmocka_unit_test(two_mappings_show_the_same_data),
        cmocka_unit_test(a_file_that_is_none_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
