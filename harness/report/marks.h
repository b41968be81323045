/* SPDX-License-Identifier: Apache-2.0 */
/* How a technique looks: the same in all figures of all runs. */
#ifndef SB_REPORT_MARKS_H
#define SB_REPORT_MARKS_H

#include <stdbool.h>
#include <stddef.h>

/* Filled shapes and strokes are sepbench's own techniques, open shapes are peers. The open circle
 * belongs to no technique: it stands for a result that was not determined. */
typedef struct sb_mark {
    const char *colour; /* "#rrggbb" */
    int point;          /* gnuplot's point type */
    const char *dash;   /* gnuplot's dash pattern */
} sb_mark;

#define SB_POINT_UNDETERMINED 6

/*
 * The mark of a technique. Those that are known have one each, all of different shapes or very
 * different lightness, so that they are told apart in grey too. An unknown one gets one of the
 * others by a hash of its name; `skip` 1, 2, ... gives the ones after it, for two whose hashes
 * agree.
 */
sb_mark sb_mark_of(const char *technique, bool peer, size_t skip);

/* Fills `marks` for a run's techniques, no two of which look alike as long as there are marks:
 * where an unknown one would look like another, it gets the next mark that does not. */
void sb_marks_assign(const char *const *techniques, const bool *peers, size_t count,
                     sb_mark *marks);

/* The names that are known, NULL-terminated, and the place of one among them; of an unknown one,
 * their number. */
const char *const *sb_marks_known(void);
size_t sb_mark_rank(const char *technique);

/* 0 black to 1 white, as the eye sees the colour. */
double sb_colour_lightness(const char *colour);
const char *sb_contrast(const char *colour); /* black, or white on a dark colour */

#endif
