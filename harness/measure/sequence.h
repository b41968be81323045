/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A network's layers in sequence: what a pass through all of them takes, each in the caches that
 * the one before left, beside the same calls each by itself. Layers hand their outputs on; where
 * shapes do not meet (a pooling, a branch lies between), the next layer reads what lies in the same
 * memory. Each repetition of a layer has weights of its own, as in the network.
 */
#ifndef SB_MEASURE_SEQUENCE_H
#define SB_MEASURE_SEQUENCE_H

#include "measure/group.h"

/* A kernel that may run at a place: one that was verified and timed there. Texts are borrowed. */
typedef struct sb_sequence_option {
    const sb_plugin_info *plugin;
    size_t kernel; /* index in the plugin's list */
    int64_t values[SB_MAX_PARAMETERS];
    const char *label, *params;
    double ns;               /* of a call, as it was published */
    sb_layout input, output; /* sb_sequence_ask_layouts() */
} sb_sequence_option;

/* An operation of a layer, in the order of the network; one for each repetition. */
typedef struct sb_sequence_place {
    const sb_layer *layer; /* borrowed */
    sb_operation operation;
    bool enters;                       /* the layer's first: its input is what a residual adds */
    const sb_sequence_option *options; /* borrowed; repetitions share them */
    size_t option_count;
} sb_sequence_place;

/* A leg of a pass as it is told. Texts are owned. */
typedef struct sb_sequence_leg {
    char *layer, *kernel, *params; /* kernel: the label; "" of a reorder */
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
    sb_series passes, alone; /* ns of whole passes: in sequence; the sum of the legs apart */
    sb_estimator estimator;
    sb_interval in_sequence, apart, ratio; /* ratio: in sequence over apart, from paired rounds */
    double published_ns;                   /* the sum of the options' times */
} sb_sequence;

void sb_sequence_free(sb_sequence *sequence);

typedef struct sb_sequence_job {
    const sb_session_options *session;
    const sb_measure_options *options;
    int64_t threads;
    const sb_sequence_place *places;
    size_t count;
} sb_sequence_job;

/* Longest network that is run. */
enum { SB_SEQUENCE_PLACES = 256 };

/* Asks for the layouts of the kernel with its values. False where it does not say. */
bool sb_sequence_ask_layouts(sb_session *session, const sb_layer *layer, sb_operation operation,
                             int64_t threads, sb_sequence_option *option);

/*
 * Measures the best mix, and each plugin that has a kernel for every place, in rounds with each
 * other. One that fails is left out with a warning, as is one that takes too long for max_time;
 * `sequences` has those that were measured, the best mix first, and is the caller's. Negative where
 * nothing can be measured; SB_INTERRUPTED where the user wants to end.
 */
int sb_sequence_measure(const sb_sequence_job *job, sb_sequence **sequences, size_t *count,
                        sb_error *error);

#endif
