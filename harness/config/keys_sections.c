/* SPDX-License-Identifier: Apache-2.0 */
/* The sections `measure` and `report` of a configuration. */
#include "config/keys_table.h"
#include "config/value.h"

#include <string.h>

#define MILLISECOND   INT64_C(1000000)
#define DAY           (86400 * INT64_C(1000000000))
#define MAX_SAMPLES   1000000
#define MAX_PROCESSES 100

static const char *const cache_words[] = { "warm", "cold", "cold-weights", NULL };
static const char *const estimator_words[] = { "auto", "p10", "p25", "median", "min", NULL };

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

static const sb_config_key measure_keys[] = {
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
static const sb_config_key report_keys[] = {
    { "formats", read_formats },
    { NULL, NULL },
};

int sb_config_read_measure(const sb_node *value, sb_config *config, sb_error *error)
{
    return sb_config_read_map(value, "measure", measure_keys, config, error);
}

int sb_config_read_report(const sb_node *value, sb_config *config, sb_error *error)
{
    return sb_config_read_map(value, "report", report_keys, config, error);
}
