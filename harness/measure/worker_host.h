/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin may ask of the process that holds it. */
#ifndef SB_MEASURE_WORKER_HOST_H
#define SB_MEASURE_WORKER_HOST_H

#include "sepbench/plugin.h"

/* Fills `host`; `cpu` is borrowed. */
void sb_worker_host(sb_host *host, const sb_cpu *cpu);

#endif
