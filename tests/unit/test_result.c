/* SPDX-License-Identifier: Apache-2.0 */
#include "core/text.h"
#include "measure/result.h"

#include <setjmp.h>
#include <stdarg.h>
/* cmocka.h needs the two above */
#include <cmocka.h>

static void verdicts_have_names(void **state)
{
    (void)state;
    static const char *const names[] = { "ok",      "unsupported", "wrong",  "crashed",
                                         "timeout", "error",       "skipped" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_string_equal(sb_verdict_name((sb_verdict)i), names[i]);
    assert_string_equal(sb_cache_mode_name(SB_CACHE_WARM), "warm");
    assert_string_equal(sb_cache_mode_name(SB_CACHE_COLD), "cold");
    assert_string_equal(sb_cache_mode_name(SB_CACHE_COLD_WEIGHTS), "cold-weights");
}

/* A build with sanitizers finds what is leaked or freed twice. */
static void a_group_frees_what_it_owns(void **state)
{
    (void)state;
    sb_group group = {
        .results = sb_new(2, sizeof *group.results),
        .result_count = 2,
        .speedups = sb_new(1, sizeof *group.speedups),
        .speedup_count = 1,
    };
    group.results[0].label = sb_copy_text("naive/standard");
    group.results[0].stop_reason = sb_copy_text("precision");
    sb_series_add(&group.results[0].series, (sb_sample) { .ns = 1 });
    group.speedups[0].technique = sb_copy_text("best");
    sb_group_free(&group);
    assert_null(group.results);
    assert_null(group.speedups);
    sb_group_free(&group);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_have_names),
        cmocka_unit_test(a_group_frees_what_it_owns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
