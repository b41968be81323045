/* SPDX-License-Identifier: Apache-2.0 */
/* What an answer's parts come to, the same for every form that it is told in. */
#ifndef SB_REPORT_ANSWER_TOTALS_H
#define SB_REPORT_ANSWER_TOTALS_H

#include "report/answer.h"

/* Nanoseconds of a part, as often as the network repeats it. */
double sb_answer_cost_ns(const sb_answer_part *part);

/* Of all parts, with the best kernels. Their intervals are taken as independent: half widths add in
 * squares. */
sb_interval sb_answer_total(const sb_answer_block *block);

/* The same with the standard twin wherever there is one; *pairs: how many are. */
double sb_answer_twins_ns(const sb_answer_block *block, size_t *pairs);

/* The share of the total that rests on times that are not determined. */
double sb_answer_wide_part(const sb_answer_block *block);

/* The parts, those that cost most first; free() the list. */
const sb_answer_part **sb_answer_order(const sb_answer_block *block);

/* What parts have in common: a name, static. */
typedef const char *sb_answer_trait(const sb_answer_part *part);
const char *sb_answer_class_of(const sb_answer_part *part);
/* "arithmetic", a level of memory, "own code" where the kernel is far from any bound, "not known"
 */
const char *sb_answer_bound_of(const sb_answer_part *part);

typedef struct sb_answer_share {
    const char *name;
    double part; /* of the total, from 0 to 1 */
} sb_answer_share;

/* Everything that can bound a layer, and all classes. */
enum { SB_ANSWER_SHARES = SB_CLASSES + SB_LEVELS + 4 };

/* How the total divides by a trait, the largest share first; returns how many there are. */
size_t sb_answer_shares(const sb_answer_block *block, sb_answer_trait *trait,
                        sb_answer_share shares[SB_ANSWER_SHARES]);

/* The chains against their standard twins, over all layers that have a time of both. */
typedef struct sb_answer_gain {
    double work;      /* quotient of the multiplications */
    sb_interval time; /* of the times; a layer's interval is that of its paired rounds, the layers'
                         are taken as independent */
    size_t pairs;
} sb_answer_gain;

/* False where there is no pair. */
bool sb_answer_find_gain(const sb_answer_block *block, sb_answer_gain *gain);

/* Appends "8.35 x less arithmetic, 4.91 [4.87, 4.95] x less time (5 layers)", with `times` for "x";
 * below 1 it is "more", by the reciprocal. */
void sb_answer_add_gain(sb_text *to, const sb_answer_gain *gain, const char *times);

#endif
