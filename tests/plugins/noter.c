/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a choice that takes time, once for all of its processes. Says in its output which process
 * chose, and which read the choice. */
#include "rogue.h"

#include <stdio.h>

/* Makes another choice, for later runs as well. */
static int settle(const sb_host *host)
{
    const sb_host_notes *lasting = host->get_extension(host, SB_HOST_LASTING_NOTES);
    const char *settled = lasting != NULL ? lasting->find(host, "choice") : NULL;
    if (settled != NULL) {
        printf("recalled %s\n", settled);
        return 0;
    }
    puts("settled for up");
    return lasting != NULL && lasting->keep(host, "choice", "up") == 0 ? 0 : -1;
}

static int choose(const sb_host *host, sb_why *why)
{
    const sb_host_notes *notes = host->get_extension(host, SB_HOST_NOTES);
    (void)why;
    if (notes == NULL || host->get_extension(host, "sepbench.nothing/1") != NULL)
        return -1;
    const char *choice = notes->find(host, "choice");
    if (choice != NULL) {
        printf("read %s\n", choice);
        return settle(host);
    }
    puts("chose left");
    if (notes->keep(host, "choice", "left") != 0 || notes->keep(host, "a=b", "c") == 0)
        return -1;
    return settle(host);
}

KERNEL(chosen, SB_NEED_STANDARD, yes, keep, right, forget, .flags = 0);

GOOD;
PLUGIN("noter", choose, &chosen);
