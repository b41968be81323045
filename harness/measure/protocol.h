/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The protocol between harness and worker: one request, one reply, over a SOCK_SEQPACKET pair. Both
 * ends are the same executable, so plain structs are sent; the harness still treats every reply as
 * hostile, because the plugin's code shares the worker's memory.
 */
#ifndef SB_MEASURE_PROTOCOL_H
#define SB_MEASURE_PROTOCOL_H

#include "measure/guarded.h"
#include "measure/result.h"
#include "plugin/notes.h"
#include "sepbench/plugin.h"

#define SB_MAX_TURN_SAMPLES 64
#define SB_MAX_SLOTS        4096   /* plans alive in one worker */
#define SB_MAX_DESCRIPTION  131072 /* bytes of a plugin's description */
#define SB_VALID_BATCH      1024   /* most parameter sets in one SB_ASK_VALID */
#define SB_VALID_VALUES     8192   /* most values of all of them */

typedef enum sb_ask {
    SB_ASK_DESCRIBE,  /* load the plugin; the reply's text is followed by the description (JSON) */
    SB_ASK_INIT,      /* load and initialise the plugin, so that it is known if that hangs */
    SB_ASK_BIND,      /* take new shared memory (two descriptors travel along); drops every plan */
    SB_ASK_PLAN,      /* supports, defaults, valid, layouts, plan: makes the plan of a slot */
    SB_ASK_RUN,       /* run the plan of a slot, `samples` times `iterations` calls */
    SB_ASK_EVICT,     /* before SB_ASK_RUN, with the same request: untimed calls, then a sweep
                         through evict_bytes of memory. By itself, so that the harness's clock and the
                         account of processor time hold the call alone */
    SB_ASK_DROP,      /* destroy the plan of a slot */
    SB_ASK_VALID,     /* which of `count` parameter sets are valid for the problem */
    SB_ASK_RANGES,    /* from which to which value each parameter can be valid for it */
    SB_ASK_REST,      /* do nothing for warm_ns, so that work which was left behind shows */
    SB_ASK_LIBRARIES, /* the reply's text: what the plugin wraps, and the OpenMP runtime, as loaded
                       */
    SB_ASK_LAYOUTS,   /* as for a plan, which is not made: values and layouts */
    SB_ASK_JOIN, /* append the problem to a network; `count` - 1: the part that its residual enters
                  */
    SB_ASK_NETWORK, /* make the plan of a slot: the problems since the last, as one network */
    SB_ASK_PASS     /* run the legs of a network, one after the other: legs.h */
} sb_ask;

#define SB_WATCHED 3 /* output elements that are checked after a sample */

/* What changes before a sample; variation.h explains why. Offsets are elements of the regions. */
typedef struct sb_variation {
    uint32_t restores; /* not 0: the input is restored to its state before the turn; else */
    uint32_t input;    /* this element of it */
    float value;       /* gets this value, */
    uint32_t call;     /* before this call of the sample, after which the watched are noted; 0:
                          before all of them, noted after the last */
    float mark;        /* what the watched elements contain before the sample */
    uint32_t watched[SB_WATCHED];
} sb_variation;

/* A leg of a pass through a network: a plan that runs, or a tensor that goes from one layout to
 * another, or, where they are the same, whose padding channels become zero. Tensors are bytes from
 * the start of the pass's memory. Whole numbers only: legs travel as a batch. */
typedef struct sb_leg {
    int64_t slot;                    /* negative: a reorder */
    int64_t input, residual, output; /* residual negative: none */
    int64_t n, c, h, w, from, to;    /* of a reorder: shape and layouts */
} sb_leg;

#define SB_LEG_VALUES (sizeof(sb_leg) / sizeof(int64_t))
#define SB_MAX_LEGS   (SB_VALID_VALUES / SB_LEG_VALUES)

