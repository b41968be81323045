/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of figures: widths of text, marks, axes, and strings in gnuplot scripts. */
#include "core/random.h"
#include "core/text.h"
#include "report/axis.h"
#include "report/glyphs.h"
#include "report/gnuplot.h"
#include "report/marks.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ----------------------------------------------------------------------------------------- text */

static void widths_are_those_of_the_fonts(void **state)
{
    (void)state;
    /* The widths of Arial, which are published, and those of DejaVu. */
    assert_true(fabs(sb_face_width(SB_FACE_LIBERATION, "Wi 0") - (944 + 222 + 278 + 556) / 1e3) <
                1e-9);
    assert_true(fabs(sb_face_width(SB_FACE_DEJAVU, "Wi 0") - (989 + 278 + 318 + 636) / 1e3) < 1e-9);
    /* 7 points are 2.469 mm. */
    assert_true(fabs(sb_text_mm("00", 7) - 2 * 0.636 * 7 * 25.4 / 72) < 1e-9);
    assert_true(sb_text_mm("\xc2\xb5", 7) < sb_text_mm("\xf0\x9f\x98\x80", 7));
    assert_true(sb_text_mm("", 7) == 0);
}

static void lines_are_cut_where_they_fit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double mm;
        size_t bytes;
    } cases[] = {
        { "short", 100, 5 },
        { "two words", 9, 4 },                  /* breaks after the space */
        { "mobilenet_v2.block3", 14, 10 },      /* breaks after a punctuation mark */
        { "is over 1.2 % off", 14, 8 },         /* keeps a number and its unit together */
        { "unbroken", 5, 3 },                   /* breaks in the word, having no choice */
        { "\xc3\xa9\xc3\xa9\xc3\xa9", 0.1, 2 }, /* keeps at least one whole character */
        { "", 10, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(sb_text_fit(cases[i].text, 7, cases[i].mm), cases[i].bytes);
}

static void texts_are_made_visible(void **state)
{
    (void)state;
    static const struct {
        const char *text, *visible;
    } cases[] = {
        { "plain_name-1.2", "plain_name-1.2" },
        { "", "?" },
        { "a\tb\nc\r", "a\\tb\\nc\\r" },
        { "it's `x` \"y\" $z {w} \\", "it's `x` \"y\" $z {w} \\" },
        { "50%", "50%" },
        { "\xc3\xa9\xff", "\xc3\xa9\\xff" },
        { "\x1b[31m\x7f", "\\x1b[31m\\x7f" },
        { "\xc2\x9b", "\\xc2\\x9b" },               /* a C1 control character */
        { "\xd7\xa9\xd7\x9c", "\xd7\xa9\xd7\x9c" }, /* Hebrew */
        { "\xe2\x80\xae"
          "abc",
          "\\xe2\\x80\\xaeabc" },              /* reverses the direction of the text */
        { "\xef\xbf\xbf", "\\xef\\xbf\\xbf" }, /* not allowed in SVG */
        { "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
        { "\xed\xa0\x80", "\\xed\\xa0\\x80" }, /* half of a surrogate pair */
        { "\xe2\x82", "\\xe2\\x82" },          /* truncated */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_text text = { 0 };
        sb_text_add_visible(&text, cases[i].text);
        assert_string_equal(text.data, cases[i].visible);
        sb_text_free(&text);
    }
}

/* Characters that are special to gnuplot are escaped in strings. */
static void strings_of_scripts_are_harmless(void **state)
{
    (void)state;
    sb_text text = { 0 };
    sb_gnuplot_add_string(&text, "a'b\"c`d\\e$f@g%h{i}j#k&l\xc3\xa9");
    assert_string_equal(text.data, "\"a\\047b\\042c\\140d\\134e\\044f\\100g\\045h\\173i\\175j"
                                   "\\043k\\046l\xc3\xa9\"");
    sb_text_free(&text);
}

/* ---------------------------------------------------------------------------------------- marks */

/* Any two techniques differ even in black and white: by shape, or clearly by brightness. */
static void known_techniques_are_told_apart(void **state)
{
    (void)state;
    const char *const *names = sb_marks_known();
    for (size_t i = 0; names[i]; i++)
        for (size_t j = 0; j < i; j++) {
            sb_mark a = sb_mark_of(names[i], false, 0), b = sb_mark_of(names[j], false, 0);
            double lightness = fabs(sb_colour_lightness(a.colour) - sb_colour_lightness(b.colour));
            if (a.point == b.point && lightness < 0.25)
                fail_msg("%s looks like %s", names[i], names[j]);
            if (strcmp(a.colour, b.colour) == 0 && a.point == b.point)
                fail_msg("%s has the colour of %s", names[i], names[j]);
        }
}

static void unknown_techniques_keep_their_mark(void **state)
{
    (void)state;
    sb_mark a = sb_mark_of("mine", false, 0), again = sb_mark_of("mine", false, 0);
    sb_mark peer = sb_mark_of("mine", true, 0);
    assert_true(a.point == again.point && strcmp(a.colour, again.colour) == 0);
    assert_int_not_equal(a.point, peer.point); /* open */
    assert_string_equal(a.colour, peer.colour);
    assert_int_not_equal(a.point, SB_POINT_UNDETERMINED);
}

/* Unknown techniques differ from each other and from all known ones, even in black and white, in
 * any order. */
static void no_two_of_a_run_look_alike(void **state)
{
    (void)state;
    enum { MINE = 4, MOST = 64 };
    static const char *const mine[MINE] = { "mine", "theirs", "t1", "t2" };
    const char *forth[MOST], *back[MOST];
    bool peers[MOST] = { false };
    sb_mark one[MOST], other[MOST];
    size_t count = 0;
    for (; count < MINE; count++)
        forth[count] = mine[count];
    for (const char *const *known = sb_marks_known(); *known; known++)
        forth[count++] = *known;
    for (size_t i = 0; i < count; i++)
        back[count - 1 - i] = forth[i];
    sb_marks_assign(forth, peers, count, one);
    sb_marks_assign(back, peers, count, other);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(one[i].colour, other[count - 1 - i].colour);
        assert_int_equal(one[i].point, other[count - 1 - i].point);
        for (size_t j = 0; j < i; j++)
            if (one[i].point == one[j].point)
                assert_true(fabs(sb_colour_lightness(one[i].colour) -
                                 sb_colour_lightness(one[j].colour)) >= 0.2);
    }
}

/* Thirty unknown techniques are more than there are shapes. Each still has its own combination of
 * colour and shape. */
static void many_of_a_run_are_told_apart_by_colour(void **state)
{
    (void)state;
    enum { MANY = 30 };
    char names[MANY][8];
    const char *list[MANY];
    bool peers[MANY] = { false };
    sb_mark marks[MANY];
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "t%d", i);
        list[i] = names[i];
    }
    sb_marks_assign(list, peers, MANY, marks);
    for (int i = 0; i < MANY; i++)
        for (int j = 0; j < i; j++)
            assert_false(marks[i].point == marks[j].point &&
                         strcmp(marks[i].colour, marks[j].colour) == 0);
}

