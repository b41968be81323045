/* SPDX-License-Identifier: Apache-2.0 */
/* The layers of a network in sequence. */
#include "report/plan_files.h"
#include "report/tex_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static sb_interval in_ms(sb_interval ns)
{
    return (sb_interval) { ns.value / 1e6, ns.low / 1e6, ns.high / 1e6 };
}

static void add_sequence(sb_tex_run *run, sb_tex_table *table, const sb_sequence *s)
{
    char threads[24];
    snprintf(threads, sizeof threads, "%" PRId64, s->threads);
    const char *const parts[] = { s->name, threads, NULL };
    sb_tex_begin_row(table);
    sb_tex_add(table->to, s->name);
    sb_text_add(table->to, " & %s", threads);
    sb_tex_add_cell(run, table->to, "SequenceTime", parts, in_ms(s->in_sequence));
    sb_tex_add_cell(run, table->to, "SequenceAlone", parts, in_ms(s->apart));
    sb_tex_add_cell(run, table->to, "SequenceRatio", parts, s->ratio);
    sb_text_add(table->to, " & %zu", sb_plan_reorders(s));
    sb_tex_end_row(table);
}

void sb_tex_sequences(sb_tex_run *run, sb_text *to)
{
    const sb_sequence_list *sequences = &run->answer->sequences;
    sb_tex_table table = {
        .to = to,
        .label = "sequences",
        .caption =
            "All layers in sequence, with the caches as the previous layer leaves them, with the "
            "best mix of kernels (best), with the kernels of one library (its name), and with "
            "layers that follow each other given to a library as one model (its name and "
            "/network): time in ms, that of the same calls alone, their quotient, reorders between "
            "layouts; ?: not determined",
        .columns = ">{\\raggedright\\arraybackslash}p{32mm}rrrrr",
        .head = "Kernels & Threads & In sequence & Alone & Quotient & Reorders",
        .wide = true,
    };
    for (size_t i = 0; i < sequences->count; i++)
        add_sequence(run, &table, &sequences->items[i]);
    sb_tex_end_table(&table);
}