typedef struct sb_request {
    uint64_t token; /* returned in the reply */
    uint32_t ask;
    uint32_t plugin;          /* of those that the worker was started with, from 0 */
    char notes[SB_MAX_NOTES]; /* what the plugin kept in earlier processes */
    uint32_t slot;
    uint32_t kernel; /* index in the plugin's list */
    /* plan: values[i] is used if bit i of `given` is set, else the kernel's default */
    uint32_t given;
    sb_problem problem;
    int64_t values[SB_MAX_PARAMETERS];
    sb_region weights[SB_MAX_STEPS], biases[SB_MAX_STEPS]; /* span 0 if there is none */
    /* run */
    sb_region input, residual, output;
    int64_t warm_ns;     /* untimed calls first, for at least this long ... */
    uint32_t warm_calls; /* ... and at least this many */
    uint32_t iterations;
    uint32_t samples;        /* at most SB_MAX_TURN_SAMPLES */
    uint64_t evict_bytes;    /* evict: sweep through this much memory */
    uint32_t refills;        /* run: where not 0, read the tensors before each sample */
    uint32_t notes_delay;    /* not 0: the harness fills delay_ns of the reply, */
    uint32_t counts_threads; /* and threads_ran */
    /* Not 0: some places of the output, drawn from this, are marked before the last call, and the
     * reply is to hold the output's hash as it is after it. */
    uint64_t marks;
    uint64_t flips[2]; /* not 0: before the only sample, signs of the input change by both
                        * (flips.h); if they are the same, nothing changes in the end */
    uint32_t varies;   /* not 0: there is a variation for each sample */
    sb_variation variations[SB_MAX_TURN_SAMPLES];
    int64_t rest_ns; /* not 0: after the last sample its watched elements are marked again, for so
                      * long, so that work which was left behind shows */
    /* pass: `count` legs in `batch`; `output` is all of its memory, `times` the place in it for
     * `samples` times `count` numbers: nanoseconds of each leg; `warm_calls` passes go before.
     * `apart` not 0: each leg by itself, after so many untimed calls of it. Reorders run on
     * `threads`. */
    int64_t times;
    uint32_t apart, threads;
    /* valid */
    uint32_t count; /* parameter sets, each with as many values as the kernel has parameters */
    uint32_t batch_count; /* of all of them; they follow this struct in the packet */
    const int64_t *batch; /* where the values are, at either end */
} sb_request;

typedef struct sb_reply {
    uint64_t token;        /* copied from the request */
    uint32_t spoilt;       /* not 0: the process cannot serve other kernels any more */
    uint32_t verdict;      /* sb_verdict: ok, or why not: unsupported, skipped (not valid), error */
    char text[SB_MAX_WHY]; /* the reason; after a successful plan, the kernel's description of it */
    char notes[SB_MAX_NOTES]; /* what the plugin keeps for later processes; "": nothing new */
    int64_t values[SB_MAX_PARAMETERS]; /* plan: the parameter set, defaults filled in */
    sb_range ranges[SB_MAX_PARAMETERS];
    uint32_t input_layout, output_layout;
    int64_t prepare_ns;
    int64_t workspace_bytes; /* plan: bytes by which the heap grew */
    uint32_t samples;
    double ns[SB_MAX_TURN_SAMPLES];              /* per call */
    float seen[SB_MAX_TURN_SAMPLES][SB_WATCHED]; /* the watched elements after each sample */
    float rested[SB_WATCHED];                    /* the marked elements after that rest */
    int64_t wall_ns;  /* run: from the first call to after the last, measured by the worker, */
    int64_t warm_ns;  /* and of its untimed calls */
    int64_t switches; /* run: involuntary context switches while it ran */
    uint64_t digest;  /* run: of the output, right after the last call */
    /* measured by the harness, whatever the worker wrote: time until the reply arrived; time until
     * the worker was stopped, and its processor time until then */
    int64_t span_ns, window_ns, cpu_ns;
    int64_t others_ns; /* and that of the processes that its plugin has started */
    int64_t delay_ns;  /* the time for which the worker and the harness waited for a processor
                        * meanwhile; if that is not known, more than any turn takes. 0 unless
                        * requested */
    int64_t waited_ns; /* the worker's part of that, of all its threads, and how often they were */
    int64_t slices;    /* given a processor; 0 if not known, or not requested */
    int64_t threads_ran;  /* how many of the worker's threads ran meanwhile; 0: not known, or not
                           * requested */
    uint32_t description; /* describe: bytes that follow this struct in the packet */
    uint8_t valid[SB_VALID_BATCH];
} sb_reply;

#endif
