/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a worker's reply before anything uses it: a plugin's code shares the worker's memory and
 * its socket. */
#ifndef SB_MEASURE_REPLY_H
#define SB_MEASURE_REPLY_H

#include "measure/protocol.h"

/* Is a packet of this size, the first bytes of which are in `reply`, a valid reply? `extra`: a
 * description may follow it. If it is valid, its text becomes one terminated line. */
bool sb_reply_check(sb_reply *reply, size_t bytes, bool extra);

#endif
