/* SPDX-License-Identifier: Apache-2.0 */
#include "report/marks.h"

#include "core/text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum {
    PLUS = 1,
    CROSS = 2,
    STAR = 3,
    SQUARE = 4,
    BOX = 5,
    DISC = 7,
    RISE = 8,
    TRIANGLE = 9,
    FALL = 10,
    WEDGE = 11,
    LOZENGE = 12,
    DIAMOND = 13,
    RING = 14,
    PENTAGON = 15,
};

static const char solid[] = "1";

/* Colours by Okabe and Ito for our own techniques, Tol's darker ones for peers: they are
 * distinguishable for colour-blind readers. */
static const struct {
    const char *technique;
    sb_mark mark;
} known[] = {
    { "best", { "#000000", DISC, solid } },
    { "naive", { "#7f7f7f", PLUS, "(2,2)" } },
    { "im2col_gemm", { "#e69f00", TRIANGLE, "(9,3)" } },
    { "tiled", { "#0072b2", WEDGE, "(9,3,2,3)" } },
    { "openmp", { "#56b4e9", DIAMOND, "(5,2)" } },
    { "direct", { "#d55e00", BOX, solid } },
    { "fused", { "#009e73", PENTAGON, solid } },
    { "winograd", { "#cc79a7", STAR, solid } },
    { "strassen", { "#b8a900", CROSS, "(14,3)" } },
    { "onednn", { "#332288", SQUARE, "(6,2)" } },
    { "onednn_winograd", { "#332288", STAR, "(2,2,6,2)" } },
    { "xnnpack", { "#117733", RISE, "(4,2)" } },
    { "libxsmm", { "#882255", LOZENGE, "(9,2,2,2,2,2)" } },
    { "openblas", { "#7a5c1e", FALL, "(12,2)" } },
    { "blis", { "#007a7a", RING, "(2,3)" } },
};

/* For all other techniques: colours that none of the above has. */
static const char *const colours[] = { "#a0522d", "#4363d8", "#911eb4", "#3cb44b",
                                       "#f032e6", "#666600", "#1f4e79", "#ff6f61" };
static const int filled[] = { BOX, TRIANGLE, WEDGE, DIAMOND, PENTAGON };
static const int open[] = { SQUARE, RISE, FALL, LOZENGE, RING };
static const char *const dashes[] = { solid, "(9,4)", "(3,3)", "(9,3,2,3)", "(14,4)" };

#define UNKNOWN (COUNT(colours) * COUNT(filled))

static uint32_t hash_name(const char *name)
{
    uint32_t h = UINT32_C(2166136261); /* FNV-1a */
    for (; *name; name++)
        h = (h ^ (unsigned char)*name) * UINT32_C(16777619);
    return h;
}

/* Both shape and colour change from one number to the next. */
static sb_mark make_unknown(size_t number, bool peer)
{
    size_t shape = number % COUNT(filled), round = number / COUNT(filled);
    return (sb_mark) { colours[(round + shape) % COUNT(colours)],
                       peer ? open[shape] : filled[shape], dashes[shape] };
}

size_t sb_mark_rank(const char *technique)
{
    size_t i = 0;
    while (i < COUNT(known) && strcmp(known[i].technique, technique) != 0)
        i++;
    return i;
}

sb_mark sb_mark_of(const char *technique, bool peer, size_t skip)
{
    size_t rank = sb_mark_rank(technique);
    return rank < COUNT(known)
               ? known[rank].mark
               : make_unknown((hash_name(technique) % UNKNOWN + skip) % UNKNOWN, peer);
}

const char *const *sb_marks_known(void)
{
    static const char *names[COUNT(known) + 1];
    for (size_t i = 0; i < COUNT(known); i++)
        names[i] = known[i].technique;
    return names;
}

typedef struct entry {
    const char *name;
    size_t place, rank;
} entry;

/* Known techniques first: their marks are fixed. */
static int by_rank(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    return x->rank != y->rank ? (x->rank < y->rank ? -1 : 1) : strcmp(x->name, y->name);
}

/* Do the marks look alike in black and white? Or, if not `strict`, in colour? */
static bool are_alike(sb_mark a, sb_mark b, bool strict)
{
    double lightness = fabs(sb_colour_lightness(a.colour) - sb_colour_lightness(b.colour));
    return a.point == b.point && (strict ? lightness < 0.2 : strcmp(a.colour, b.colour) == 0);
}

/* The first mark that differs from those `count` entries'; false if there is none. */
static bool find_mark(const entry *entries, size_t count, const bool *peers, bool strict,
                      sb_mark *marks)
{
    const entry *e = &entries[count];
    for (size_t skip = 0; skip < UNKNOWN; skip++) {
        sb_mark mark = sb_mark_of(e->name, peers[e->place], skip);
        size_t i = 0;
        while (i < count && !are_alike(mark, marks[entries[i].place], strict))
            i++;
        marks[e->place] = mark;
        if (i == count)
            return true;
    }
    return false;
}

void sb_marks_assign(const char *const *techniques, const bool *peers, size_t count, sb_mark *marks)
{
    entry *entries = sb_new(count, sizeof *entries);
    for (size_t i = 0; i < count; i++)
        entries[i] = (entry) { techniques[i], i, sb_mark_rank(techniques[i]) };
    qsort(entries, count, sizeof *entries, by_rank);
    for (size_t n = 0; n < count; n++)
        if (entries[n].rank < COUNT(known))
            marks[entries[n].place] = known[entries[n].rank].mark;
        else if (!find_mark(entries, n, peers, true, marks))
            find_mark(entries, n, peers, false, marks);
    free(entries);
}

/* CIE L* over 100. */
double sb_colour_lightness(const char *colour)
{
    static const double weights[] = { 0.2126, 0.7152, 0.0722 };
    unsigned long rgb = strtoul(colour + 1, NULL, 16);
    double light = 0;
    for (int i = 0; i < 3; i++) {
        double v = (double)(rgb >> (16 - 8 * i) & 0xff) / 255;
        light += weights[i] * (v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
    }
    return light > 0.008856 ? 1.16 * cbrt(light) - 0.16 : 9.033 * light;
}

const char *sb_contrast(const char *colour)
{
    return sb_colour_lightness(colour) > 0.62 ? "#000000" : "#ffffff";
}
