/* SPDX-License-Identifier: Apache-2.0 */
/* What a reviewer asks of the system that was measured on, beside its topology and conditions. */
#ifndef SB_MACHINE_SYSTEM_H
#define SB_MACHINE_SYSTEM_H

/* A text is empty where the system does not say. */
typedef struct sb_system {
    char name[96];        /* "Debian GNU/Linux 12 (bookworm)" */
    char libc[48];        /* "glibc 2.36" */
    char vendor[32];      /* of the processor, as it says itself; then numbers, as it counts: */
    char family[16];      /* "6" */
    char model[16];       /* "143" */
    char stepping[16];    /* "8" */
    char microcode[24];   /* "0x2b000603" */
    char huge_pages[32];  /* transparent ones: "always", "madvise", "never" */
    char numa_policy[32]; /* of this process: "default", "bind", ... */
    char layout[48];      /* of addresses: "randomized", "fixed", "randomized in part" */
} sb_system;

void sb_system_read(sb_system *system);

#endif