static void lightness_is_that_of_the_eye(void **state)
{
    (void)state;
    assert_true(sb_colour_lightness("#000000") < 1e-9);
    assert_true(fabs(sb_colour_lightness("#ffffff") - 1) < 1e-3);
    assert_true(fabs(sb_colour_lightness("#777777") - 0.5) < 0.01);
    assert_true(sb_colour_lightness("#00ff00") > 2 * sb_colour_lightness("#0000ff"));
}

/* ----------------------------------------------------------------------------------------- axes */

static sb_plot_axis axis_of(double low, double high, int base)
{
    sb_extent extent = sb_extent_none();
    sb_extent_add(&extent, low);
    sb_extent_add(&extent, high);
    return sb_extent_axis(&extent, base);
}

/* An interval that reaches 400 must not squeeze points between 2 and 8 together. */
static void wild_intervals_do_not_stretch_an_axis(void **state)
{
    (void)state;
    sb_extent extent = sb_extent_none();
    sb_extent_add(&extent, 2);
    sb_extent_add(&extent, 8);
    sb_extent_add_interval(&extent, 1.9, 8.1);
    sb_plot_axis axis = sb_extent_axis(&extent, 10);
    assert_true(axis.low < 1.9 && axis.high > 8.1 && axis.high < 9);
    sb_extent_add_interval(&extent, 0.001, 400);
    sb_extent_add_interval(&extent, NAN, INFINITY);
    axis = sb_extent_axis(&extent, 10);
    assert_true(axis.low > 1 && axis.high < 16);
    axis = sb_extent_axis(&extent, 0);
    assert_true(axis.low >= 0 && axis.high < 12);
}

