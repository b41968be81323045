/* SPDX-License-Identifier: Apache-2.0 */
/* Landlock: the kernel's fence by path, without privileges. */
#ifndef SB_MEASURE_LANDLOCK_H
#define SB_MEASURE_LANDLOCK_H

#include <stdbool.h>

typedef struct sb_landlock {
    bool files;   /* nothing is created, changed or removed, but for /dev/null and the like */
    bool signals; /* none to processes outside */
} sb_landlock;

/* For this process and those that it starts, for ever. Needs PR_SET_NO_NEW_PRIVS. Processes outside
 * can no longer be traced. Returns what this kernel does of it. */
sb_landlock sb_landlock_enforce(void);

#endif
