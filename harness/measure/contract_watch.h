/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin whose contract is checked, and how its caller hears of it. */
#ifndef SB_MEASURE_CONTRACT_WATCH_H
#define SB_MEASURE_CONTRACT_WATCH_H

#include "measure/contract.h"
#include "plugin/loader.h"

struct sb_contract {
    const sb_contract_watch *watch;
    sb_loaded loaded;
    sb_cpu cpu;
    sb_host host, inner; /* what the plugin sees, and the host behind it */
    int children;        /* processes, before the plugin was loaded */
    /* of the present case */
    const char *layer, *params;
    int64_t threads;
    bool failed;
};

/* Reports a broken promise of the present case. */
__attribute__((format(printf, 3, 4))) void sb_contract_find(sb_contract *contract, const char *what,
                                                            const char *format, ...);
/* Says that code of the plugin runs next. */
void sb_contract_enter(const sb_contract *contract, const char *phase);

#endif
