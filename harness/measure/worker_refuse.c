/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/worker_refuse.h"

#include <string.h>

void sb_reply_copy_text(char *to, const char *from, size_t size)
{
    size_t length = strnlen(from, size - 1);
    memcpy(to, from, length);
    to[length] = '\0';
}

void sb_reply_refuse(sb_reply *reply, sb_verdict verdict, const char *text)
{
    reply->verdict = verdict;
    sb_reply_copy_text(reply->text, text, sizeof reply->text);
}

/* Text from a plugin is cut to fit; an empty text is replaced by `otherwise`. */
void sb_reply_refuse_why(sb_reply *reply, sb_verdict verdict, sb_why *why, const char *otherwise)
{
    why->text[sizeof why->text - 1] = '\0';
    sb_reply_refuse(reply, verdict, why->text[0] ? why->text : otherwise);
}
