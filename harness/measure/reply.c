/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/reply.h"

#include <math.h>

/* It is shown in terminals. */
static void tame_text(char *text, size_t size)
{
    text[size - 1] = '\0';
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
}

static bool has_legal_members(const sb_reply *reply)
{
    if (reply->verdict > SB_VERDICT_SKIPPED || reply->samples > SB_MAX_TURN_SAMPLES ||
        reply->input_layout > SB_NCHW16C || reply->output_layout > SB_NCHW16C ||
        reply->switches < 0 || reply->switches > INT32_MAX)
        return false;
    for (uint32_t i = 0; i < reply->samples; i++)
        if (!isfinite(reply->ns[i]) || reply->ns[i] < 0)
            return false;
    return true;
}

bool sb_reply_check(sb_reply *reply, size_t bytes, bool extra)
{
    if (bytes < sizeof *reply || !has_legal_members(reply))
        return false;
    const size_t tail = bytes - sizeof *reply;
    if (tail != (extra ? reply->description : 0) || tail > SB_MAX_DESCRIPTION)
        return false;
    tame_text(reply->text, sizeof reply->text);
    reply->notes[sizeof reply->notes - 1] = '\0';
    return true;
}
