/* SPDX-License-Identifier: Apache-2.0 */
#include "store/search_log.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

static sb_search_row *find_search(const sb_search_log *log, const sb_search_id *id)
{
    for (size_t i = 0; i < log->count; i++) {
        const sb_search_id *s = &log->items[i].id;
        if (s->threads == id->threads && s->operation == id->operation &&
            strcmp(s->layer, id->layer) == 0 && strcmp(s->kernel, id->kernel) == 0)
            return &log->items[i];
    }
    return NULL;
}

static void free_text(const char *text)
{
    free((char *)(uintptr_t)text);
}

static void free_texts(sb_search_row *row)
{
    free_text(row->id.layer);
    free_text(row->id.kernel);
    free_text(row->technique);
    free_text(row->strategy);
    free_text(row->params);
}

void sb_search_log_add(sb_search_log *log, const sb_search_row *row)
{
    sb_search_row *copy = find_search(log, &row->id);
    if (copy) {
        free_texts(copy);
    } else {
        log->items = sb_grow(log->items, log->count + 1, sizeof *log->items);
        copy = &log->items[log->count++];
    }
    *copy = *row;
    copy->id.layer = sb_copy_text(row->id.layer);
    copy->id.kernel = sb_copy_text(row->id.kernel);
    copy->technique = sb_copy_text(row->technique);
    copy->strategy = sb_copy_text(row->strategy);
    copy->params = sb_copy_text(row->params);
}

bool sb_search_log_has(const sb_search_log *log, const sb_search_id *id)
{
    return find_search(log, id) != NULL;
}

void sb_search_log_free(sb_search_log *log)
{
    for (size_t i = 0; i < log->count; i++)
        free_texts(&log->items[i]);
    free(log->items);
    *log = (sb_search_log) { 0 };
}
