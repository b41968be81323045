/* SPDX-License-Identifier: Apache-2.0 */
/* The answer of a run: which kernel to use where, what the network costs with them, and how far
 * that can be trusted. Derived from run.db alone, so that a report says the same as the run. */
#ifndef SB_REPORT_ANSWER_H
#define SB_REPORT_ANSWER_H

#include "conv/class.h"
#include "core/text.h"
#include "store/provenance.h"
#include "store/sequence_rows.h"

/* The operation of a layer that the network runs: its chain if that is swept, else its only
 * operation, else one of its steps. Texts are owned and visible. Times are nanoseconds a call. */
typedef struct sb_answer_part {
    char *layer; /* its name in the run, with the operation if it has several parts */
    sb_operation operation;
    sb_class class_;
    int64_t repeat;
    char *kernel, *params; /* the fastest */
    sb_interval time;
    char *next;         /* the second fastest, or NULL */
    sb_interval margin; /* its time over the fastest's, from paired rounds */
    bool tie;           /* the margin is not proven */
    char *tied;         /* every kernel that may be as fast, a line each; "" */
    double bound_ns;    /* the machine's roofline; NAN if not known */
    const char *bound;  /* what determines it: "arithmetic", "L2", ... */
    bool pair;          /* the standard twin was timed too */
    double twin_ns;
    sb_interval gain; /* the twin's time over this one's, from paired rounds */
    double multiplications, twin_multiplications;
} sb_answer_part;

/* A plugin, and the time of the parts that it can run. */
typedef struct sb_answer_plugin {
    char *name, *shown;
    size_t parts;
    double total_ns;
} sb_answer_plugin;

/* Numbers of results: of all, of those that are ok, ... */
typedef struct sb_answer_counts {
    size_t results, ok, unsupported, skipped, failed;
    char *skipped_why; /* of the first that was skipped: what, where and why; NULL, or owned */
    size_t wide;       /* timed, but not determined */
    size_t max_time;   /* stopped by it before they were precise */
    /* Of each of these the max_time, in ns, that would have made it precise, as far as its interval
     * tells: an interval narrows with the square root of the time. INFINITY: that does not tell.
     * Ascending; owned. */
    double *needed;
} sb_answer_counts;

typedef struct sb_answer_block {
    int64_t threads, wall_ns;
    sb_answer_part *parts;
    size_t part_count;
    size_t missing; /* parts without a time */
    sb_answer_plugin *plugins;
    size_t plugin_count;
    sb_answer_counts counts;
} sb_answer_block;

/* One block for each thread count, in the order of the run. */
typedef struct sb_answer {
    sb_caption caption;
    char *warnings; /* of the run, a line each; "" */
    sb_measuring measuring;
    sb_answer_block *blocks;
    size_t block_count;
    sb_sequence_list sequences; /* of a network; names can be shown */
} sb_answer;

/* Does the network's time include this operation of the layer? Never the standard twin beside its
 * chain, nor a step beside the chain that contains it. */
bool sb_answer_is_part(const sb_layer *layer, sb_operation operation);

int sb_answer_read(sb_rundb *db, sb_answer *answer, sb_error *error);
void sb_answer_free(sb_answer *answer);

/* Is an interval missing, or too wide to determine its value? */
bool sb_answer_is_wide(sb_interval interval);

/* The answer as text of at most 80 columns; and the same on standard output. */
void sb_answer_add(sb_text *to, const sb_answer *answer);
void sb_answer_print(const sb_answer *answer);

#endif
