/* SPDX-License-Identifier: Apache-2.0 */
#include "config/keys.h"

#include "core/log.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

#define MILLISECOND      INT64_C(1000000)
#define SECOND           INT64_C(1000000000)
#define DAY              (86400 * SECOND)
#define MAX_THREADS      4096
#define MAX_SAMPLES      1000000
#define MAX_PROCESSES    100
#define MAX_BUDGET       INT64_C(1000000000)
#define MAX_PARAM_VALUES 64 /* name of one parameter */

static const char *const known_keys[] = { "name",   "layers",   "operations", "kernels", "threads",
                                          "cores",  "epilogue", "tuned",      "measure", "tune",
                                          "report", "network",  NULL };

static const char *const tuned_words[] = { "auto", "never", "require", NULL };
static const char *const cache_words[] = { "warm", "cold", "cold-weights", NULL };
static const char *const estimator_words[] = { "auto", "p10", "p25", "median", "min", NULL };

void sb_config_set_defaults(sb_config *config)
{
    config->name = sb_copy_text("sweep");
    config->cores = sb_copy_text("performance");
    config->measure.confidence = 0.95;
    config->measure.precision = 0.01;
    config->measure.estimator = SB_ESTIMATE_AUTO;
    config->measure.min_samples = 10;
    config->measure.max_time_ns = 5 * SECOND;
    config->measure.timeout_ns = 60 * SECOND;
    config->measure.cache = SB_CACHE_WARM;
    config->measure.cache_count = 1;
    config->measure.seed = 1;
    config->tune.strategy = sb_copy_text("auto");
    config->tune.budget = 200;
    config->report = sb_formats_usual();
}

static int replace_text(const sb_node *value, const char *what, char **text, sb_error *error)
{
    const char *given;
    if (sb_node_string(value, what, SB_MAX_ID - 1, &given, error) < 0)
        return SB_FAILED;
    free(*text);
    *text = sb_copy_text(given);
    return SB_OK;
}

/* ---------------------------------------------------------------------------- sections */

typedef int read_function(const sb_node *value, sb_config *config, sb_error *error);

typedef struct section_key {
    const char *name;
    read_function *read;
} section_key;

static int read_confidence(const sb_node *value, sb_config *config, sb_error *error)
{
    return sb_node_number(value, "confidence", 0.5, 0.9999, &config->measure.confidence, error);
}

static int read_precision(const sb_node *value, sb_config *config, sb_error *error)
{
    return sb_node_number(value, "precision", 1e-6, 1, &config->measure.precision, error);
}

static int read_estimator(const sb_node *value, sb_config *config, sb_error *error)
{
    size_t index;
    if (sb_node_word(value, "estimator", estimator_words, &index, error) < 0)
        return SB_FAILED;
    config->measure.estimator = (sb_estimator)index;
    return SB_OK;
}

static int read_min_samples(const sb_node *value, sb_config *config, sb_error *error)
{
    return sb_node_integer(value, "min_samples", 3, MAX_SAMPLES, &config->measure.min_samples,
                           error);
}

static int read_processes(const sb_node *value, sb_config *config, sb_error *error)
{
    config->measure.processes = 0;
    if (value->kind == SB_NODE_SCALAR && strcmp(value->text, "auto") == 0)
        return SB_OK;
    return sb_node_integer(value, "processes (a number, or auto)", 1, MAX_PROCESSES,
                           &config->measure.processes, error);
}

static int read_max_time(const sb_node *value, sb_config *config, sb_error *error)
{
    return sb_node_duration(value, "max_time", MILLISECOND / 1000, DAY,
                            &config->measure.max_time_ns, error);
}

static int read_timeout(const sb_node *value, sb_config *config, sb_error *error)
{
    return sb_node_duration(value, "timeout", MILLISECOND, DAY, &config->measure.timeout_ns, error);
}

/* One, or a list of several that are run one after the other. */
static int read_cache(const sb_node *value, sb_config *config, sb_error *error)
{
    const size_t count = sb_node_count(value);
    if (count == 0 || count > SB_CACHE_MODES)
        return sb_node_fail(value, error,
                            "cache must be one of warm, cold, cold-weights, or a "
                            "list of them");
    for (size_t i = 0; i < count; i++) {
        const sb_node *item = sb_node_item(value, i);
        size_t index;
        if (sb_node_word(item, "cache", cache_words, &index, error) < 0)
            return SB_FAILED;
        for (size_t k = 0; k < i; k++)
            if (config->measure.caches[k] == (sb_cache_mode)index)
                return sb_node_fail(item, error, "cache: duplicate value %s", cache_words[index]);
        config->measure.caches[i] = (sb_cache_mode)index;
    }
    config->measure.cache = config->measure.caches[0];
    config->measure.cache_count = count;
    return SB_OK;
}

