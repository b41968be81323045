/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network's layers in sequence: the time of a pass through all of them, each with the caches as
 * the one before left them, compared with the same calls measured separately. Layers pass their
 * outputs on; if shapes do not match (because of a pooling or a branch between them), the next
 * layer reads what is in the same memory. Each repetition of a layer has its own weights, as in the
 * network.
 */
#ifndef SB_MEASURE_SEQUENCE_H
#define SB_MEASURE_SEQUENCE_H

#include "measure/group.h"

/* A kernel that may run at a place: it was verified and timed there. Texts are borrowed. */
typedef struct sb_sequence_option {
    const sb_plugin_info *plugin;
    size_t kernel; /* index in the plugin's list */
    int64_t values[SB_MAX_PARAMETERS];
    const char *label, *params;
    double ns;               /* of a call, as published */
    sb_layout input, output; /* from sb_sequence_ask_layouts() */
} sb_sequence_option;

/* An operation of a layer, in the order of the network, for one repetition. */
typedef struct sb_sequence_place {
    const sb_layer *layer; /* borrowed */
    sb_operation operation;
    bool enters;                       /* the layer's first operation: its input is the residual */
    const sb_sequence_option *options; /* borrowed; repetitions share the list */
    size_t option_count;
} sb_sequence_place;

/* A leg of a pass, for reports. Texts are owned. */
typedef struct sb_sequence_leg {
    char *layer, *kernel, *params; /* kernel: the label; "" for a reorder */
    sb_operation operation;
    bool reorder; /* of the layer's input, or of the network's output; from == to: its padding */
    sb_layout from, to;
    sb_interval in_sequence, apart; /* ns */
} sb_sequence_leg;

typedef struct sb_sequence {
    char *name; /* "best", or a plugin; owned */
    int64_t threads;
    sb_sequence_leg *legs; /* owned */
    size_t leg_count;
    sb_series passes, alone; /* ns of whole passes: in sequence; sum of single legs */
    sb_estimator estimator;
    sb_interval in_sequence, apart, ratio; /* ratio: in sequence over apart, from paired rounds */
    double published_ns;                   /* the sum of the options' times */
} sb_sequence;

/* A kernel, or a whole sequence, that failed in sequence though each kernel was right alone. Texts
 * are owned. */
typedef struct sb_sequence_fault {
    char *name; /* of the sequence */
    int64_t threads;
    sb_verdict verdict;
    char *layer, *kernel, *params; /* "" if no kernel is to blame */
    sb_operation operation;
    char *detail;
} sb_sequence_fault;

typedef struct sb_sequence_list {
    sb_sequence *items; /* owned */
    size_t count;
    sb_sequence_fault *faults; /* owned */
    size_t fault_count;
} sb_sequence_list;

void sb_sequence_free(sb_sequence *sequence);
void sb_sequence_list_free(sb_sequence_list *list);

typedef struct sb_sequence_job {
    const sb_session_options *session;
    const sb_measure_options *options;
    int64_t threads;
    const sb_sequence_place *places;
    size_t count;
} sb_sequence_job;

/* The problem of a place. */
sb_problem sb_sequence_problem(const sb_sequence_job *job, size_t place);

/* The longest network that can be run. */
enum { SB_SEQUENCE_PLACES = 256 };

/* Asks for the kernel's layouts with its values. False if it does not report them. */
bool sb_sequence_ask_layouts(sb_session *session, const sb_layer *layer, sb_operation operation,
                             int64_t threads, sb_sequence_option *option);

/*
 * Measures the best mix, and each plugin that has a kernel for every place, in interleaved rounds.
 * Outputs are verified before and after. A kernel that fails is a fault, and another takes its
 * place if there is one; a sequence that fails while it is timed is a fault and left out, and so,
 * with a message, is one that takes too long for max_time. `made` receives those that were
 * measured, the best mix first; the caller owns it. Negative if nothing can be measured;
 * SB_INTERRUPTED if the user wants to stop.
 */
int sb_sequence_measure(const sb_sequence_job *job, sb_sequence_list *made, sb_error *error);

#endif
