/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/stop.h"

#include <stddef.h>

static volatile sig_atomic_t stopped;

static void note_signal(int signal)
{
    (void)signal;
    stopped = 1;
}

const volatile sig_atomic_t *sb_stop_listen(void)
{
    struct sigaction action = { .sa_handler = note_signal, .sa_flags = (int)SA_RESETHAND };
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return &stopped;
}
