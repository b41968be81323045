/* SPDX-License-Identifier: Apache-2.0 */
/* The section `tune` of a configuration. */
#include "config/keys_table.h"
#include "config/value.h"
#include "core/text.h"

#include <string.h>

#define MILLISECOND INT64_C(1000000)
#define DAY         (86400 * INT64_C(1000000000))
#define MAX_BUDGET  INT64_C(1000000000)

static int read_strategy(const sb_node *value, sb_config *config, sb_error *error)
{
    return sb_config_replace_text(value, "strategy", &config->tune.strategy, error);
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

static int read_objective(const sb_node *value, sb_config *config, sb_error *error)
{
    const char *words[SB_OBJECTIVES + 1] = { NULL };
    size_t index;
    for (size_t i = 0; i < SB_OBJECTIVES; i++)
        words[i] = sb_objective_name((sb_objective)i);
    if (sb_node_word(value, "objective", words, &index, error) < 0)
        return SB_FAILED;
    config->tune.objective = (sb_objective)index;
    return SB_OK;
}

static int read_hints(const sb_node *value, sb_config *config, sb_error *error)
{
    return sb_node_flag(value, "hints", &config->tune.hints, error);
}

/* The message names the place within the text, if the text is on one line. */
static int fail_within(const sb_node *node, size_t at, const sb_error *why, sb_error *error)
{
    sb_node place = *node;
    if (!strchr(node->text, '\n'))
        place.column += at + !node->plain;
    return sb_node_fail(&place, error, "constraint '%s': %s", node->text, why->text);
}

static int read_constraint(const sb_node *node, sb_config_constraint *constraint, sb_error *error)
{
    const char *text;
    size_t at = 0;
    sb_error why = { "" };
    if (sb_node_string(node, "a constraint, such as 'a * b <= 32',", SB_EXPRESSION_LONGEST, &text,
                       error) < 0)
        return SB_FAILED;
    constraint->expression = sb_expression_parse(text, &at, &why);
    if (!constraint->expression)
        return fail_within(node, at, &why, error);
    constraint->where = sb_node_where(node);
    return SB_OK;
}

static int read_constraints(const sb_node *node, sb_config *config, sb_error *error)
{
    size_t count = sb_node_count(node);
    if (count > SB_MAX_CONSTRAINTS)
        return sb_node_fail(node, error,
                            "constraints must be a list of at most %d, such as "
                            "[\"a * b <= 32\"]",
                            SB_MAX_CONSTRAINTS);
    config->tune.constraints = sb_new(count, sizeof *config->tune.constraints);
    for (size_t i = 0; i < count; i++) {
        config->tune.constraint_count = i + 1;
        if (read_constraint(sb_node_item(node, i), &config->tune.constraints[i], error) < 0)
            return SB_FAILED;
    }
    return SB_OK;
}

static int read_start_value(const sb_node *name, const sb_node *value, sb_config_start *start,
                            sb_error *error)
{
    const char *id, *text;
    if (sb_node_string(name, "the parameter's name", SB_MAX_ID - 1, &id, error) < 0 ||
        sb_node_string(value, "the parameter's value", SB_MAX_ID - 1, &text, error) < 0)
        return SB_FAILED;
    start->names[start->count] = sb_copy_text(id);
    start->values[start->count++] = sb_copy_text(text);
    return SB_OK;
}

static int read_one_start(const sb_node *node, sb_config_start *start, sb_error *error)
{
    if (node->kind != SB_NODE_MAP || node->count == 0 || node->count > SB_MAX_PARAMETERS)
        return sb_node_fail(node, error,
                            "a starting point must be a map of 1 to %d parameters, such as "
                            "{pixels: 7, layout: nhwc}, not %s",
                            SB_MAX_PARAMETERS, sb_node_text(node));
    start->where = sb_node_where(node);
    for (size_t i = 0; i < node->count; i++)
        if (read_start_value(node->items[2 * i], node->items[2 * i + 1], start, error) < 0)
            return SB_FAILED;
    return SB_OK;
}

static int read_start(const sb_node *node, sb_config *config, sb_error *error)
{
    size_t count = sb_node_count(node);
    if (count > SB_MAX_STARTS)
        return sb_node_fail(node, error, "start must be a list of at most %d starting points",
                            SB_MAX_STARTS);
    config->tune.starts = sb_new(count, sizeof *config->tune.starts);
    for (size_t i = 0; i < count; i++) {
        config->tune.start_count = i + 1;
        if (read_one_start(sb_node_item(node, i), &config->tune.starts[i], error) < 0)
            return SB_FAILED;
    }
    return SB_OK;
}

static const sb_config_key tune_keys[] = {
    { "strategy", read_strategy },
    { "budget", read_budget },
    { "objective", read_objective },
    { "hints", read_hints },
    { "constraints", read_constraints },
    { "start", read_start },
    { NULL, NULL },
};

int sb_config_read_tune(const sb_node *value, sb_config *config, sb_error *error)
{
    return sb_config_read_map(value, "tune", tune_keys, config, error);
}
