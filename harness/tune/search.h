/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A search through a space, shared by all strategies. Evaluations cost; asking again for an
 * evaluated parameter set is free and not counted. All random choices come from one seed, so the
 * same seed, space and objectives give the same search.
 */
#ifndef SB_TUNE_SEARCH_H
#define SB_TUNE_SEARCH_H

#include "tune/space.h"

/*
 * Measures one parameter set. Sets *objective (less is better; INFINITY or NAN: it failed) and
 * returns 0; or 1, with the objective set, to end the search here; or negative to abort it with an
 * error. `incumbent` is the best so far (INFINITY at first): a parameter set that is clearly slower
 * may be stopped early, with an approximate objective.
 */
typedef int sb_evaluate(void *context, size_t index, const int64_t *values, double incumbent,
                        double *objective, sb_error *error);

typedef struct sb_evaluated {
    uint32_t index;   /* of the parameter set */
    double objective; /* INFINITY: failed */
} sb_evaluated;

typedef struct sb_search_options {
    size_t evaluations; /* the budget; 0: as many as the space has */
    int64_t time_ns;    /* or until this much time has passed; 0: no limit */
    uint64_t seed;
    double least_gain;      /* ends if the model expects less, a fraction; 0: never */
    const uint32_t *starts; /* evaluated first, in this order */
    size_t start_count;
    const sb_evaluated *known; /* measured before, free: of a resumed search, or others' results */
    size_t known_count;
    const sb_evaluated *hints; /* of similar spaces, in logarithms; they are ranked by, but not
                                  believed (prior.h) */
    size_t hint_count;
    double *expected; /* set before each evaluation: the objective that the strategy expects, NAN if
                         it expects none. May be NULL */
} sb_search_options;

/* The state that a strategy works with. Strategies may read its fields; only sb_try() changes
 * it. */
typedef struct sb_search {
    const sb_space *space;
    sb_random random;
    sb_evaluated *evaluated; /* known ones, then evaluated ones, in order */
    size_t evaluated_count;
    size_t best;        /* the one with the least objective; evaluated_count if none succeeded */
    size_t budget;      /* evaluations in all */
    size_t evaluations; /* so far */
    bool stopped;       /* no more evaluations are allowed */
    double least_gain;  /* from the options */
    const sb_evaluated *hints; /* likewise */
    size_t hint_count;
    double expected; /* of the next evaluation; NAN after it. For strategies to set */
    bool hopeless;   /* stopped for that reason */

    /* private */
    size_t evaluated_capacity;
    uint32_t *slots; /* open addressing: place in `evaluated` + 1, by index */
    size_t slot_count;
    int64_t deadline_ns;
    double *tell_expected; /* from the options */
    sb_evaluate *evaluate;
    void *context;
    int status;
    sb_error *error;
} sb_search;

typedef struct sb_strategy {
    const char *id;
    const char *summary;               /* one line for the user */
    void (*search)(sb_search *search); /* continues until sb_try() says stop, or all are seen */
} sb_strategy;

/* NULL-terminated; the first is the default. */
extern const sb_strategy *const sb_strategies[];

/* By id; NULL with an error that names the nearest one. */
const sb_strategy *sb_strategy_find(const char *id, sb_error *error);

typedef struct sb_search_result {
    sb_evaluated *evaluated; /* only evaluated ones, in order; free() them */
    size_t evaluated_count;
    size_t best;           /* index of the best parameter set, including known ones */
    bool over;             /* all are evaluated, or no gain is to be expected */
    double best_objective; /* INFINITY if nothing succeeded (then `best` is meaningless) */
} sb_search_result;

/* Runs the strategy until the budget is spent, all parameter sets are evaluated, or the evaluator
 * ends the search. Negative if the evaluator aborted it; the result has the evaluations up to then
 * in any case. */
int sb_search_run(const sb_strategy *strategy, const sb_space *space,
                  const sb_search_options *options, sb_evaluate *evaluate, void *context,
                  sb_search_result *result, sb_error *error);

/* ------------------------------------------------------------------------------ for strategies */

/* The objective of the parameter set, evaluated if necessary. False when the search must stop (the
 * strategy then returns); *objective may be NULL. */
bool sb_try(sb_search *search, size_t index, double *objective);

/* Has it been evaluated? */
bool sb_seen(const sb_search *search, size_t index);

/* A random parameter set that was not evaluated; false if there is none, which also stops the
 * search. */
bool sb_unseen(sb_search *search, size_t *index);

static inline size_t sb_search_pick(sb_search *search, size_t count)
{
    return (size_t)sb_random_below(&search->random, count);
}

/* A uniform permutation of `count` items, in place. */
void sb_search_shuffle(sb_search *search, uint32_t *items, size_t count);

/* A Latin hypercube of `count` rows, each moved to a valid parameter set near it: covers every
 * parameter's range evenly. Rows may repeat. */
void sb_search_design(sb_search *search, size_t count, uint32_t *out);

#endif
