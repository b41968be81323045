/* SPDX-License-Identifier: Apache-2.0 */
/* Limits on the machine's performance for this process, other than affinity masks and control
 * groups. */
#ifndef SB_MACHINE_LIMITS_H
#define SB_MACHINE_LIMITS_H

typedef struct sb_limits {
    double clock_mhz; /* the highest clock that the system allows the core, */
    double full_mhz;  /* and that the processor supports; 0 if unknown */
    int granted;      /* processors of this node that the scheduler granted; 0: not known */
} sb_limits;

/* Of the core with the hardware thread `cpu`. `root` is put before every path ("" for the running
 * system), so that tests can supply files of their own. */
void sb_limits_read(const char *root, int cpu, sb_limits *limits);

#endif
