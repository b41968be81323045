/* SPDX-License-Identifier: Apache-2.0 */
/* The time for which threads were ready to run and waited for a processor, as the kernel accounts
 * it. A worker cannot change it. */
#ifndef SB_MEASURE_DELAY_H
#define SB_MEASURE_DELAY_H

#include <stdint.h>
#include <sys/types.h>

/* Since the threads started; negative numbers if the kernel does not tell. */
typedef struct sb_delay {
    int64_t ns;     /* of all threads of a process */
    int64_t slices; /* how often they were given a processor */
    int64_t own_ns; /* of the calling thread */
} sb_delay;

sb_delay sb_delay_read(pid_t pid);

#endif
