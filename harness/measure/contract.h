/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sepbench/plugin.h promises of a kernel, held against one that is loaded into this process:
 * for a debugger, valgrind or a sanitizer, and for `sepbench check`, which starts a process for
 * each kernel. A crash ends the process, and says where it was.
 */
#ifndef SB_MEASURE_CONTRACT_H
#define SB_MEASURE_CONTRACT_H

#include "conv/layer.h"
#include "core/error.h"
#include "plugin/info.h"

#include <stdbool.h>

typedef struct sb_contract sb_contract;

/* What was found. Everything is borrowed for the call. */
typedef struct sb_finding {
    const char *layer;  /* "" where it is about the plugin */
    int64_t threads;    /* 0 likewise */
    const char *params; /* "name=value;..." */
    const char *what;   /* the promise that is broken, in few words: "run is repeatable" */
    const char *detail;
} sb_finding;

typedef struct sb_contract_watch {
    void (*found)(void *context, const sb_finding *finding);
    /* May be NULL. Told before code of the plugin runs: where it is if it does not come back. */
    void (*at)(void *context, const char *layer, int64_t threads, const char *params,
               const char *phase);
    void *context;
} sb_contract_watch;

/* Loads the plugin and calls its `init`. NULL on error. [main] */
sb_contract *sb_contract_open(const char *path, const sb_contract_watch *watch, sb_error *error);
/* Calls `deinit`. */
void sb_contract_close(sb_contract *contract);

/* Writes phase, address and place to standard error when the process crashes, then lets it. */
void sb_contract_tell_crashes(void);

/* Are supports, defaults, valid and layouts pure? Asks for all layers, forwards and backwards. */
void sb_contract_check_pure(sb_contract *contract, size_t kernel, const sb_layer *layers,
                            size_t count, sb_operation operation, int64_t threads);

typedef enum sb_contract_outcome {
    SB_CONTRACT_PASSED,
    SB_CONTRACT_FAILED, /* something was found */
    SB_CONTRACT_UNSUPPORTED,
    SB_CONTRACT_INVALID /* these parameters, for this layer */
} sb_contract_outcome;

/* One kernel with one configuration on one layer. Everything is borrowed. */
typedef struct sb_contract_case {
    const sb_kernel_info *info;
    size_t kernel; /* index in the plugin's list */
    const sb_layer *layer;
    sb_operation operation;
    int64_t threads;
    uint32_t given; /* a bit a value; others are the defaults */
    const int64_t *values;
    uint64_t seed;
    bool brief; /* without the search for leaks, which takes longest */
} sb_contract_case;

/* Plans and runs it, twice at once, and looks at everything it may not touch, keep or leave. */
sb_contract_outcome sb_contract_try(sb_contract *contract, const sb_contract_case *one);

#endif
