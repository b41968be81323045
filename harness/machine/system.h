/* SPDX-License-Identifier: Apache-2.0 */
/* The facts about the system that a reviewer asks for, beside its topology and conditions. */
#ifndef SB_MACHINE_SYSTEM_H
#define SB_MACHINE_SYSTEM_H

/* A text is empty if the system does not provide it. */
typedef struct sb_system {
    char name[96];        /* "Debian GNU/Linux 12 (bookworm)" */
    char libc[48];        /* "glibc 2.36" */
    char vendor[32];      /* of the processor, by its own account; then its numbers: */
    char family[16];      /* "6" */
    char model[16];       /* "143" */
    char stepping[16];    /* "8" */
    char microcode[24];   /* "0x2b000603" */
    char huge_pages[32];  /* transparent huge pages: "always", "madvise", "never" */
    char numa_policy[32]; /* of this process: "default", "bind", ... */
    char layout[48];      /* address space layout: "randomized", "fixed", "randomized in part" */
} sb_system;

void sb_system_read(sb_system *system);

#endif
