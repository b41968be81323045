/* SPDX-License-Identifier: Apache-2.0 */
/* Words that must be one of a list: formats, styles, actions, strategies. */
#ifndef SB_CORE_WORDS_H
#define SB_CORE_WORDS_H

#include "core/error.h"

#include <stddef.h>

/* Stores the index of `word` in the NULL-terminated list. An error says "unknown KIND 'word'; did
 * you mean 'x'?", or "...; expected one of x, y". A word that is NULL stands for the first one. */
int sb_word_find(const char *kind, const char *word, const char *const *words, size_t *index,
                 sb_error *error);

/* The message alone; `otherwise` (NULL: the list) follows the semicolon if no word is near, as in
 * "see sepbench list strategies". Returns SB_FAILED. */
int sb_fail_unknown(sb_error *error, const char *kind, const char *word, const char *const *words,
                    const char *otherwise);

/* What follows the semicolon: "did you mean 'x'?", or "expected one of x, y"; free() it. */
char *sb_words_expected(const char *word, const char *const *words);

#endif
