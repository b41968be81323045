/* SPDX-License-Identifier: Apache-2.0 */
/* What other searches of the same kernel have measured: hints for the model of this one. */
#include "campaign/tune_state.h"

#include "campaign/winners.h"
#include "core/text.h"
#include "tune/prior.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SUBJECTS = 6 }; /* the nearest problems, machines, builds */

typedef struct hints {
    const sb_tune_search *search;
    sb_evaluated *list; /* hints, and the times of the present subject */
    size_t count, capacity;
    size_t subject, first; /* the present one, and its first in the list */
} hints;

static void close_subject(hints *h)
{
    sb_prior_scale(h->list + h->first, h->count - h->first);
    h->first = h->count;
}

/* As sb_related_visitor. Parameter sets that failed there may work here. */
static int add_hint(void *context, size_t subject, const char *params, double objective,
                    sb_error *error)
{
    (void)error;
    hints *h = context;
    int64_t values[SB_MAX_PARAMETERS] = { 0 };
    if (subject != h->subject && h->count)
        close_subject(h);
    h->subject = subject;
    if (!isfinite(objective) || !sb_winners_parse(h->search->kernel, params, values))
        return 0;
    ptrdiff_t index = sb_space_find_values(&h->search->space, values);
    if (index < 0)
        return 0;
    if (h->count == h->capacity) {
        h->capacity = h->capacity ? 2 * h->capacity : 256;
        h->list = sb_grow(h->list, h->capacity, sizeof *h->list);
    }
    h->list[h->count++] = (sb_evaluated) { .index = (uint32_t)index, .objective = objective };
    return 0;
}

static int by_index(const void *a, const void *b)
{
    const sb_evaluated *x = a, *y = b;
    return (x->index > y->index) - (x->index < y->index);
}

/* Several hints about one parameter set become their mean. */
static size_t join_hints(sb_evaluated *list, size_t count)
{
    size_t kept = 0;
    if (count)
        qsort(list, count, sizeof *list, by_index);
    for (size_t i = 0; i < count;) {
        size_t end = i;
        double sum = 0.0;
        for (; end < count && list[end].index == list[i].index; end++)
            sum += list[end].objective;
        list[kept++] =
            (sb_evaluated) { .index = list[i].index, .objective = sum / (double)(end - i) };
        i = end;
    }
    return kept;
}

size_t sb_tune_find_hints(const sb_tune_search *search, sb_evaluated **list)
{
    hints h = { .search = search };
    sb_error why = { "" };
    *list = NULL;
    if (search->context->manner->alone)
        return 0;
    /* Without hints, a search takes longer, but is as good. */
    if (sb_tunedb_related(search->context->records->db, &search->key, SUBJECTS, add_hint, &h,
                          &why) < 0)
        h.count = h.first = 0;
    if (h.count)
        close_subject(&h);
    *list = h.list;
    return join_hints(h.list, h.count);
}
