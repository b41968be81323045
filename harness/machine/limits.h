/* SPDX-License-Identifier: Apache-2.0 */
/* What keeps a machine from being all that it could be for this process, beside affinity masks and
 * control groups. */
#ifndef SB_MACHINE_LIMITS_H
#define SB_MACHINE_LIMITS_H

typedef struct sb_limits {
    double clock_mhz; /* what the system lets the core's clock reach, */
    double full_mhz;  /* of what the processor could; 0 where unknown */
    int granted;      /* processors that the scheduler gave of this node; 0: it does not say */
} sb_limits;

/* Of the core that the hardware thread `cpu` belongs to. `root` is put before every path ("" for
 * the running system), so that tests can offer files of their own. */
void sb_limits_read(const char *root, int cpu, sb_limits *limits);

#endif
