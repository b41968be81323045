/* SPDX-License-Identifier: Apache-2.0 */
/* A chain by many threads, which wait for one another between the stages. Needs OpenMP. */
#ifndef SB_PLUGINS_CHAIN_THREADS_H
#define SB_PLUGINS_CHAIN_THREADS_H

#include "common/chain.h"

/* sb_kernel.run for a plan that is a chain. One thread enters no parallel region. */
int chain_run_threads(void *plan, const sb_call *call);

#endif
