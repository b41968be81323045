/* SPDX-License-Identifier: Apache-2.0 */
/* seccomp: the kernel's fence by system call. */
#ifndef SB_MEASURE_SYSCALLS_H
#define SB_MEASURE_SYSCALLS_H

#include <stdbool.h>

typedef struct sb_syscalls {
    bool files;   /* refuse to create, change or remove files, too */
    bool signals; /* refuse signals to other processes, too */
} sb_syscalls;

/* For this process and those that it starts, for ever. Needs PR_SET_NO_NEW_PRIVS. False where this
 * system has no such thing. What is refused fails with EPERM or EACCES. */
bool sb_syscalls_filter(const sb_syscalls *wanted);

#endif
