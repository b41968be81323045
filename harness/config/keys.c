/* SPDX-License-Identifier: Apache-2.0 */
#include "config/keys.h"

#include "config/keys_table.h"
#include "config/value.h"
#include "core/log.h"
#include "core/text.h"

#include <string.h>

#define SECOND      INT64_C(1000000000)
#define MAX_THREADS 4096

static const char *const tuned_words[] = { "auto", "never", "require", NULL };

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
    config->tune.hints = true;
    config->report = sb_formats_usual();
}

static int read_name(const sb_node *value, sb_config *config, sb_error *error)
{
    return sb_config_replace_text(value, "name", &config->name, error);
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
    static const char what[] = "cores (performance, efficiency, all, or numbers such as '0-5,8')";
    return sb_config_replace_text(value, what, &config->cores, error);
}

static int read_network(const sb_node *value, sb_config *config, sb_error *error)
{
    return sb_node_flag(value, "network", &config->network, error);
}

static const sb_config_key top_keys[] = {
    { "name", read_name },
    { "layers", NULL },
    { "operations", NULL },
    { "kernels", sb_config_read_kernels },
    { "threads", read_threads },
    { "cores", read_cores },
    { "epilogue", read_epilogue },
    { "tuned", read_tuned },
    { "measure", sb_config_read_measure },
    { "tune", sb_config_read_tune },
    { "report", sb_config_read_report },
    { "network", read_network },
    { NULL, NULL },
};

/* "section.key" or "key": accepted for old files, without effect. */
static const char *const retired_keys[] = { "baseline", NULL };

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
    return sb_config_check_map(root, what, top_keys, error);
}

int sb_config_read_keys(const sb_node *root, sb_config *config, sb_error *error)
{
    if (sb_config_read_map(root, "", top_keys, config, error) < 0)
        return SB_FAILED;
    if (config->thread_count)
        return SB_OK;
    config->threads = sb_grow(config->threads, 1, sizeof *config->threads);
    config->threads[config->thread_count++] = 1;
    return SB_OK;
}
