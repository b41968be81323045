/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/steps.h"

#include "conv/cost.h"
#include "core/text.h"
#include "measure/choose.h"

#include <stdlib.h>
#include <string.h>

/* The results of a technique for a chain. */
typedef struct parts {
    sb_operation chain, steps[SB_MAX_STEPS];
    uint32_t count;
    const sb_result *whole, *results[SB_MAX_STEPS]; /* the whole chain's; NULL if there is none */
} parts;

/* The operation that consists of this step alone. */
static bool find_alone(sb_role role, sb_operation *operation)
{
    for (int op = 0; op < SB_OPERATIONS; op++)
        if (sb_operation_steps((sb_operation)op) == 1 &&
            sb_operation_role((sb_operation)op, 0) == role) {
            *operation = (sb_operation)op;
            return true;
        }
    return false;
}

static bool find_steps(const sb_layer *layer, parts *p)
{
    sb_role roles[SB_MAX_STEPS];
    p->chain = sb_layer_chain(layer);
    p->count = sb_layer_chain_roles(layer, roles);
    if (p->count < 2)
        return false;
    for (uint32_t i = 0; i < p->count; i++)
        if (!find_alone(roles[i], &p->steps[i]) || !layer->operations[p->steps[i]])
            return false;
    return true;
}

static bool find_results(const sb_group *group, const char *technique, parts *p)
{
    sb_choice choice = { .technique = technique, .own = true, .peers = technique != NULL };
    choice.operation = p->chain;
    p->whole = sb_choose(group, &choice, NULL);
    for (uint32_t i = 0; i < p->count; i++) {
        choice.operation = p->steps[i];
        p->results[i] = sb_choose(group, &choice, NULL);
        if (!p->results[i])
            return false;
    }
    return true;
}

/* time(one) over the sum of the steps' times, computed from the ratios of these to it. */
static sb_interval share_of_time(const parts *p, const sb_result *one, double confidence,
                                 uint64_t seed)
{
    sb_interval sum = { 0 };
    const bool is_step = one != p->whole;
    for (uint32_t i = 0; i < p->count; i++) {
        sb_interval ratio = { 1, 1, 1 };
        if (p->results[i] != one)
            ratio = sb_paired_ratio(p->results[i], one, p->count - is_step, confidence, seed);
        sum.value += ratio.value;
        sum.low += ratio.low;
        sum.high += ratio.high;
    }
    return (sb_interval) { 1 / sum.value, 1 / sum.high, 1 / sum.low };
}

static double count_multiplications(const sb_layer *layer, sb_operation operation)
{
    const sb_problem problem = sb_layer_problem(layer, operation, 1);
    return (double)sb_cost_of(&problem).total;
}

/* Adds the rows to the list; returns their number. */
static size_t add_rows(const sb_group *group, const parts *p, char *technique, double confidence,
                       uint64_t seed, sb_step_share *to)
{
    const double all = count_multiplications(group->layer, p->chain);
    size_t count = 0;
    for (uint32_t i = 0; i < p->count; i++)
        to[count++] = (sb_step_share) {
            .operation = p->steps[i],
            .technique = technique,
            .result = p->results[i],
            .of_multiplications = count_multiplications(group->layer, p->steps[i]) / all,
            .of_time = share_of_time(p, p->results[i], confidence, seed),
        };
    if (p->whole)
        to[count++] = (sb_step_share) {
            .operation = p->chain,
            .technique = technique,
            .result = p->whole,
            .of_multiplications = 1,
            .of_time = share_of_time(p, p->whole, confidence, seed),
        };
    return count;
}

/* The best kernels are often those of one technique: then its rows are repeated, since intervals
 * take long to compute. Returns the number of rows, 0 if there are none to repeat. */
static size_t repeat_rows(const parts *p, char *technique, const sb_step_share *rows, size_t count,
                          sb_step_share *to)
{
    const size_t each = p->count + (p->whole != NULL);
    for (size_t first = 0; first < count;) {
        const sb_step_share *set = &rows[first];
        size_t length = 0, same = 0;
        for (; first < count && rows[first].technique == set->technique; first++, length++)
            same += rows[first].result == (length < p->count ? p->results[length] : p->whole);
        if (length != each || same != each)
            continue;
        for (size_t i = 0; i < each; i++) {
            to[i] = set[i];
            to[i].technique = technique;
        }
        return each;
    }
    return 0;
}

size_t sb_group_steps(const sb_group *group, double confidence, uint64_t seed,
                      sb_step_share **shares)
{
    static char best[] = "best";
    parts p;
    size_t count = 0;
    *shares = NULL;
    if (!find_steps(group->layer, &p))
        return 0;
    *shares = sb_new((group->result_count + 1) * (p.count + 1), sizeof **shares);
    for (size_t i = 0; i < group->result_count; i++) {
        char *technique = group->results[i].technique;
        if (sb_first_of_technique(group, i) && find_results(group, technique, &p))
            count += add_rows(group, &p, technique, confidence, seed, *shares + count);
    }
    if (!find_results(group, NULL, &p))
        return count;
    const size_t repeated = repeat_rows(&p, best, *shares, count, *shares + count);
    return count +
           (repeated ? repeated : add_rows(group, &p, best, confidence, seed, *shares + count));
}
