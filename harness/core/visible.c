/* SPDX-License-Identifier: Apache-2.0 */
#include "core/visible.h"

#include <string.h>

/* Line and paragraph separators, characters that change the direction of text, and characters of no
 * width. */
static bool is_steering(const unsigned char *at)
{
    static const char *const characters[] = {
        "\xd8\x9c" /* U+061C */,     "\xe2\x80\x8b" /* U+200B */, "\xe2\x80\x8e" /* U+200E */,
        "\xe2\x80\x8f" /* U+200F */, "\xef\xbb\xbf" /* U+FEFF */,
    };
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++)
        if (strncmp((const char *)at, characters[i], strlen(characters[i])) == 0)
            return true;
    return at[0] == 0xe2 && ((at[1] == 0x80 && at[2] >= 0xa8 && at[2] <= 0xae) ||
                             (at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9));
}

size_t sb_character(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t length = *at < 0x80                  ? 1
                    : *at >= 0xc2 && *at < 0xe0 ? 2
                    : *at >= 0xe0 && *at < 0xf0 ? 3
                    : *at >= 0xf0 && *at < 0xf5 ? 4
                                                : 0;
    if (*at < 0x20 || *at == 0x7f)
        return 0;
    if (length == 1) /* nearly all text: a large run.db is read in two thirds of the time */
        return 1;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (*at == 0xe0 && at[1] < 0xa0) || (*at == 0xf0 && at[1] < 0x90);
    bool surrogate = *at == 0xed && at[1] >= 0xa0;
    bool too_far = *at == 0xf4 && at[1] >= 0x90;
    bool control = *at == 0xc2 && at[1] < 0xa0;                /* U+0080 to U+009F */
    bool none = *at == 0xef && at[1] == 0xbf && at[2] >= 0xbe; /* U+FFFE and U+FFFF */
    return overlong || surrogate || too_far || control || none || is_steering(at) ? 0 : length;
}

bool sb_is_visible(const char *text)
{
    for (size_t length; *text; text += length)
        if ((length = sb_character(text)) == 0)
            return false;
    return true;
}

void sb_make_visible(char *text)
{
    while (*text) {
        size_t length = sb_character(text);
        if (length == 0)
            *text = '?';
        text += length ? length : 1;
    }
}

void sb_text_add_visible(sb_text *to, const char *text)
{
    static const char plain[] = "\n\t\r", letters[] = "ntr";
    if (!*text)
        sb_text_add_bytes(to, "?", 1);
    while (*text) {
        size_t length = sb_character(text);
        const char *known = strchr(plain, *text);
        if (length)
            sb_text_add_bytes(to, text, length);
        else if (known)
            sb_text_add(to, "\\%c", letters[known - plain]);
        else
            sb_text_add(to, "\\x%02x", (unsigned char)*text);
        text += length ? length : 1;
    }
}
