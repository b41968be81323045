/* SPDX-License-Identifier: Apache-2.0 */
/* Ctrl-C and SIGTERM: after the first, the work in progress is completed; the second ends the
 * process. */
#ifndef SB_CLI_STOP_H
#define SB_CLI_STOP_H

#include <signal.h>

/* From now on the first SIGINT or SIGTERM sets the returned flag; the second ends the process with
 * the signal's default action. */
const volatile sig_atomic_t *sb_stop_listen(void);

#endif
