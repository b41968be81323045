/* SPDX-License-Identifier: Apache-2.0 */
/* What remains in the process after a plugin is closed. */
#include "plugin/loader.h"

#include <dlfcn.h>
#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 64, LONGEST = 512 };

static bool is_loaded(const char *path)
{
    void *handle = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
    if (handle)
        dlclose(handle);
    return handle != NULL;
}

/* The OpenMP runtime may still have threads, so its code must not be unmapped. */
static void test_libraries_stay_when_a_plugin_goes(void **state)
{
    char path[LONGEST], libraries[MOST][LONGEST];
    size_t count = 0;
    sb_loaded loaded;
    sb_error error = { 0 };
    (void)state;
    snprintf(path, sizeof path, "%s/plugins/.libs/openmp.so", getenv("BUILDDIR"));
    assert_int_equal(sb_loader_open(path, &loaded, &error), SB_OK);
    struct link_map *plugin;
    assert_int_equal(dlinfo(loaded.handle, RTLD_DI_LINKMAP, &plugin), 0);
    bool runtime = false;
    for (const struct link_map *at = plugin->l_next; at && count < MOST; at = at->l_next) {
        runtime |= strstr(at->l_name, "omp") != NULL;
        snprintf(libraries[count++], LONGEST, "%s", at->l_name);
    }
    assert_true(runtime);
    sb_loader_close(&loaded);
    assert_false(is_loaded(path));
    for (size_t i = 0; i < count; i++)
        assert_true(is_loaded(libraries[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_libraries_stay_when_a_plugin_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
