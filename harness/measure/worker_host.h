/* SPDX-License-Identifier: Apache-2.0 */
/* The services that a worker offers to its plugin. */
#ifndef SB_MEASURE_WORKER_HOST_H
#define SB_MEASURE_WORKER_HOST_H

#include "plugin/notes.h"
#include "sepbench/plugin.h"

/* Fills `host`; `cpu` is borrowed. */
void sb_worker_host(sb_host *host, const sb_cpu *cpu);

/* The notes that the extension SB_HOST_NOTES reads and writes from now on, SB_MAX_NOTES bytes;
 * NULL: there are none, and none is kept. Borrowed. */
void sb_worker_host_open_notes(char *notes);

/* Bytes that this process has allocated and not freed; 0 if the C library does not know its part.
 */
int64_t sb_worker_heap(void);

/* Appends the file name of the OpenMP runtime that this process has loaded, such as
 * "libgomp.so.1.0.0", after a comma, to the text in a buffer of this size. */
void sb_worker_add_runtime(char *text, size_t size);

/* The path of an OpenMP runtime that is loaded; "" if there is none. */
void sb_worker_find_runtime(char *path, size_t size);

#endif
