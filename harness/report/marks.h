/* SPDX-License-Identifier: Apache-2.0 */
/* The appearance of a technique: the same in all figures of all runs. */
#ifndef SB_REPORT_MARKS_H
#define SB_REPORT_MARKS_H

#include <stdbool.h>
#include <stddef.h>

/* Filled shapes and strokes are sepbench's own techniques, open shapes are peers. The open circle
 * belongs to no technique: it marks undetermined results. */
typedef struct sb_mark {
    const char *colour; /* "#rrggbb" */
    int point;          /* gnuplot's point type */
    const char *dash;   /* gnuplot's dash pattern */
} sb_mark;

#define SB_POINT_UNDETERMINED 6

/*
 * The mark of a technique. Each known one has its own, all of different shapes or clearly different
 * lightness, so that they can be distinguished in grey too. An unknown one gets one of the others
 * by a hash of its name; `skip` 1, 2, ... gives the following ones, for names whose hashes collide.
 */
sb_mark sb_mark_of(const char *technique, bool peer, size_t skip);

/* Fills `marks` for a run's techniques, so that no two look alike as long as there are enough
 * marks: an unknown one that would look like another gets the next mark that does not. */
void sb_marks_assign(const char *const *techniques, const bool *peers, size_t count,
                     sb_mark *marks);

/* The known names, NULL-terminated, and the position of a name among them; for an unknown one,
 * their number. */
const char *const *sb_marks_known(void);
size_t sb_mark_rank(const char *technique);

/* The lightness of the colour as perceived: 0 black to 1 white. */
double sb_colour_lightness(const char *colour);
const char *sb_contrast(const char *colour); /* black, or white on a dark colour */

#endif
