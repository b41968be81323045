/* SPDX-License-Identifier: Apache-2.0 */
/* Tables as JSON, a list for each column, compact if values repeat. */
#ifndef SB_REPORT_PAGE_LISTS_H
#define SB_REPORT_PAGE_LISTS_H

#include "core/text.h"

/* How much of a run a page holds. */
typedef struct sb_page_detail {
    size_t samples;    /* most samples of a result, evenly selected */
    size_t candidates; /* most results of a layer and operation, the fastest first; failed ones are
                          only counted */
    int digits;        /* significant digits; 0: as in the CSV files */
    bool extras;       /* packing, reorders, errors, bounds, the times and bounds behind speedups */
} sb_page_detail;

enum { SB_LISTS_MOST = 24 };

/* Start with {.names = a NULL-terminated list, .digits = ...}. */
typedef struct sb_lists {
    const char *const *names; /* one for each column */
    int digits;
    sb_text columns[SB_LISTS_MOST];
    size_t first[SB_LISTS_MOST]; /* length of a column's first value */
    bool varies[SB_LISTS_MOST];
} sb_lists;

/* Appends a value to column `column`. */
void sb_lists_number(sb_lists *lists, size_t column, double value, int decimals);
void sb_lists_whole(sb_lists *lists, size_t column, int64_t value);
void sb_lists_made(sb_lists *lists, size_t column, const char *json);

/* The number of bytes so far. */
size_t sb_lists_size(const sb_lists *lists);

/* {"a":[1,2,3],"b":7}: a column whose values are all equal is written as that value. Empty columns
 * are left out. */
void sb_lists_render(const sb_lists *lists, sb_text *to);
void sb_lists_free(sb_lists *lists);

/* Texts that are referred to by their numbers. {0} is empty. */
typedef struct sb_words {
    char **list; /* owned */
    size_t count, capacity;
    size_t *slots; /* a hash table of positions + 1 */
} sb_words;

size_t sb_words_place(sb_words *words, const char *text);
/* As a list of JSON strings, made visible. */
void sb_words_render(const sb_words *words, sb_text *to);
size_t sb_words_size(const sb_words *words);
void sb_words_free(sb_words *words);

#endif
