/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin answers while its contract is checked: whether answers are pure, and texts are
 * lines. */
#ifndef SB_MEASURE_CONTRACT_ANSWERS_H
#define SB_MEASURE_CONTRACT_ANSWERS_H

#include "measure/contract_watch.h"

/* A kernel's answers about a problem. */
typedef struct sb_answers {
    int supported, valid;
    sb_range ranges[SB_MAX_PARAMETERS];
    int64_t values[SB_MAX_PARAMETERS];
    sb_layouts layouts;
} sb_answers;

sb_answers sb_contract_ask(sb_contract *contract, const sb_loaded_kernel *loaded,
                           const sb_problem *problem);

/* Texts that the plugin lends: each is one line. */
void sb_contract_ask_libraries(sb_contract *contract);
void sb_contract_ask_description(sb_contract *contract, const sb_kernel *kernel, const void *plan);

#endif