static int read_seed(const sb_node *value, sb_config *config, sb_error *error)
{
    int64_t seed;
    if (sb_node_integer(value, "seed", 0, INT64_MAX, &seed, error) < 0)
        return SB_FAILED;
    config->measure.seed = (uint64_t)seed;
    return SB_OK;
}

static int read_strategy(const sb_node *value, sb_config *config, sb_error *error)
{
    return replace_text(value, "strategy", &config->tune.strategy, error);
}

/* "200" is a number of evaluations, "30s" a time. */
static int read_budget(const sb_node *value, sb_config *config, sb_error *error)
{
    const char *text = value->kind == SB_NODE_SCALAR ? value->text : "";
    if (strspn(text, "0123456789") == strlen(text) && *text) {
        config->tune.budget_ns = 0;
        return sb_node_integer(value, "budget", 1, MAX_BUDGET, &config->tune.budget, error);
    }
    config->tune.budget = 0;
    return sb_node_duration(value, "budget (a number of evaluations, or a time)", MILLISECOND, DAY,
                            &config->tune.budget_ns, error);
}

static int read_formats(const sb_node *value, sb_config *config, sb_error *error)
{
    config->report = (sb_formats) { 0 };
    for (size_t i = 0; i < sb_node_count(value); i++) {
        size_t index;
        if (sb_node_word(sb_node_item(value, i), "format", sb_format_names, &index, error) < 0)
            return SB_FAILED;
        *sb_format_flag(&config->report, index) = true;
    }
    return SB_OK;
}

static const section_key measure_keys[] = {
    { "confidence", read_confidence },
    { "precision", read_precision },
    { "estimator", read_estimator },
    { "min_samples", read_min_samples },
    { "processes", read_processes },
    { "max_time", read_max_time },
    { "timeout", read_timeout },
    { "cache", read_cache },
    { "seed", read_seed },
    { NULL, NULL },
};
static const section_key tune_keys[] = {
    { "strategy", read_strategy },
    { "budget", read_budget },
    { NULL, NULL },
};
static const section_key report_keys[] = {
    { "formats", read_formats },
    { NULL, NULL },
};

static int read_section(const sb_node *node, const char *name, const section_key *keys,
                        sb_config *config, sb_error *error)
{
    const char *names[16] = { NULL };
    for (size_t i = 0; keys[i].name; i++)
        names[i] = keys[i].name;
    if (sb_node_check_map(node, name, names, error) < 0)
        return SB_FAILED;
    for (size_t i = 0; keys[i].name; i++) {
        const sb_node *value = sb_node_get(node, keys[i].name);
        if (value && !sb_node_is_null(value) && keys[i].read(value, config, error) < 0)
            return SB_FAILED;
    }
    return SB_OK;
}

static int read_measure(const sb_node *value, sb_config *config, sb_error *error)
{
    return read_section(value, "measure", measure_keys, config, error);
}

static int read_tune(const sb_node *value, sb_config *config, sb_error *error)
{
    return read_section(value, "tune", tune_keys, config, error);
}

static int read_report(const sb_node *value, sb_config *config, sb_error *error)
{
    return read_section(value, "report", report_keys, config, error);
}

/* ----------------------------------------------------------------------------- kernels */

/* "tiled" means all kernels of that plugin. */
static char *whole_pattern(const char *text)
{
    sb_text pattern = { 0 };
    sb_text_add(&pattern, "%s%s", text, strpbrk(text, "/*?[") ? "" : "/*");
    return pattern.data;
}

static void add_param(sb_kernel_choice *choice, const char *name, const char *value)
{
    size_t at = choice->param_count++;
    choice->param_names = sb_grow(choice->param_names, at + 1, sizeof(char *));
    choice->param_values = sb_grow(choice->param_values, at + 1, sizeof(char *));
    choice->param_names[at] = sb_copy_text(name);
    choice->param_values[at] = sb_copy_text(value);
}

