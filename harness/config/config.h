/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration of a sweep, read from YAML and checked. Only document.c includes yaml.h.
 * docs/configuration.md describes it for users. */
#ifndef SB_CONFIG_CONFIG_H
#define SB_CONFIG_CONFIG_H

#include "conv/problem.h"
#include "core/expression.h"
#include "measure/group.h"
#include "report/outputs.h"

/* One entry of `kernels`: a pattern, or one kernel with parameters and its own name. */
typedef struct sb_kernel_choice {
    char *pattern; /* "plugin/kernel", globs allowed */
    char *as;      /* NULL, or the label */
    /* param_count of each, as written; a list is several in a row with the same name */
    char **param_names, **param_values;
    size_t param_count;
    char *where; /* "file:line:column", for messages once plugins are known */
} sb_kernel_choice;

/* A condition on the parameters of the kernels that have all of them: tuning chooses only what
 * satisfies it. */
typedef struct sb_config_constraint {
    sb_expression *expression;
    char *where; /* "file:line:column" */
} sb_config_constraint;

/* Where the searches of the kernels that have all of these parameters begin. */
typedef struct sb_config_start {
    char *names[SB_MAX_PARAMETERS], *values[SB_MAX_PARAMETERS]; /* as written */
    size_t count;
    char *where; /* "file:line:column" */
} sb_config_start;

enum { SB_MAX_CONSTRAINTS = 32, SB_MAX_STARTS = 32 };

#define SB_THREADS_MAX INT64_C(-1) /* stands for "max" in `threads` */

typedef enum sb_tuned { SB_TUNED_AUTO, SB_TUNED_NEVER, SB_TUNED_REQUIRE } sb_tuned;

typedef struct sb_config {
    char *path;
    char *name;
    sb_layer *layers; /* includes and sweeps expanded, filtered, in order */
    size_t layer_count;
    sb_kernel_choice *kernels; /* empty: "*" */
    size_t kernel_count;
    int64_t *threads; /* at least one, default 1; may contain SB_THREADS_MAX */
    size_t thread_count;
    char *cores;    /* key `cores`, as topology.h takes it; default performance */
    bool bare;      /* key `epilogue: none`: biases, activations and residuals are taken off */
    bool network;   /* key `network`: the layers, in their order, are a network's */
    sb_tuned tuned; /* key `tuned`; default auto */
    struct {
        double confidence;      /* 0.95 */
        double precision;       /* 0.01 */
        sb_estimator estimator; /* auto */
        int64_t min_samples;    /* 10 */
        int64_t processes;      /* 0, written auto: six, or one if that takes less time to start */
        int64_t max_time_ns;    /* 5 s, for each kernel */
        int64_t timeout_ns;     /* 60 s, for any one request to a worker */
        sb_cache_mode cache;    /* warm; the first of those that a run is made for: */
        sb_cache_mode caches[SB_CACHE_MODES];
        size_t cache_count;
        uint64_t seed; /* 1 */
    } measure;
    struct {
        char *strategy; /* "auto" */
        int64_t budget; /* number of evaluations; 0 if the budget is a time */
        int64_t budget_ns;
        sb_objective objective; /* time */
        bool hints;             /* true: what other searches stored is used */
        sb_config_constraint *constraints;
        size_t constraint_count;
        sb_config_start *starts;
        size_t start_count;
    } tune;
    sb_formats report;
    char *source; /* the effective configuration as one YAML text (the file with --set applied):
                     goes into run.json, and reading it gives the same sweep */
} sb_config;

/*
 * Reads and checks a configuration: a file, or a name (config/named.h). `filter` (NULL: all) keeps
 * the layers whose names match the glob; `settings` is a NULL-terminated list of "key=value" with
 * dotted keys ("measure.max_time=1s", "threads=[1,2]"), each of which overrides the file; the value
 * is YAML. An error says "file:line:column: what is wrong; what would be right".
 */
int sb_config_read(const char *path, const char *filter, const char *const *settings,
                   sb_config *config, sb_error *error);
/* The same from a text, called `name` in messages; includes are refused. */
int sb_config_parse(const char *name, const char *text, const char *filter,
                    const char *const *settings, sb_config *config, sb_error *error);
void sb_config_free(sb_config *config);

#endif
