/* SPDX-License-Identifier: Apache-2.0 */
#include "report/answer_totals.h"

#include "core/text.h"
#include "report/columns80.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OWN_CODE 0.5 /* below this share of its bound, the kernel itself limits a layer */

typedef struct sum {
    double value, below, above;
} sum;

static void add_to_sum(sum *to, double repeat, sb_interval time)
{
    to->value += repeat * time.value;
    to->below += pow(repeat * (time.value - time.low), 2);
    to->above += pow(repeat * (time.high - time.value), 2);
}

static sb_interval interval_of(const sum *of)
{
    return (sb_interval) { of->value, fmax(0, of->value - sqrt(of->below)),
                           of->value + sqrt(of->above) };
}

double sb_answer_cost_ns(const sb_answer_part *part)
{
    return (double)part->repeat * part->time.value;
}

sb_interval sb_answer_total(const sb_answer_block *block)
{
    sum total = { 0 };
    for (size_t i = 0; i < block->part_count; i++)
        add_to_sum(&total, (double)block->parts[i].repeat, block->parts[i].time);
    return interval_of(&total);
}

double sb_answer_twins_ns(const sb_answer_block *block, size_t *pairs)
{
    double ns = 0;
    *pairs = 0;
    for (size_t i = 0; i < block->part_count; i++) {
        const sb_answer_part *part = &block->parts[i];
        *pairs += part->pair;
        ns += (double)part->repeat * (part->pair ? part->twin_ns : part->time.value);
    }
    return ns;
}

double sb_answer_wide_part(const sb_answer_block *block)
{
    double wide = 0;
    for (size_t i = 0; i < block->part_count; i++)
        if (sb_answer_is_wide(block->parts[i].time))
            wide += sb_answer_cost_ns(&block->parts[i]);
    return block->part_count ? wide / sb_answer_total(block).value : 0;
}

static int by_cost(const void *a, const void *b)
{
    const sb_answer_part *x = *(const sb_answer_part *const *)a;
    const sb_answer_part *y = *(const sb_answer_part *const *)b;
    if (sb_answer_cost_ns(x) != sb_answer_cost_ns(y))
        return sb_answer_cost_ns(x) < sb_answer_cost_ns(y) ? 1 : -1;
    return x < y ? -1 : 1;
}

const sb_answer_part **sb_answer_order(const sb_answer_block *block)
{
    const sb_answer_part **order = sb_new(block->part_count, sizeof(sb_answer_part *));
    for (size_t i = 0; i < block->part_count; i++)
        order[i] = &block->parts[i];
    if (block->part_count)
        qsort(order, block->part_count, sizeof(sb_answer_part *), by_cost);
    return order;
}

/* ------------------------------------------------------------------------------------ the shares
 */

const char *sb_answer_class_of(const sb_answer_part *part)
{
    return sb_class_name(part->class_);
}

const char *sb_answer_bound_of(const sb_answer_part *part)
{
    if (!(part->bound_ns > 0))
        return "not known";
    return part->bound_ns < OWN_CODE * part->time.value ? "own code" : part->bound;
}

static int by_part(const void *a, const void *b)
{
    const double x = ((const sb_answer_share *)a)->part, y = ((const sb_answer_share *)b)->part;
    return x < y ? 1 : x > y ? -1 : 0;
}

size_t sb_answer_shares(const sb_answer_block *block, sb_answer_trait *trait,
                        sb_answer_share shares[SB_ANSWER_SHARES])
{
    const double total = sb_answer_total(block).value;
    size_t count = 0;
    for (size_t p = 0; p < block->part_count; p++) {
        const char *name = trait(&block->parts[p]);
        size_t i = 0;
        while (i < count && strcmp(shares[i].name, name) != 0)
            i++;
        if (i == count)
            shares[count++] = (sb_answer_share) { name, 0 };
        shares[i].part += sb_answer_cost_ns(&block->parts[p]) / total;
    }
    qsort(shares, count, sizeof *shares, by_part);
    return count;
}

/* --------------------------------------------------------------------------------------- the gain
 */

bool sb_answer_find_gain(const sb_answer_block *block, sb_answer_gain *gain)
{
    double twin_work = 0, work = 0, twin_ns = 0, ns = 0;
    sum times = { 0 };
    *gain = (sb_answer_gain) { 0 };
    for (size_t i = 0; i < block->part_count; i++) {
        const sb_answer_part *part = &block->parts[i];
        const double repeat = (double)part->repeat;
        if (!part->pair)
            continue;
        gain->pairs++;
        twin_work += repeat * part->twin_multiplications;
        work += repeat * part->multiplications;
        twin_ns += repeat * part->twin_ns;
        ns += sb_answer_cost_ns(part);
        add_to_sum(&times, sb_answer_cost_ns(part), part->gain);
    }
    if (!gain->pairs)
        return false;
    const sb_interval spread = interval_of(&times);
    const double ratio = twin_ns / ns;
    gain->work = twin_work / work;
    gain->time = (sb_interval) { ratio, ratio * spread.low / spread.value,
                                 ratio * spread.high / spread.value };
    return true;
}

static const char *more_or_less(double ratio)
{
    return ratio < 1 ? "more" : "less";
}

void sb_answer_add_gain(sb_text *to, const sb_answer_gain *gain, const char *times)
{
    const sb_interval t = gain->time;
    sb_text_add(to, "%.2f %s %s arithmetic, ", gain->work < 1 ? 1 / gain->work : gain->work, times,
                more_or_less(gain->work));
    if (sb_answer_is_wide(t)) {
        sb_text_add(to, "time not determined");
    } else {
        sb_columns_add_ratio(to, t.value < 1 ? (sb_interval) { 1 / t.value, 1 / t.high, 1 / t.low }
                                             : t);
        sb_text_add(to, " %s %s time", times, more_or_less(t.value));
    }
    sb_text_add(to, " (%zu layer%s)", gain->pairs, sb_plural(gain->pairs));
}