/* A value, or a list of values that tuning may choose from. */
static int read_param(const sb_node *name, const sb_node *value, sb_kernel_choice *choice,
                      sb_error *error)
{
    const char *id, *text;
    size_t count = value->kind == SB_NODE_LIST ? value->count : 1;
    if (sb_node_string(name, "the parameter's name", SB_MAX_ID - 1, &id, error) < 0)
        return SB_FAILED;
    if (count == 0 || count > MAX_PARAM_VALUES)
        return sb_node_fail(value, error, "%s: expected a value, or a list of 1 to %d", id,
                            MAX_PARAM_VALUES);
    for (size_t i = 0; i < count; i++) {
        const sb_node *item = value->kind == SB_NODE_LIST ? value->items[i] : value;
        if (sb_node_string(item, "the parameter's value", SB_MAX_ID - 1, &text, error) < 0)
            return SB_FAILED;
        add_param(choice, id, text);
    }
    return SB_OK;
}

static int read_params(const sb_node *node, sb_kernel_choice *choice, sb_error *error)
{
    if (node->kind != SB_NODE_MAP)
        return sb_node_fail(node, error, "params must be a map (name: value), not %s",
                            sb_node_text(node));
    if (node->count > SB_MAX_PARAMETERS)
        return sb_node_fail(node, error, "a kernel has at most %d parameters", SB_MAX_PARAMETERS);
    int rc = SB_OK;
    for (size_t i = 0; i < node->count && rc == SB_OK; i++)
        rc = read_param(node->items[2 * i], node->items[2 * i + 1], choice, error);
    return rc;
}

static int read_choice_map(const sb_node *node, sb_kernel_choice *choice, const char **pattern,
                           sb_error *error)
{
    static const char *const keys[] = { "kernel", "as", "params", NULL };
    const sb_node *kernel, *as, *params;
    if (sb_node_check_map(node, "a kernel", keys, error) < 0)
        return SB_FAILED;
    if (!(kernel = sb_node_get(node, "kernel")))
        return sb_node_fail(node, error, "missing key 'kernel' (plugin/kernel)");
    if (sb_node_string(kernel, "kernel", 2 * SB_MAX_ID, pattern, error) < 0)
        return SB_FAILED;
    as = sb_node_get(node, "as");
    params = sb_node_get(node, "params");
    if ((as || params) && (strpbrk(*pattern, "*?[") || !strchr(*pattern, '/')))
        return sb_node_fail(kernel, error, "'%s' needs a single kernel, written plugin/kernel",
                            as ? "as" : "params");
    if (as && replace_text(as, "as", &choice->as, error) < 0)
        return SB_FAILED;
    return params ? read_params(params, choice, error) : SB_OK;
}

static int read_choice(const sb_node *node, sb_kernel_choice *choice, sb_error *error)
{
    const char *pattern;
    int rc = node->kind == SB_NODE_MAP
                 ? read_choice_map(node, choice, &pattern, error)
                 : sb_node_string(node, "a kernel", 2 * SB_MAX_ID, &pattern, error);
    if (rc < 0)
        return SB_FAILED;
    sb_text where = { 0 };
    sb_text_add(&where, "%s:%zu:%zu", node->file, node->line, node->column);
    choice->where = where.data;
    choice->pattern = whole_pattern(pattern);
    return SB_OK;
}

static int check_label(const sb_config *config, const sb_node *node, sb_error *error)
{
    const sb_kernel_choice *last = &config->kernels[config->kernel_count - 1];
    for (const sb_kernel_choice *choice = config->kernels; last->as && choice < last; choice++)
        if (choice->as && strcmp(choice->as, last->as) == 0)
            return sb_node_fail(node, error, "duplicate 'as: %s'", last->as);
    return SB_OK;
}

#define MAX_KERNEL_CHOICES 1024

static int read_kernels(const sb_node *node, sb_config *config, sb_error *error)
{
    size_t count = sb_node_count(node);
    if (count == 0 || count > MAX_KERNEL_CHOICES)
        return sb_node_fail(node, error,
                            "kernels must be a list of 1 to %d patterns, such as \"naive/*\"",
                            MAX_KERNEL_CHOICES);
    config->kernels = sb_new(count, sizeof *config->kernels);
    for (size_t i = 0; i < count; i++) {
        const sb_node *item = sb_node_item(node, i);
        config->kernel_count = i + 1;
        if (read_choice(item, &config->kernels[i], error) < 0 ||
            check_label(config, item, error) < 0)
            return SB_FAILED;
    }
    return SB_OK;
}

