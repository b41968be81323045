/* SPDX-License-Identifier: Apache-2.0 */
#include "config/shape.h"

#include "config/value.h"
#include "core/text.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

sb_draft sb_draft_initial(void)
{
    return (sb_draft) { .layer = { .shape = sb_geometry_initial(), .repeat = 1 } };
}

/* --------------------------------------------------------------------------------------- keys */

typedef struct special_key {
    const char *name;
    const char *tag; /* in the names of a sweep's layers */
    int (*set)(sb_draft *draft, const sb_node *value, sb_error *error);
} special_key;

static int set_input(sb_draft *draft, const sb_node *value, sb_error *error);
static int set_padding(sb_draft *draft, const sb_node *value, sb_error *error);
static int set_batch(sb_draft *draft, const sb_node *value, sb_error *error);
static int set_expand(sb_draft *draft, const sb_node *value, sb_error *error);
static int set_repeat(sb_draft *draft, const sb_node *value, sb_error *error);
static int set_bias(sb_draft *draft, const sb_node *value, sb_error *error);
static int set_activation(sb_draft *draft, const sb_node *value, sb_error *error);
static int set_residual(sb_draft *draft, const sb_node *value, sb_error *error);

/* Keys other than numbers for members of the shape. */
enum { INPUT, PADDING, BATCH, EXPAND, REPEAT, BIAS, ACTIVATION, RESIDUAL, SPECIALS };

static const special_key specials[SPECIALS] = {
    [INPUT] = { "input", "in", set_input },
    [PADDING] = { "padding", "p", set_padding },
    [BATCH] = { "batch", "n", set_batch },
    [EXPAND] = { "expand", "e", set_expand },
    [REPEAT] = { "repeat", "x", set_repeat },
    [BIAS] = { "bias", "bias", set_bias },
    [ACTIVATION] = { "activation", "", set_activation },
    [RESIDUAL] = { "residual", "residual", set_residual },
};

static int special_named(const char *name)
{
    for (int key = 0; key < SPECIALS; key++)
        if (strcmp(specials[key].name, name) == 0)
            return key;
    return -1;
}

/* The first member of each key that is not special, in the order of the table. */
static const sb_geometry_member *member_of(int key)
{
    int next = SPECIALS;
    for (size_t i = 0; i < sb_geometry_member_count; i++) {
        const sb_geometry_member *m = &sb_geometry_members[i];
        const bool first = i == 0 || strcmp(m->key, sb_geometry_members[i - 1].key) != 0;
        if (first && special_named(m->key) < 0 && next++ == key)
            return m;
    }
    return NULL;
}

const char *sb_key_name(int key)
{
    if (key < SPECIALS)
        return specials[key].name;
    const sb_geometry_member *member = member_of(key);
    return member ? member->key : NULL;
}

int sb_key_find(const char *name)
{
    for (int key = 0; sb_key_name(key); key++) {
        assert(key < SB_MOST_KEYS);
        if (strcmp(sb_key_name(key), name) == 0)
            return key;
    }
    return -1;
}

/* ------------------------------------------------------------------------------------- values */

/* Members with the same key are adjacent: their number from here on. */
static size_t members_of_key(const sb_geometry_member *first)
{
    size_t count = 1;
    while (first + count < sb_geometry_members + sb_geometry_member_count &&
           strcmp(first[count].key, first->key) == 0)
        count++;
    return count;
}

static int set_member(sb_draft *draft, const sb_geometry_member *m, const sb_node *value,
                      sb_error *error)
{
    return sb_node_integer(value, m->key, m->low, m->high, sb_geometry_at(&draft->layer.shape, m),
                           error);
}

