/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks a kernel in this process against the promises of sepbench/plugin.h: under a debugger,
 * valgrind or a sanitizer, and for `sepbench check`, which starts a process for each kernel. A
 * crash ends the process after a message that says where it happened.
 */
#ifndef SB_MEASURE_CONTRACT_H
#define SB_MEASURE_CONTRACT_H

#include "conv/layer.h"
#include "core/error.h"
#include "plugin/info.h"

#include <stdbool.h>

typedef struct sb_contract sb_contract;

/* A broken promise. Everything is borrowed for the call. */
typedef struct sb_finding {
    const char *layer;  /* "" if it concerns the whole plugin */
    int64_t threads;    /* 0 if it concerns the whole plugin */
    const char *params; /* "name=value;..." */
    const char *what;   /* the broken promise in a few words: "run is repeatable" */
    const char *detail;
} sb_finding;

typedef struct sb_contract_watch {
    void (*found)(void *context, const sb_finding *finding);
    /* May be NULL. Called before code of the plugin runs, so that the caller knows where it is if
     * it does not return. */
    void (*at)(void *context, const char *layer, int64_t threads, const char *params,
               const char *phase);
    void *context;
} sb_contract_watch;

/* Loads the plugin and calls its `init`. NULL on error. [main] */
sb_contract *sb_contract_open(const char *path, const sb_contract_watch *watch, sb_error *error);
/* Calls `deinit`. */
void sb_contract_close(sb_contract *contract);

/* On a crash, writes phase, address and place to standard error before the process ends. */
void sb_contract_tell_crashes(void);

/* Are supports, defaults, valid and layouts pure? Calls them for all layers, forwards and
 * backwards. */
void sb_contract_check_pure(sb_contract *contract, size_t kernel, const sb_layer *layers,
                            size_t count, sb_operation operation, int64_t threads);

typedef enum sb_contract_outcome {
    SB_CONTRACT_PASSED,
    SB_CONTRACT_FAILED, /* something was found */
    SB_CONTRACT_UNSUPPORTED,
    SB_CONTRACT_INVALID /* these parameters are not valid for this layer */
} sb_contract_outcome;

/* One kernel with one parameter set on one layer. Everything is borrowed. */
typedef struct sb_contract_case {
    const sb_kernel_info *info;
    size_t kernel; /* index in the plugin's list */
    const sb_layer *layer;
    sb_operation operation;
    int64_t threads;
    uint32_t given; /* bit i: values[i] is given; the others are the defaults */
    const int64_t *values;
    uint64_t seed;
    bool brief; /* without the search for leaks, which takes longest */
} sb_contract_case;

/* Makes two plans and runs both; checks everything that a kernel must not touch, keep or leak. */
sb_contract_outcome sb_contract_try(sb_contract *contract, const sb_contract_case *one);

#endif
