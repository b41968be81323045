/* SPDX-License-Identifier: Apache-2.0 */
/* Ctrl-C and SIGTERM: once, the work in flight is finished; twice, the process ends. */
#ifndef SB_CLI_STOP_H
#define SB_CLI_STOP_H

#include <signal.h>

/* From now on the first SIGINT or SIGTERM sets the flag that is returned; the second ends the
 * process as if nobody had asked. */
const volatile sig_atomic_t *sb_stop_listen(void);

#endif
