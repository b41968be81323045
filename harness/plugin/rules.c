/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/rules.h"

#include "conv/problem.h"
#include "core/visible.h"

#include <string.h>

#define SB_PARAMETER_KINDS (SB_FLAG + 1)

static bool id_valid(const char *id)
{
    if (!id || id[0] < 'a' || id[0] > 'z')
        return false;
    size_t length = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return id[length] == '\0' && length < SB_MAX_ID;
}

/* One line: the text is shown in terminals and tables. */
bool sb_rules_text(const char *text)
{
    if (!text)
        return false;
    return strnlen(text, 1024) < 1024 && sb_is_visible(text);
}

static int64_t choice_total(const sb_parameter *parameter)
{
    int64_t count = 0;
    if (parameter->choices)
        while (count < 1024 && parameter->choices[count])
            count++;
    return count;
}

static bool power_of_two(int64_t value)
{
    return value > 0 && (value & (value - 1)) == 0;
}

static int check_choices(const sb_parameter *p, sb_error *error)
{
    int64_t count = choice_total(p);
    if (count < 1 || count >= 1024)
        return sb_fail(error, "parameter %s: needs 1 to 1023 choices", p->id);
    for (int64_t i = 0; i < count; i++) {
        if (!id_valid(p->choices[i]))
            return sb_fail(error, "parameter %s: choice %d is not a valid id", p->id, (int)i);
        for (int64_t j = 0; j < i; j++)
            if (strcmp(p->choices[i], p->choices[j]) == 0)
                return sb_fail(error, "parameter %s: duplicate choice %s", p->id, p->choices[i]);
    }
    return SB_OK;
}

static int check_range(const sb_parameter *p, sb_error *error)
{
    switch (p->kind) {
    case SB_FLAG:
        return SB_OK;
    case SB_CHOICE:
        return check_choices(p, error);
    case SB_POWER_OF_TWO:
        if (!power_of_two(p->min) || p->max < p->min || p->max > INT64_MAX / 4)
            return sb_fail(error, "parameter %s: min must be a power of two, at most max", p->id);
        return SB_OK;
    case SB_INTEGER:
        if (p->min > p->max || p->step < 1 || p->min < -INT64_MAX / 4 || p->max > INT64_MAX / 4)
            return sb_fail(error, "parameter %s: needs min <= max and step >= 1", p->id);
        return SB_OK;
    default:
        return SB_OK; /* of a kind that this version does not know */
    }
}

bool sb_rules_legal(const sb_parameter *p, int64_t value)
{
    switch (p->kind) {
    case SB_FLAG:
        return value == 0 || value == 1;
    case SB_CHOICE:
        return value >= 0 && value < choice_total(p);
    case SB_POWER_OF_TWO:
        return power_of_two(value) && value >= p->min && value <= p->max;
    case SB_INTEGER:
    default:
        return value >= p->min && value <= p->max && (value - p->min) % p->step == 0;
    }
}

int sb_rules_parameter(const sb_parameter *p, sb_error *error)
{
    if (!id_valid(p->id))
        return sb_fail(error, "a parameter's id is not of the form [a-z][a-z0-9_]*");
    if (!sb_rules_text(p->summary))
        return sb_fail(error, "parameter %s: no summary, or not one line", p->id);
    if (check_range(p, error) < 0)
        return SB_FAILED;
    if (p->kind < SB_PARAMETER_KINDS && !sb_rules_legal(p, p->initial))
        return sb_fail(error, "parameter %s: initial is not a legal value", p->id);
    return SB_OK;
}

int sb_rules_kernel(const sb_kernel *k, sb_error *error)
{
    if (!id_valid(k->id))
        return sb_fail(error, "a kernel's id is not of the form [a-z][a-z0-9_]*");
    if (!id_valid(k->technique))
        return sb_fail(error, "kernel %s: technique is not of the form [a-z][a-z0-9_]*", k->id);
    if (!sb_rules_text(k->summary))
        return sb_fail(error, "kernel %s: no summary, or not one line", k->id);
    if (k->handles == 0)
        return sb_fail(error, "kernel %s: handles no problem; name its SB_NEED_... bits", k->id);
    return SB_OK;
}

int sb_rules_known(const sb_kernel *k, const sb_parameter *parameters, size_t count,
                   sb_error *error)
{
    const uint64_t steps = SB_NEED_STANDARD | SB_NEED_SEPARABLE | SB_NEED_BOTTLENECK;
    if (k->arithmetic >= SB_ARITHMETICS)
        return sb_fail(error, "kernel %s: unknown arithmetic class %u", k->id, k->arithmetic);
    if ((k->handles & steps) == 0)
        return sb_fail(error, "kernel %s: is for operations that this version does not know",
                       k->id);
    for (size_t i = 0; i < count; i++)
        if (parameters[i].kind >= SB_PARAMETER_KINDS)
            return sb_fail(error, "kernel %s: parameter %s has the unknown kind %u", k->id,
                           parameters[i].id, parameters[i].kind);
    return SB_OK;
}

int sb_rules_plugin(const sb_plugin *p, sb_error *error)
{
    if (!id_valid(p->id))
        return sb_fail(error, "its id is not of the form [a-z][a-z0-9_]*");
    if (!sb_rules_text(p->version) || !sb_rules_text(p->summary) || !sb_rules_text(p->license))
        return sb_fail(error, "version, summary and license must be set, each one line");
    if (p->build && !sb_rules_text(p->build))
        return sb_fail(error, "build must be one line");
    return SB_OK;
}
