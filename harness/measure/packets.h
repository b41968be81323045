/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and replies as packets of a worker's socket, at the harness's end. */
#ifndef SB_MEASURE_PACKETS_H
#define SB_MEASURE_PACKETS_H

#include "core/error.h"
#include "measure/protocol.h"

#include <sys/types.h>

/* With `fds`, fd_count of them, at most two. Negative on failure. */
int sb_request_send(int socket, const sb_request *request, const int *fds, int fd_count);

/* Receives a packet that has arrived; what follows the reply goes to `extra` (may be NULL), at most
 * SB_MAX_DESCRIPTION bytes. Returns the number of bytes, or negative. */
ssize_t sb_reply_receive(int socket, sb_reply *reply, char *extra);

#endif