/* ------------------------------------------------------------------------- at the top */

static int read_name(const sb_node *value, sb_config *config, sb_error *error)
{
    return replace_text(value, "name", &config->name, error);
}

static int read_threads(const sb_node *node, sb_config *config, sb_error *error)
{
    size_t count = sb_node_count(node);
    if (count == 0 || count > 64)
        return sb_node_fail(node, error, "threads must be a list of 1 to 64 numbers, or max");
    config->threads = sb_grow(config->threads, count, sizeof *config->threads);
    for (size_t i = 0; i < count; i++) {
        const sb_node *item = sb_node_item(node, i);
        int64_t threads = SB_THREADS_MAX;
        if (!(item->kind == SB_NODE_SCALAR && strcmp(item->text, "max") == 0) &&
            sb_node_integer(item, "threads ('max', or a number)", 1, MAX_THREADS, &threads, error) <
                0)
            return SB_FAILED;
        for (size_t j = 0; j < i; j++)
            if (config->threads[j] == threads)
                return sb_node_fail(item, error, "threads: duplicate value %s", sb_node_text(item));
        config->threads[i] = threads;
        config->thread_count = i + 1;
    }
    return SB_OK;
}

/* `layers`: as the layers have it; `none`: removed. */
static int read_epilogue(const sb_node *value, sb_config *config, sb_error *error)
{
    static const char *const words[] = { "layers", "none", NULL };
    size_t index;
    if (sb_node_word(value, "epilogue", words, &index, error) < 0)
        return SB_FAILED;
    config->bare = index == 1;
    return SB_OK;
}

static int read_tuned(const sb_node *value, sb_config *config, sb_error *error)
{
    size_t index;
    if (sb_node_word(value, "tuned", tuned_words, &index, error) < 0)
        return SB_FAILED;
    config->tuned = (sb_tuned)index;
    return SB_OK;
}

static int read_cores(const sb_node *value, sb_config *config, sb_error *error)
{
    return replace_text(value, "cores", &config->cores, error);
}

static int read_network(const sb_node *value, sb_config *config, sb_error *error)
{
    return sb_node_flag(value, "network", &config->network, error);
}

static const section_key top_keys[] = {
    { "name", read_name },
    { "kernels", read_kernels },
    { "threads", read_threads },
    { "cores", read_cores },
    { "epilogue", read_epilogue },
    { "tuned", read_tuned },
    { "measure", read_measure },
    { "tune", read_tune },
    { "report", read_report },
    { "network", read_network },
    { NULL, NULL },
};

/* "section.key" or "key": accepted for old files, without effect. */
static const char *const retired_keys[] = { "baseline", "tune.objective", NULL };

static void remove_retired(sb_node *root, const char *name)
{
    const char *dot = strchr(name, '.'), *key = dot ? dot + 1 : name;
    sb_text section = { 0 };
    sb_text_add_bytes(&section, name, dot ? (size_t)(dot - name) : 0);
    sb_node *map = dot ? sb_node_get(root, section.data) : root;
    const sb_node *value = map && map->kind == SB_NODE_MAP ? sb_node_get(map, key) : NULL;
    if (value) {
        sb_warn("%s:%zu:%zu: '%s' has no effect and is no longer a key; remove it", value->file,
                value->line, value->column, name);
        sb_node_remove(map, key);
    }
    sb_text_free(&section);
}

int sb_config_check_keys(sb_node *root, const char *what, sb_error *error)
{
    for (size_t i = 0; root->kind == SB_NODE_MAP && retired_keys[i]; i++)
        remove_retired(root, retired_keys[i]);
    return sb_node_check_map(root, what, known_keys, error);
}

int sb_config_read_keys(const sb_node *root, sb_config *config, sb_error *error)
{
    for (const section_key *key = top_keys; key->name; key++) {
        const sb_node *value = sb_node_get(root, key->name);
        if (value && !sb_node_is_null(value) && key->read(value, config, error) < 0)
            return SB_FAILED;
    }
    if (config->thread_count)
        return SB_OK;
    config->threads = sb_grow(config->threads, 1, sizeof *config->threads);
    config->threads[config->thread_count++] = 1;
    return SB_OK;
}
