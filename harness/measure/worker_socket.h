/* SPDX-License-Identifier: Apache-2.0 */
/* The worker's end of the socket: requests come in, replies go out. */
#ifndef SB_MEASURE_WORKER_SOCKET_H
#define SB_MEASURE_WORKER_SOCKET_H

#include "measure/protocol.h"

/* Reads one request. `fds` has room for the two descriptors that may come with it. Returns how many
 * came, or -1 when the harness has closed the socket. request->batch is valid until the next call.
 */
int sb_worker_receive(int socket, sb_request *request, int *fds);

/* Sends the reply, followed by reply->description bytes of `description` if it is not NULL. Returns
 * -1 when the harness has closed the socket. */
int sb_worker_send(int socket, const sb_reply *reply, const char *description);

#endif