static void ranges_hold_whatever_comes(void **state)
{
    (void)state;
    const double cases[][2] = { { 0, 0 },   { 1, 1 },         { 0, 1e300 },   { 1e-300, 1e300 },
                                { -5, 5 },  { 1e-12, 1e-12 }, { 3, 3.00001 }, { 1e9, 1e9 + 1 },
                                { NAN, 2 }, { NAN, NAN },     { 1, INFINITY } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int base = 0; base <= 10; base += base ? 8 : 2) {
            sb_plot_axis axis = axis_of(cases[i][0], cases[i][1], base);
            assert_true(isfinite(axis.low) && isfinite(axis.high) && axis.low < axis.high);
            assert_true(!axis.base || axis.low > 0);
            sb_plot_axis_tick(&axis, 50, 7, true);
            assert_true(axis.count >= 2);
        }
}

/* On axes of all kinds there are labels, and they do not overlap. */
static void ticks_keep_apart(void **state)
{
    (void)state;
    sb_random random = { 7 };
    for (int i = 0; i < 3000; i++) {
        double low = pow(10, 8 * sb_random_unit(&random) - 4);
        double high = low * pow(10, 4 * sb_random_unit(&random) + 0.01);
        double mm = 15 + 150 * sb_random_unit(&random);
        int base = i % 3 == 0 ? 0 : i % 3 == 1 ? 2 : 10;
        bool across = i % 2;
        sb_plot_axis axis = axis_of(low, high, base);
        sb_plot_axis_tick(&axis, mm, 7, across);
        double last = -INFINITY;
        size_t labels = 0;
        for (size_t t = 0; t < axis.count; t++) {
            if (!axis.ticks[t].text[0])
                continue;
            double at = sb_plot_axis_place(&axis, axis.ticks[t].at) * mm;
            double half = across ? sb_text_mm(axis.ticks[t].text, 7) / 2 : 1.3;
            assert_true(at > -0.01 && at < mm + 0.01);
            assert_true(at - half > last);
            last = at + half;
            labels++;
        }
        assert_true(labels >= 2);
    }
}

static void numbers_are_short(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = { { 0.25, "0.25" }, { 20, "20" },     { 9000, "9000" },     { 20000, "20k" },
                  { 3e6, "3M" },    { 1e-7, "1e-7" }, { 2.5e-4, "2.5e-4" }, { 0, "0" },
                  { 1e18, "1e18" }, { -0.5, "-0.5" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_plot_axis axis = { .low = 0, .high = 1 };
        sb_plot_axis_tick_at(&axis, &cases[i].value, 1);
        assert_string_equal(axis.ticks[0].text, cases[i].text);
    }
}

static void an_interval_says_something_or_not(void **state)
{
    (void)state;
    assert_true(sb_determined(2, 3) && sb_determined(5, 5));
    assert_false(sb_determined(2, 3.01) || sb_determined(0, 1) || sb_determined(1, INFINITY) ||
                 sb_determined(NAN, 1) || sb_determined(1, NAN) || sb_determined(-1, -1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths_are_those_of_the_fonts),
        cmocka_unit_test(lines_are_cut_where_they_fit),
        cmocka_unit_test(texts_are_made_visible),
        cmocka_unit_test(strings_of_scripts_are_harmless),
        cmocka_unit_test(known_techniques_are_told_apart),
        cmocka_unit_test(unknown_techniques_keep_their_mark),
        cmocka_unit_test(no_two_of_a_run_look_alike),
        cmocka_unit_test(many_of_a_run_are_told_apart_by_colour),
        cmocka_unit_test(lightness_is_that_of_the_eye),
        cmocka_unit_test(wild_intervals_do_not_stretch_an_axis),
        cmocka_unit_test(ranges_hold_whatever_comes),
        cmocka_unit_test(ticks_keep_apart),
        cmocka_unit_test(numbers_are_short),
        cmocka_unit_test(an_interval_says_something_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
