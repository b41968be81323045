/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/notes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void notes_are_found_by_their_whole_name(void **state)
{
    char notes[SB_MAX_NOTES] = "", text[SB_MAX_NOTES] = "";
    (void)state;
    assert_false(sb_notes_find(notes, "core", text));
    assert_true(sb_notes_keep(notes, "core", "Haswell"));
    assert_true(sb_notes_keep(notes, "score", "1=2"));
    assert_true(sb_notes_find(notes, "core", text));
    assert_string_equal(text, "Haswell");
    assert_true(sb_notes_find(notes, "score", text));
    assert_string_equal(text, "1=2");
    assert_false(sb_notes_find(notes, "cor", text));
    assert_false(sb_notes_find(notes, "Haswell", text));
}

static void a_note_is_replaced(void **state)
{
    char notes[SB_MAX_NOTES] = "", text[SB_MAX_NOTES];
    (void)state;
    for (int i = 0; i < 1000; i++) {
        char number[16];
        snprintf(number, sizeof number, "%d", i);
        assert_true(sb_notes_keep(notes, "a", "before"));
        assert_true(sb_notes_keep(notes, "number", number));
        assert_true(sb_notes_keep(notes, "z", "after"));
        assert_true(sb_notes_find(notes, "number", text));
        assert_string_equal(text, number);
    }
    assert_true(sb_notes_find(notes, "a", text));
    assert_string_equal(text, "before");
    assert_true(sb_notes_find(notes, "z", text));
    assert_string_equal(text, "after");
}

static void what_is_not_legal_changes_nothing(void **state)
{
    static const char *const illegal[][2] = {
        { "", "text" },
        { "name", "" },
        { "a=b", "text" },
        { "name", "two\nlines" },
        { "name", "\x1b[0m" },
        { "na\tme", "text" },
        { "name", "gr\xc3\xb6\xc3\x9f"
                  "er" },
    };
    char notes[SB_MAX_NOTES] = "";
    (void)state;
    assert_true(sb_notes_keep(notes, "kept", "text"));
    for (size_t i = 0; i < sizeof illegal / sizeof *illegal; i++)
        assert_false(sb_notes_keep(notes, illegal[i][0], illegal[i][1]));
    assert_string_equal(notes, "kept=text\n");
}

/* "n=" and the line's end take three bytes, the terminating zero one. */
static void there_is_room_for_so_much(void **state)
{
    char notes[SB_MAX_NOTES] = "", text[SB_MAX_NOTES + 1] = "", found[SB_MAX_NOTES];
    (void)state;
    memset(text, 'x', SB_MAX_NOTES - 3);
    assert_false(sb_notes_keep(notes, "n", text));
    assert_string_equal(notes, "");
    text[SB_MAX_NOTES - 4] = '\0';
    assert_true(sb_notes_keep(notes, "n", text));
    assert_true(sb_notes_find(notes, "n", found));
    assert_string_equal(found, text);
    assert_false(sb_notes_keep(notes, "m", "1"));
    assert_true(sb_notes_keep(notes, "n", "1"));
    assert_true(sb_notes_keep(notes, "m", "1"));
}

/* They do not meet notes of the run that have the same name. */
static void lasting_notes_are_apart(void **state)
{
    char notes[SB_MAX_NOTES] = "", name[SB_MAX_NOTES], text[SB_MAX_NOTES];
    const char *at = notes;
    (void)state;
    assert_true(sb_notes_keep(notes, "core", "Haswell"));
    assert_false(sb_notes_find_lasting(notes, "core", text));
    assert_true(sb_notes_keep_lasting(notes, "core", "SkylakeX"));
    assert_true(sb_notes_keep_lasting(notes, "library", "1=2"));
    assert_true(sb_notes_keep_lasting(notes, "core", "Cooperlake"));
    assert_true(sb_notes_find(notes, "core", text));
    assert_string_equal(text, "Haswell");
    assert_true(sb_notes_find_lasting(notes, "core", text));
    assert_string_equal(text, "Cooperlake");
    assert_false(sb_notes_keep_lasting(notes, "a=b", "c"));
    assert_false(sb_notes_keep_lasting(notes, "a", "b\nc=d"));
    assert_true(sb_notes_next_lasting(&at, name, text));
    assert_string_equal(name, "library");
    assert_string_equal(text, "1=2");
    assert_true(sb_notes_next_lasting(&at, name, text));
    assert_string_equal(name, "core");
    assert_false(sb_notes_next_lasting(&at, name, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lasting_notes_are_apart),
        cmocka_unit_test(notes_are_found_by_their_whole_name),
        cmocka_unit_test(a_note_is_replaced),
        cmocka_unit_test(what_is_not_legal_changes_nothing),
        cmocka_unit_test(there_is_room_for_so_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
