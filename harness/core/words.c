/* SPDX-License-Identifier: Apache-2.0 */
#include "core/words.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

char *sb_words_expected(const char *word, const char *const *words)
{
    const char *near = sb_nearest(word, words);
    sb_text text = { 0 };
    if (near)
        sb_text_add(&text, "did you mean '%s'?", near);
    else
        sb_text_add(&text, "expected one of ");
    for (size_t i = 0; !near && words[i]; i++)
        sb_text_add(&text, "%s%s", i ? ", " : "", words[i]);
    return text.data;
}

int sb_fail_unknown(sb_error *error, const char *kind, const char *word, const char *const *words,
                    const char *otherwise)
{
    const bool advise = otherwise && !sb_nearest(word, words);
    char *expected = advise ? sb_copy_text(otherwise) : sb_words_expected(word, words);
    int rc = sb_fail(error, "unknown %s '%s'; %s", kind, word, expected);
    free(expected);
    return rc;
}

int sb_word_find(const char *kind, const char *word, const char *const *words, size_t *index,
                 sb_error *error)
{
    *index = 0;
    if (!word)
        return SB_OK;
    for (; words[*index]; ++*index)
        if (strcmp(words[*index], word) == 0)
            return SB_OK;
    return sb_fail_unknown(error, kind, word, words, NULL);
}
