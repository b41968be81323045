/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin may ask of the process that holds it. */
#ifndef SB_MEASURE_WORKER_HOST_H
#define SB_MEASURE_WORKER_HOST_H

#include "sepbench/plugin.h"

/* Fills `host`; `cpu` is borrowed. */
void sb_worker_host(sb_host *host, const sb_cpu *cpu);

/* Bytes that this process has allocated and not freed, as far as the C library knows of them; 0
 * where it does not tell. */
int64_t sb_worker_heap(void);

/* Appends the file of the OpenMP runtime that this process has loaded, as "libgomp.so.1.0.0" after
 * a comma, to the text in so many bytes. */
void sb_worker_add_runtime(char *text, size_t size);

#endif
