/* SPDX-License-Identifier: Apache-2.0 */
#include "report/glyphs.h"

#include "core/text.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define MM_PER_POINT (25.4 / 72)

enum { FIRST = 0x20, LAST = 0x17f };

/* Advance widths in thousandths of an em, U+0020 to U+017F: Liberation Sans 1.07, DejaVu Sans 2.37.
 */
static const unsigned short advances[SB_FACES][LAST - FIRST + 1] = {
    [SB_FACE_LIBERATION] = {
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556,
        556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722,
        722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722,
        667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556,
        556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,
        500, 334, 260, 334, 584, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 278, 333, 556, 556, 556, 556, 260, 556, 333, 737, 370,
        556, 584, 333, 737, 552, 400, 549, 333, 333, 333, 576, 537, 278, 333, 333, 365, 556, 834,
        834, 834, 611, 667, 667, 667, 667, 667, 667, 1000, 722, 667, 667, 667, 667, 278, 278, 278,
        278, 722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667, 611, 556,
        556, 556, 556, 556, 556, 889, 500, 556, 556, 556, 556, 278, 278, 278, 278, 556, 556, 556,
        556, 556, 556, 556, 549, 611, 556, 556, 556, 556, 500, 556, 500, 667, 556, 667, 556, 667,
        556, 722, 500, 722, 500, 722, 500, 722, 500, 722, 615, 722, 556, 667, 556, 667, 556, 667,
        556, 667, 556, 667, 556, 778, 556, 778, 556, 778, 556, 778, 556, 722, 556, 722, 556, 278,
        278, 278, 278, 278, 278, 278, 222, 278, 278, 735, 444, 500, 222, 667, 500, 500, 556, 222,
        556, 222, 556, 292, 556, 334, 556, 222, 722, 556, 722, 556, 722, 556, 604, 723, 556, 778,
        556, 778, 556, 778, 556, 1000, 944, 722, 333, 722, 333, 722, 333, 667, 500, 667, 500, 667,
        500, 667, 500, 611, 278, 611, 375, 611, 278, 722, 556, 722, 556, 722, 556, 722, 556, 722,
        556, 722, 556, 944, 722, 667, 500, 667, 611, 500, 611, 500, 611, 500, 222,
    },
    [SB_FACE_DEJAVU] = {
        318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636,
        636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698,
        770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732,
        684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635,
        634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,
        525, 636, 337, 636, 838, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 318, 401, 636, 636, 636, 636, 337, 500, 500, 1000, 471,
        612, 838, 361, 1000, 500, 500, 838, 401, 401, 500, 636, 636, 318, 500, 401, 471, 612, 969,
        969, 969, 531, 684, 684, 684, 684, 684, 684, 974, 698, 632, 632, 632, 632, 295, 295, 295,
        295, 775, 748, 787, 787, 787, 787, 787, 838, 787, 732, 732, 732, 732, 611, 605, 630, 613,
        613, 613, 613, 613, 613, 982, 550, 615, 615, 615, 615, 278, 278, 278, 278, 612, 634, 612,
        612, 612, 612, 612, 838, 612, 634, 634, 634, 634, 592, 635, 592, 684, 613, 684, 613, 684,
        613, 698, 550, 698, 550, 698, 550, 698, 550, 770, 635, 775, 635, 632, 615, 632, 615, 632,
        615, 632, 615, 632, 615, 775, 635, 775, 635, 775, 635, 775, 635, 752, 634, 916, 695, 295,
        278, 295, 278, 295, 278, 295, 278, 295, 278, 590, 556, 295, 278, 656, 579, 579, 557, 278,
        557, 278, 557, 375, 557, 342, 562, 284, 748, 634, 748, 634, 748, 634, 813, 748, 634, 787,
        612, 787, 612, 787, 612, 1070, 1023, 695, 411, 695, 411, 695, 411, 635, 521, 635, 521, 635,
        521, 635, 521, 611, 392, 611, 392, 611, 392, 732, 634, 732, 634, 732, 634, 732, 634, 732,
        634, 732, 634, 989, 818, 611, 592, 611, 685, 525, 685, 525, 685, 525, 352,
    },
};

/* The character at the start of the text, or the byte if it is invalid; *length is its number of
 * bytes. */
static unsigned long next_character(const char *text, size_t *length)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t bytes = sb_character(text);
    *length = bytes ? bytes : 1;
    unsigned long code = bytes < 2 ? *at : *at & (0x7fu >> bytes);
    for (size_t i = 1; i < bytes; i++)
        code = code << 6 | (at[i] & 0x3f);
    return code;
}

static double find_advance(sb_face face, unsigned long code)
{
    if (code >= FIRST && code <= LAST && advances[face][code - FIRST])
        return advances[face][code - FIRST] / 1000.0;
    return code < 0x2000 ? 1.1 : 1.4;
}

double sb_face_width(sb_face face, const char *text)
{
    double width = 0;
    for (size_t length; *text; text += length)
        width += find_advance(face, next_character(text, &length));
    return width;
}

double sb_text_mm(const char *text, double points)
{
    double em = fmax(sb_face_width(SB_FACE_LIBERATION, text), sb_face_width(SB_FACE_DEJAVU, text));
    return em * points * MM_PER_POINT;
}

/* After text[at]? A number keeps its decimals, and its per cent. */
static bool may_break(const char *text, size_t at)
{
    if (text[at] == '.')
        return !sb_is_digit(text[at + 1]);
    if (text[at] == ' ' && text[at + 1] == '%')
        return at == 0 || !sb_is_digit(text[at - 1]);
    return strchr(" -_/:,;+=&|)]}", text[at]) != NULL;
}

size_t sb_text_fit(const char *text, double points, double mm)
{
    double used[SB_FACES] = { 0 }, em = points * MM_PER_POINT;
    size_t at = 0, pause = 0;
    for (size_t length; text[at]; at += length) {
        unsigned long code = next_character(text + at, &length);
        for (int face = 0; face < SB_FACES; face++)
            used[face] += find_advance((sb_face)face, code) * em;
        if (fmax(used[SB_FACE_LIBERATION], used[SB_FACE_DEJAVU]) > mm && at > 0)
            return 2 * pause > at ? pause : at;
        if (length == 1 && may_break(text, at))
            pause = at + 1;
    }
    return at;
}