/* One number for every member of the key, or a list with one for each. */
static int set_members(sb_draft *draft, const sb_geometry_member *first, const sb_node *value,
                       sb_error *error)
{
    const size_t members = members_of_key(first), count = sb_node_count(value);
    if (members == 1 && value->kind != SB_NODE_LIST)
        return set_member(draft, first, value, error);
    if (value->kind == SB_NODE_MAP || (count != 1 && count != members))
        return sb_node_fail(value, error,
                            members == 1 ? "%s must be one number"
                                         : "%s must be one number or [height, width]",
                            first->key);
    for (size_t i = 0; i < members; i++)
        if (set_member(draft, &first[i], sb_node_item(value, count == 1 ? 0 : i), error) < 0)
            return SB_FAILED;
    return SB_OK;
}

static int read_dimension(const char *key, const sb_node *value, int64_t low, int64_t *result,
                          sb_error *error)
{
    return sb_node_integer(value, key, low, SB_MAX_DIMENSION, result, error);
}

static int set_input(sb_draft *draft, const sb_node *value, sb_error *error)
{
    sb_geometry *g = &draft->layer.shape;
    int64_t *const members[] = { &g->n, &g->c, &g->h, &g->w };
    size_t count = value->kind == SB_NODE_LIST ? value->count : 0;
    if (count != 3 && count != 4)
        return sb_node_fail(
            value, error,
            "input must be [channels, height, width] or [batch, channels, height, width]");
    if (count == 4 && draft->given[BATCH])
        return sb_node_fail(value, error, "the batch is given twice, by 'batch' and by 'input'");
    for (size_t i = 0; i < count; i++)
        if (read_dimension("input", value->items[i], 1, members[4 - count + i], error) < 0)
            return SB_FAILED;
    return SB_OK;
}

static int set_batch(sb_draft *draft, const sb_node *value, sb_error *error)
{
    const sb_node *input = draft->given[INPUT];
    if (input && input->count == 4)
        return sb_node_fail(value, error, "the batch is given twice, by 'batch' and by 'input'");
    return read_dimension("batch", value, 1, &draft->layer.shape.n, error);
}

static const struct {
    const char *name;
    sb_padding_word word; /* SB_PAD_GIVEN: no padding */
} padding_words[] = {
    { "same", SB_PAD_SAME },
    { "same_upper", SB_PAD_SAME },
    { "same_lower", SB_PAD_SAME_LOWER },
    { "valid", SB_PAD_GIVEN },
};

/* Case does not matter: frameworks write SAME and VALID. */
static bool set_padding_word(sb_draft *draft, const sb_node *value)
{
    sb_geometry *g = &draft->layer.shape;
    draft->padding_word = SB_PAD_GIVEN;
    for (size_t i = 0; i < sizeof padding_words / sizeof *padding_words; i++) {
        if (value->kind != SB_NODE_SCALAR || strcasecmp(value->text, padding_words[i].name) != 0)
            continue;
        draft->padding_word = padding_words[i].word;
        g->pad_top = g->pad_bottom = g->pad_left = g->pad_right = 0;
        return true;
    }
    return false;
}

/* A word, one number, [height, width] or [top, bottom, left, right]. */
static int set_padding(sb_draft *draft, const sb_node *value, sb_error *error)
{
    static const size_t from[5][4] = {
        [1] = { 0, 0, 0, 0 }, [2] = { 0, 0, 1, 1 }, [4] = { 0, 1, 2, 3 }
    };
    sb_geometry *g = &draft->layer.shape;
    int64_t *const members[] = { &g->pad_top, &g->pad_bottom, &g->pad_left, &g->pad_right };
    size_t count = value->kind == SB_NODE_MAP ? 0 : sb_node_count(value);
    if (set_padding_word(draft, value))
        return SB_OK;
    if (count != 1 && count != 2 && count != 4)
        return sb_node_fail(
            value, error,
            "padding must be one number, [height, width], [top, bottom, left, right], "
            "same, same_lower or valid");
    for (size_t i = 0; i < 4; i++)
        if (read_dimension("padding", sb_node_item(value, from[count][i]), 0, members[i], error) <
            0)
            return SB_FAILED;
    return SB_OK;
}

static int set_expand(sb_draft *draft, const sb_node *value, sb_error *error)
{
    return read_dimension("expand", value, 1, &draft->layer.shape.expand, error);
}

