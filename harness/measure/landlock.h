/* SPDX-License-Identifier: Apache-2.0 */
/* Landlock: access control by path, enforced by the kernel, without privileges. */
#ifndef SB_MEASURE_LANDLOCK_H
#define SB_MEASURE_LANDLOCK_H

#include <stdbool.h>

typedef struct sb_landlock {
    bool files;   /* no file is created, changed or removed, except /dev/null and the like */
    bool signals; /* no signals to processes outside */
} sb_landlock;

/* Permanently restricts this process and those that it starts. Needs PR_SET_NO_NEW_PRIVS. Processes
 * outside can no longer be traced. Returns which of the restrictions this kernel enforces. */
sb_landlock sb_landlock_enforce(void);

#endif
