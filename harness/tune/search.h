/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A search through a space: what every strategy shares. Evaluations cost; asking again for a
 * configuration that was evaluated is free and not counted. Everything that is random comes from
 * one seed, so the same seed, space and objectives give the same search.
 */
#ifndef SB_TUNE_SEARCH_H
#define SB_TUNE_SEARCH_H

#include "tune/space.h"

/*
 * Measures one configuration. Sets *objective (less is better; INFINITY or NAN: it failed) and
 * returns 0; or 1, with the objective set, to end the search here; or negative to give it up with
 * an error. `incumbent` is the best so far (INFINITY at first): one that is plainly slower may be
 * cut off early, with an objective that says about how slow.
 */
typedef int sb_evaluate(void *context, size_t index, const int64_t *values, double incumbent,
                        double *objective, sb_error *error);

typedef struct sb_evaluated {
    uint32_t index;   /* of the configuration */
    double objective; /* INFINITY: failed */
} sb_evaluated;

typedef struct sb_search_options {
    size_t evaluations; /* the budget; 0: as many as the space has */
    int64_t time_ns;    /* or until this much time is over; 0: no limit */
    uint64_t seed;
    double least_gain;      /* ends where the strategy's model expects less, as a part; 0: never */
    const uint32_t *starts; /* evaluated first, in this order */
    size_t start_count;
    const sb_evaluated
        *known; /* measured before, free: a search that goes on, or another's results */
    size_t known_count;
} sb_search_options;

/* What a strategy works with. Its fields are for strategies to read; only sb_try() changes it. */
typedef struct sb_search {
    const sb_space *space;
    sb_random random;
    sb_evaluated *evaluated; /* known ones, then evaluated ones, in order */
    size_t evaluated_count;
    size_t best;        /* the one with the least objective; evaluated_count where none succeeded */
    size_t budget;      /* evaluations in all */
    size_t evaluations; /* spent */
    bool stopped;       /* nothing may be evaluated any more */
    double least_gain;  /* of the options */
    bool hopeless;      /* stopped for that */

    /* private */
    size_t evaluated_capacity;
    uint32_t *slots; /* open addressing: place in `evaluated` + 1, by index */
    size_t slot_count;
    int64_t deadline_ns;
    sb_evaluate *evaluate;
    void *context;
    int status;
    sb_error *error;
} sb_search;

typedef struct sb_strategy {
    const char *id;
    const char *summary;               /* one line for the user */
    void (*search)(sb_search *search); /* goes on until sb_try() says stop, or it has seen all */
} sb_strategy;

/* NULL-terminated; the first is the default. */
extern const sb_strategy *const sb_strategies[];

/* By id; NULL with an error that names the nearest. */
const sb_strategy *sb_strategy_find(const char *id, sb_error *error);

typedef struct sb_search_result {
    sb_evaluated *evaluated; /* evaluated ones only, in order; free() them */
    size_t evaluated_count;
    size_t best;           /* index of the best configuration, of known ones too */
    bool over;             /* everything is seen, or there is no gain to be expected */
    double best_objective; /* INFINITY where nothing succeeded (then `best` says nothing) */
} sb_search_result;

/* Runs the strategy until the budget is spent, everything is seen, or the evaluator ends it.
 * Negative where the evaluator gave up; the evaluations until then are in the result all the same.
 */
int sb_search_run(const sb_strategy *strategy, const sb_space *space,
                  const sb_search_options *options, sb_evaluate *evaluate, void *context,
                  sb_search_result *result, sb_error *error);

/* ------------------------------------------------------------------------------ for strategies */

/* The objective of the configuration, evaluated if need be. False when the search must stop (the
 * strategy returns then); *objective may be NULL. */
bool sb_try(sb_search *search, size_t index, double *objective);

/* Was it evaluated? */
bool sb_seen(const sb_search *search, size_t index);

/* A configuration that was not evaluated, uniformly; false where there is none, and then the search
 * is stopped. */
bool sb_unseen(sb_search *search, size_t *index);

static inline size_t sb_search_pick(sb_search *search, size_t count)
{
    return (size_t)sb_random_below(&search->random, count);
}

/* A uniform permutation of `count` items, in place. */
void sb_search_shuffle(sb_search *search, uint32_t *items, size_t count);

/* A Latin hypercube of `count` rows, each moved to a valid configuration near it: every parameter's
 * range is covered evenly. Rows may repeat. */
void sb_search_design(sb_search *search, size_t count, uint32_t *out);

#endif
