/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of a worker's replies, cut to fit. */
#ifndef SB_MEASURE_WORKER_REFUSE_H
#define SB_MEASURE_WORKER_REFUSE_H

#include "measure/protocol.h"

#include <stddef.h>

void sb_reply_copy_text(char *to, const char *from, size_t size);
void sb_reply_refuse(sb_reply *reply, sb_verdict verdict, const char *text);

/* The reason comes from a plugin; an empty one is replaced by `otherwise`. */
void sb_reply_refuse_why(sb_reply *reply, sb_verdict verdict, sb_why *why, const char *otherwise);

#endif