static int set_repeat(sb_draft *draft, const sb_node *value, sb_error *error)
{
    return read_dimension("repeat", value, 1, &draft->layer.repeat, error);
}

/* Values by step are checked here; sb_draft_finish() assigns them to steps. */
static int check_each(const sb_node *value, const char *key,
                      int (*check)(const sb_node *item, sb_error *error), sb_error *error)
{
    if (sb_node_count(value) == 0)
        return sb_node_fail(value, error, "%s is empty; give one word, or one for each step", key);
    for (size_t i = 0; i < sb_node_count(value); i++)
        if (check(sb_node_item(value, i), error) < 0)
            return SB_FAILED;
    return SB_OK;
}

static int check_bias(const sb_node *item, sb_error *error)
{
    bool ignored;
    return sb_node_flag(item, "bias", &ignored, error);
}

static int set_bias(sb_draft *draft, const sb_node *value, sb_error *error)
{
    (void)draft;
    return check_each(value, "bias", check_bias, error);
}

static int set_residual(sb_draft *draft, const sb_node *value, sb_error *error)
{
    return sb_node_flag(value, "residual", &draft->layer.residual, error);
}

static int read_activation(const sb_node *value, sb_activation *activation, sb_error *error)
{
    static const char *words[SB_ACTIVATIONS + 1];
    size_t found;
    for (int i = 0; i < SB_ACTIVATIONS; i++)
        words[i] = sb_activation_name((sb_activation)i);
    if (sb_node_word(value, "activation", words, &found, error) < 0)
        return SB_FAILED;
    *activation = (sb_activation)found;
    return SB_OK;
}

static int check_activation(const sb_node *item, sb_error *error)
{
    sb_activation ignored;
    return read_activation(item, &ignored, error);
}

static int set_activation(sb_draft *draft, const sb_node *value, sb_error *error)
{
    (void)draft;
    return check_each(value, "activation", check_activation, error);
}

int sb_draft_set(sb_draft *draft, int key, const sb_node *value, sb_error *error)
{
    draft->given[key] = value;
    if (key < SPECIALS)
        return specials[key].set(draft, value, error);
    return set_members(draft, member_of(key), value, error);
}

/* ------------------------------------------------------------------------------- sweeps */

void sb_key_add_tag(sb_text *name, int key, const sb_node *value)
{
    sb_text_add(name, "%s", key < SPECIALS ? specials[key].tag : member_of(key)->tag);
    for (size_t i = 0; i < sb_node_count(value); i++)
        sb_text_add(name, "%s%s", i ? "x" : "", sb_node_item(value, i)->text);
}

bool sb_key_is_single(int key, const sb_node *value)
{
    if (value->kind != SB_NODE_LIST)
        return true;
    return key == INPUT && value->count && value->items[0]->kind == SB_NODE_SCALAR;
}

/* -------------------------------------------------------------------------------- whole */

static void pad_same(sb_padding_word word, int64_t in, int64_t taps, int64_t dilation,
                     int64_t stride, int64_t *before, int64_t *after)
{
    int64_t out = (in - 1) / stride + 1;
    int64_t all = (out - 1) * stride + (taps - 1) * dilation + 1 - in;
    all = all > 0 ? all : 0;
    *before = (word == SB_PAD_SAME_LOWER ? all + 1 : all) / 2;
    *after = all - *before;
}

static int check_given(const sb_draft *draft, const sb_node *at, sb_error *error)
{
    const sb_node *input = draft->given[INPUT];
    for (int key = SPECIALS; sb_key_name(key); key++) {
        const sb_geometry_member *m = member_of(key);
        const bool in_input =
            m->offset == offsetof(sb_geometry, c) || m->offset == offsetof(sb_geometry, h);
        const sb_node *given = draft->given[key];
        if (input && in_input && given)
            return sb_node_fail(given, error, "'%s' repeats what 'input' says; keep one", m->key);
        if (given || (input && in_input) || m->initial >= m->low)
            continue;
        if (in_input && !draft->given[sb_key_find("channels")] &&
            !draft->given[sb_key_find("size")])
            return sb_node_fail(at, error, "missing key 'input' ([channels, height, width])");
        return sb_node_fail(at, error, "missing key '%s'", m->key);
    }
    return SB_OK;
}

