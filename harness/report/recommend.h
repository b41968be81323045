/* SPDX-License-Identifier: Apache-2.0 */
/* Which kernel to use for each layer, with which parameters, by a measure of its time. */
#ifndef SB_REPORT_RECOMMEND_H
#define SB_REPORT_RECOMMEND_H

#include "measure/choose.h"
#include "store/rundb.h"

#include <stdio.h>

/* A kernel with its parameters. Texts are owned. */
typedef struct sb_recommended {
    char *kernel, *params; /* kernel: the label */
    double counted_ns;     /* time by the measure */
    sb_interval ratio; /* that time over the best's, from paired rounds; {1, 1, 1} for the best */
    bool tie;          /* not proven to be slower; true for the best */
} sb_recommended;

/* The recommendation for one operation of a layer: all timed kernels, the best first, by the
 * measure. */
typedef struct sb_recommendation {
    char *layer; /* owned */
    sb_operation operation;
    int64_t threads, repeat;
    sb_recommended *kernels; /* owned; at least one */
    size_t count;
    sb_interval time; /* of the best's `run` alone */
} sb_recommendation;

typedef struct sb_recommendations {
    sb_counting counting;
    sb_recommendation *list; /* in the order of the run */
    size_t count;
} sb_recommendations;

/* For the operations that the network runs of each layer (sb_answer_is_part); for one number of
 * threads, or for all (0). On failure there is nothing to free. */
int sb_recommend_make(sb_rundb *db, sb_counting counting, int64_t threads,
                      sb_recommendations *recommendations, sb_error *error);
void sb_recommend_free(sb_recommendations *recommendations);

void sb_recommend_print_text(const sb_recommendations *recommendations, FILE *stream);
void sb_recommend_print_csv(const sb_recommendations *recommendations, FILE *stream);
void sb_recommend_print_json(const sb_recommendations *recommendations, FILE *stream);

/* Every kernel, the fastest first, with its time over that one's. */
void sb_recommend_print_ranks(const sb_recommendations *recommendations, FILE *stream);

/* These ranks for all operations of all layers, also those that the network does not run. */
int sb_ranking_print(sb_rundb *db, FILE *stream, sb_error *error);

/* DIR/recommend.csv, by `run`. */
int sb_recommend_write(sb_rundb *db, const char *dir, sb_error *error);

#endif
