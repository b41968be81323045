/* SPDX-License-Identifier: Apache-2.0 */
/* The key `kernels`: patterns, and single kernels with parameters. */
#include "config/keys_table.h"
#include "config/unknown_key.h"
#include "config/value.h"
#include "core/text.h"

#include <string.h>

enum {
    MAX_KERNEL_CHOICES = 1024,
    MAX_PARAM_VALUES = 64 /* values of one parameter */
};

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
    if (as && sb_config_replace_text(as, "as", &choice->as, error) < 0)
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
    choice->where = sb_node_where(node);
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

int sb_config_read_kernels(const sb_node *node, sb_config *config, sb_error *error)
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
