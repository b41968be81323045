/* SPDX-License-Identifier: Apache-2.0 */
/* The worker's side of the protocol. Only worker processes run a plugin's code. */
#ifndef SB_MEASURE_WORKER_H
#define SB_MEASURE_WORKER_H

#include <stddef.h>

/* Answers requests on `socket` about the plugins at `paths` until the harness closes it. Returns an
 * exit status. */
int sb_worker_main(int socket, const char *const *paths, size_t count);

#endif
