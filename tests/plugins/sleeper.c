/* SPDX-License-Identifier: Apache-2.0 */
/* Plugins of right kernels that never return from a call that concerns the whole plugin, or every
 * plan. All are built from this file; a macro selects the call. */
#include <unistd.h>

static void sleep_for_ever(void);
#if defined(SLEEPS_IN_DEINIT)
#define ROGUE_DEINIT sleep_for_ever
#endif
#include "rogue.h"

static UNUSED void sleep_for_ever(void)
{
    for (;;)
        pause();
}

#if defined(SLEEPS_IN_INIT)
static int start(const sb_host *host, sb_why *why)
{
    (void)host, (void)why;
    sleep_for_ever();
    return 0;
}
#else
#define start NULL
#endif

#if defined(SLEEPS_IN_DESTRUCTOR)
__attribute__((destructor)) static void end(void)
{
    sleep_for_ever();
}
#endif

static void drop(void *plan)
{
    forget(plan);
#if defined(SLEEPS_IN_DESTROY)
    sleep_for_ever();
#endif
}

KERNEL(first, SB_NEED_STANDARD, yes, keep, right, drop, .flags = 0);

GOOD;
PLUGIN("sleeper", start, &first);
