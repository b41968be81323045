/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that a worker gives to its plugin. */
#ifndef SB_MEASURE_WORKER_ALLOC_H
#define SB_MEASURE_WORKER_ALLOC_H

#include <stddef.h>
#include <stdint.h>

/* As sb_host.alloc and sb_host.free. [any] */
void *sb_worker_alloc(size_t bytes);
void sb_worker_free(void *memory);

/* Bytes that were mapped past the C library and not freed. */
int64_t sb_worker_mapped(void);

#endif
