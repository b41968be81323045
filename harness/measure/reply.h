/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker's reply claims is checked before anyone uses it: a plugin's code shares the
 * worker's memory and its socket. */
#ifndef SB_MEASURE_REPLY_H
#define SB_MEASURE_REPLY_H

#include "measure/protocol.h"

/* Is a packet of so many bytes, the first of which lie in `reply`, a reply? `extra`: a description
 * may follow it. If so, its text becomes one line that ends. */
bool sb_reply_check(sb_reply *reply, size_t bytes, bool extra);

#endif
