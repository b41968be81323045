/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp: filtering of system calls, enforced by the kernel. */
#ifndef SB_MEASURE_SYSCALLS_H
#define SB_MEASURE_SYSCALLS_H

#include <stdbool.h>

typedef struct sb_syscalls {
    bool files;   /* also refuse to create, change or remove files */
    bool signals; /* also refuse signals to other processes */
} sb_syscalls;

/* Permanently restricts this process and those that it starts. Needs PR_SET_NO_NEW_PRIVS. False if
 * this system lacks it. A refused call fails with EPERM or EACCES. */
bool sb_syscalls_filter(const sb_syscalls *wanted);

#endif
