/* SPDX-License-Identifier: Apache-2.0 */
#include "config/config.h"

#include "config/keys.h"
#include "config/layers.h"
#include "config/named.h"
#include "config/write.h"
#include "core/log.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

/* The settings' values are documents of their own, so that messages name "--set KEY". */
static int apply_setting(sb_config_reading *reading, sb_document *main, const char *setting,
                         sb_error *error)
{
    const char *equals = strchr(setting, '=');
    if (!equals || equals == setting)
        return sb_fail(error, "--set %s: expected KEY=VALUE, as in measure.max_time=1s", setting);
    char *key = sb_copy_text(setting);
    key[equals - setting] = '\0';
    sb_text shown = { 0 };
    sb_text_add(&shown, "--set %s", key);
    sb_document *document = sb_config_reading_add(reading);
    const char *value = equals[1] ? equals + 1 : "~";
    int rc = sb_document_parse(document, shown.data, value, strlen(value), &reading->budget, error);
    if (rc == SB_OK)
        rc = sb_document_set(main, key, document->root, error);
    sb_text_free(&shown);
    free(key);
    return rc;
}

static int apply_settings(sb_config_reading *reading, sb_document *main,
                          const char *const *settings, sb_error *error)
{
    if (main->root->kind != SB_NODE_MAP)
        return sb_node_fail(main->root, error,
                            "a configuration must be a map with the key 'layers', not %s",
                            sb_node_text(main->root));
    for (size_t i = 0; settings && settings[i]; i++)
        if (i == SB_MAX_CONFIG_SETTINGS)
            return sb_fail(error, "more than %d settings (--set)", SB_MAX_CONFIG_SETTINGS);
        else if (apply_setting(reading, main, settings[i], error) < 0)
            return SB_FAILED;
    return sb_config_check_keys(main->root, "", error);
}

/* The `input` of a layer's entry if it has that many numbers, otherwise NULL. */
static const sb_node *input_of(const sb_node *entry, size_t numbers)
{
    const sb_node *input = entry->kind == SB_NODE_MAP ? sb_node_get(entry, "input") : NULL;
    return input && input->kind == SB_NODE_LIST && input->count == numbers ? input : NULL;
}

/* [1, 16, 100] is one channel; among inputs with a batch size it may be a batch of one. */
static void warn_of_mixed_inputs(const sb_layer_list *list)
{
    const sb_node *batched = NULL, *bare = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const sb_node *four = input_of(list->nodes[i], 4), *three = input_of(list->nodes[i], 3);
        if (!batched)
            batched = four;
        if (!bare && three && list->layers[i].shape.c == 1)
            bare = three;
    }
    if (batched && bare)
        sb_warn("%s:%zu:%zu: this input is taken as [channels, height, width], 1 channel; other "
                "layers begin with a batch",
                bare->file, bare->line, bare->column);
}

/* Moves the layers that match to the configuration. */
static int take_layers(sb_layer_list *list, const char *filter, sb_config *config, sb_error *error)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (!filter || sb_glob_match(filter, list->layers[i].name))
            list->layers[kept++] = list->layers[i];
        else
            free(list->layers[i].name);
    }
    config->layers = list->layers;
    config->layer_count = kept;
    list->layers = NULL;
    list->count = 0;
    if (kept == 0)
        return sb_fail(error,
                       "--filter %s: no layer of %s has such a name; see 'sepbench list "
                       "layers'",
                       filter, config->path);
    return SB_OK;
}

static int build_config(sb_config_reading *reading, sb_document *document, const char *filter,
                        const char *const *settings, sb_config *config, sb_error *error)
{
    sb_layer_list list = { 0 };
    int rc = apply_settings(reading, document, settings, error);
    if (rc == SB_OK)
        rc = sb_config_read_keys(document->root, config, error);
    if (rc == SB_OK)
        rc = sb_config_layers(reading, document->root, &list, error);
    if (rc == SB_OK && config->bare)
        for (size_t i = 0; i < list.count; i++)
            sb_layer_strip(&list.layers[i]);
    if (rc == SB_OK)
        rc = sb_layer_list_check_names(&list, error);
    if (rc == SB_OK)
        warn_of_mixed_inputs(&list);
    if (rc == SB_OK)
        rc = take_layers(&list, filter, config, error);
    sb_layer_list_free(&list);
    if (rc < 0)
        return rc;
    sb_text source = { 0 };
    sb_config_write(config, &source);
    config->source = source.data;
    return SB_OK;
}

/* `text` NULL: reads the file `name`. */
static int read_config(const char *name, const char *text, const char *filter,
                       const char *const *settings, sb_config *config, sb_error *error)
{
    sb_config_reading reading = { .budget = SB_CONFIG_BUDGET };
    sb_document *document = sb_config_reading_add(&reading);
    char *real = text ? NULL : realpath(name, NULL);
    if (real)
        reading.stack[reading.depth++] = real;
    *config = (sb_config) { .path = sb_copy_text(name) };
    sb_config_set_defaults(config);

    int rc = text ? sb_document_parse(document, name, text, strlen(text), &reading.budget, error)
                  : sb_document_read(document, name, name, &reading.budget, error);
    if (rc == SB_OK)
        rc = build_config(&reading, document, filter, settings, config, error);
    if (rc < 0)
        sb_config_free(config);
    sb_config_reading_free(&reading);
    free(real);
    return rc;
}

int sb_config_read(const char *path, const char *filter, const char *const *settings,
                   sb_config *config, sb_error *error)
{
    char *located = sb_config_locate(path, error);
    if (!located)
        return SB_FAILED;
    int rc = read_config(located, NULL, filter, settings, config, error);
    free(located);
    return rc;
}

int sb_config_parse(const char *name, const char *text, const char *filter,
                    const char *const *settings, sb_config *config, sb_error *error)
{
    return read_config(name, text, filter, settings, config, error);
}

static void free_choice(sb_kernel_choice *choice)
{
    for (size_t i = 0; i < choice->param_count; i++) {
        free(choice->param_names[i]);
        free(choice->param_values[i]);
    }
    free(choice->param_names);
    free(choice->param_values);
    free(choice->pattern);
    free(choice->as);
    free(choice->where);
}

static void free_start(sb_config_start *start)
{
    for (size_t i = 0; i < start->count; i++) {
        free(start->names[i]);
        free(start->values[i]);
    }
    free(start->where);
}

static void free_tune(sb_config *config)
{
    for (size_t i = 0; i < config->tune.constraint_count; i++) {
        sb_expression_free(config->tune.constraints[i].expression);
        free(config->tune.constraints[i].where);
    }
    for (size_t i = 0; i < config->tune.start_count; i++)
        free_start(&config->tune.starts[i]);
    free(config->tune.constraints);
    free(config->tune.starts);
    free(config->tune.strategy);
}

void sb_config_free(sb_config *config)
{
    for (size_t i = 0; i < config->layer_count; i++)
        free(config->layers[i].name);
    for (size_t i = 0; i < config->kernel_count; i++)
        free_choice(&config->kernels[i]);
    free(config->path);
    free(config->name);
    free(config->layers);
    free(config->kernels);
    free(config->threads);
    free(config->cores);
    free_tune(config);
    free(config->source);
    *config = (sb_config) { 0 };
}