static bool only_standard(const bool operations[SB_OPERATIONS])
{
    for (int op = 0; op < SB_OPERATIONS; op++)
        if (operations[op] && op != SB_STANDARD)
            return false;
    return true;
}

/* The steps that a key refers to, and their number. A list has one item for each step of the
 * layer's chain; if no operation is a chain, one item for the convolution is enough. */
static int steps_of(const sb_draft *draft, int key, const bool operations[SB_OPERATIONS],
                    sb_role roles[SB_MAX_STEPS], uint32_t *count, sb_error *error)
{
    const sb_node *value = draft->given[key];
    *count = sb_layer_chain_roles(&draft->layer, roles);
    if (value->kind != SB_NODE_LIST || value->count == *count)
        return SB_OK;
    if (value->count != 1 || !only_standard(operations))
        return sb_node_fail(value, error,
                            "%s is a list of %zu, but the layer has %u step%s: give one word for "
                            "each of them, or one for all",
                            specials[key].name, value->count, *count, sb_plural(*count));
    roles[0] = SB_ROLE_POINTWISE;
    *count = 1;
    return SB_OK;
}

static const sb_node *item_of(const sb_node *value, uint32_t step)
{
    return value->kind == SB_NODE_LIST ? value->items[step] : value;
}

static int spread_bias(sb_draft *draft, const bool operations[SB_OPERATIONS], sb_error *error)
{
    const sb_node *value = draft->given[BIAS];
    sb_role roles[SB_MAX_STEPS];
    uint32_t count;
    if (!value)
        return SB_OK;
    if (steps_of(draft, BIAS, operations, roles, &count, error) < 0)
        return SB_FAILED;
    for (uint32_t i = 0; i < count; i++)
        if (sb_node_flag(item_of(value, i), "bias", &draft->layer.biases[roles[i]], error) < 0)
            return SB_FAILED;
    return SB_OK;
}

/* One word applies to every step, but not to the last one of a bottleneck. */
static int spread_activation(sb_draft *draft, const bool operations[SB_OPERATIONS], sb_error *error)
{
    const sb_node *value = draft->given[ACTIVATION];
    const bool linear = draft->layer.shape.expand != 0;
    sb_role roles[SB_MAX_STEPS];
    uint32_t count;
    if (!value)
        return SB_OK;
    if (steps_of(draft, ACTIVATION, operations, roles, &count, error) < 0)
        return SB_FAILED;
    for (uint32_t i = 0; i < count; i++) {
        sb_activation *to = &draft->layer.activations[roles[i]];
        if (read_activation(item_of(value, i), to, error) < 0)
            return SB_FAILED;
        if (value->kind != SB_NODE_LIST && linear && roles[i] == SB_ROLE_POINTWISE)
            *to = SB_ACTIVATION_NONE;
    }
    return SB_OK;
}

int sb_draft_finish(sb_draft *draft, const bool operations[SB_OPERATIONS], const sb_node *at,
                    sb_error *error)
{
    sb_geometry *g = &draft->layer.shape;
    if (check_given(draft, at, error) < 0)
        return SB_FAILED;
    if (draft->padding_word != SB_PAD_GIVEN) {
        pad_same(draft->padding_word, g->h, g->r, g->dilation_h, g->stride_h, &g->pad_top,
                 &g->pad_bottom);
        pad_same(draft->padding_word, g->w, g->s, g->dilation_w, g->stride_w, &g->pad_left,
                 &g->pad_right);
    }
    if (spread_bias(draft, operations, error) < 0)
        return SB_FAILED;
    return spread_activation(draft, operations, error);
}
