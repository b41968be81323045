/* SPDX-License-Identifier: Apache-2.0 */
/* Sums over an answer's parts, shared by all forms of the answer. */
#ifndef SB_REPORT_ANSWER_TOTALS_H
#define SB_REPORT_ANSWER_TOTALS_H

#include "report/answer.h"

/* Nanoseconds of a part, multiplied by its repeats. */
double sb_answer_cost_ns(const sb_answer_part *part);

/* Of all parts, with the best kernels. Their intervals are taken as independent: the squares of the
 * half widths add up. */
sb_interval sb_answer_total(const sb_answer_block *block);

/* The same with the standard twin wherever there is one; *pairs is their number. */
double sb_answer_twins_ns(const sb_answer_block *block, size_t *pairs);

/* The share of the total that depends on times that are not determined. */
double sb_answer_wide_part(const sb_answer_block *block);

/* The parts, the most expensive first; free() the list. */
const sb_answer_part **sb_answer_order(const sb_answer_block *block);

/* A trait of parts: a static name. */
typedef const char *sb_answer_trait(const sb_answer_part *part);
const char *sb_answer_class_of(const sb_answer_part *part);
/* "arithmetic", a level of memory, "own code" if the kernel is far from any bound, "not known" */
const char *sb_answer_bound_of(const sb_answer_part *part);

typedef struct sb_answer_share {
    const char *name;
    double part; /* share of the total, from 0 to 1 */
} sb_answer_share;

/* The number of limits, and of classes. */
enum { SB_ANSWER_SHARES = SB_CLASSES + SB_LEVELS + 4 };

/* The shares of the total by a trait, the largest first; returns their number. */
size_t sb_answer_shares(const sb_answer_block *block, sb_answer_trait *trait,
                        sb_answer_share shares[SB_ANSWER_SHARES]);

/* The chains against their standard twins, over all layers with times of both. */
typedef struct sb_answer_gain {
    double work;      /* quotient of the sums of multiplications */
    sb_interval time; /* quotient of the sums of times; a layer's interval is that of its paired
                         rounds, those of different layers are taken as independent */
    size_t pairs;
} sb_answer_gain;

/* False if there is no pair. */
bool sb_answer_find_gain(const sb_answer_block *block, sb_answer_gain *gain);

/* Appends "8.35 x less arithmetic, 4.91 [4.87, 4.95] x less time (5 layers)", with `times` for "x";
 * below 1 it is "more", by the reciprocal. */
void sb_answer_add_gain(sb_text *to, const sb_answer_gain *gain, const char *times);

#endif
