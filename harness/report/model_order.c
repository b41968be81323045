/* SPDX-License-Identifier: Apache-2.0 */
#include "report/model_order.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

/* Own techniques before peers; known ones in the order of the table of marks. */
static int by_rank(const void *a, const void *b)
{
    const sb_technique *x = *(const sb_technique *const *)a, *y = *(const sb_technique *const *)b;
    size_t i = sb_mark_rank(x->name), j = sb_mark_rank(y->name);
    if (x->peer != y->peer)
        return x->peer ? 1 : -1;
    return i != j ? (i < j ? -1 : 1) : strcmp(x->name, y->name);
}

static void sort_techniques(sb_model *model)
{
    size_t count = model->technique_count, *now = sb_new(count, sizeof *now);
    sb_technique *ordered = sb_new(count, sizeof *ordered);
    const sb_technique **order = sb_new(count, sizeof *order);
    for (size_t i = 0; i < count; i++)
        order[i] = &model->techniques[i];
    qsort(order, count, sizeof *order, by_rank);
    for (size_t i = 0; i < count; i++) {
        ordered[i] = *order[i];
        now[order[i] - model->techniques] = i;
    }
    for (size_t i = 0; i < model->timing_count; i++)
        model->timings[i].at.technique = now[model->timings[i].at.technique];
    for (size_t i = 0; i < model->point_count; i++)
        model->points[i].at.technique = now[model->points[i].at.technique];
    for (size_t i = 0; i < model->duel_count; i++) {
        model->duels[i].at.technique = now[model->duels[i].at.technique];
        model->duels[i].peer = now[model->duels[i].peer];
    }
    free(model->techniques);
    model->techniques = ordered;
    free(order);
    free(now);
}

static void assign_marks(sb_model *model)
{
    size_t count = model->technique_count;
    const char **names = sb_new(count, sizeof *names);
    bool *peers = sb_new(count, sizeof *peers);
    sb_mark *marks = sb_new(count, sizeof *marks);
    for (size_t i = 0; i < count; i++) {
        names[i] = model->techniques[i].name;
        peers[i] = model->techniques[i].peer;
    }
    sb_marks_assign(names, peers, count, marks);
    for (size_t i = 0; i < count; i++)
        model->techniques[i].mark = marks[i];
    free(names);
    free(peers);
    free(marks);
}

void sb_model_order_techniques(sb_model *model)
{
    sort_techniques(model);
    assign_marks(model);
}
