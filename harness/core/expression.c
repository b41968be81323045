/* SPDX-License-Identifier: Apache-2.0 */
#include "core/expression.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_CODE = 512 };

typedef enum opcode {
    PUSH,
    LOAD, /* a name's value */
    NEGATE,
    NOT,
    AND,
    OR,
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    REMAINDER,
    LESS,
    LESS_EQUAL,
    GREATER,
    GREATER_EQUAL,
    EQUAL,
    UNEQUAL
} opcode;

/* In reverse Polish notation. */
typedef struct instruction {
    opcode op;
    int64_t operand; /* the number, or the index of the name */
} instruction;

struct sb_expression {
    instruction code[MOST_CODE];
    size_t length;
    char *names[SB_EXPRESSION_NAMES];
    size_t partners[SB_EXPRESSION_NAMES];
    size_t name_count;
    sb_text text;
};

/* Levels of precedence; a larger one binds more strongly. */
enum { ANY, BOTH, COMPARED, SUM, PRODUCT };

/* A text that begins like another comes after it. */
static const struct infix {
    const char *text;
    const char *shown;
    opcode op;
    int level;
} infixes[] = {
    { "or", "or", OR, ANY },
    { "||", "or", OR, ANY },
    { "and", "and", AND, BOTH },
    { "&&", "and", AND, BOTH },
    { "<=", "<=", LESS_EQUAL, COMPARED },
    { "<", "<", LESS, COMPARED },
    { ">=", ">=", GREATER_EQUAL, COMPARED },
    { ">", ">", GREATER, COMPARED },
    { "==", "==", EQUAL, COMPARED },
    { "!=", "!=", UNEQUAL, COMPARED },
    { "=", "==", EQUAL, COMPARED },
    { "+", "+", ADD, SUM },
    { "-", "-", SUBTRACT, SUM },
    { "*", "*", MULTIPLY, PRODUCT },
    { "/", "/", DIVIDE, PRODUCT },
    { "%", "%", REMAINDER, PRODUCT },
};

typedef struct parser {
    sb_expression *to;
    const char *at;
    sb_error *error;
} parser;

/* -------------------------------------------------------------------------------------- tokens */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_wordy(char c)
{
    return is_letter(c) || sb_is_digit(c);
}

static size_t word_length(const char *text)
{
    size_t length = 0;
    while (is_wordy(text[length]))
        length++;
    return length;
}

static void skip_spaces(parser *p)
{
    while (*p->at == ' ' || *p->at == '\t' || *p->at == '\n')
        p->at++;
}

static bool is_at(const parser *p, const char *token)
{
    size_t length = strlen(token);
    return strncmp(p->at, token, length) == 0 &&
           (!is_letter(*token) || word_length(p->at) == length);
}

/* Words are separated by a space in the text that is shown. */
static void show(parser *p, const char *token, size_t length)
{
    sb_text *text = &p->to->text;
    if (text->length && is_wordy(text->data[text->length - 1]) && is_wordy(*token))
        sb_text_add(text, " ");
    sb_text_add_bytes(text, token, length);
}

static void take(parser *p, size_t length, const char *shown)
{
    show(p, shown, strlen(shown));
    p->at += length;
    skip_spaces(p);
}

/* The operator at this place, or NULL. */
static const struct infix *find_infix(const parser *p)
{
    for (size_t i = 0; i < sizeof infixes / sizeof *infixes; i++)
        if (is_at(p, infixes[i].text))
            return &infixes[i];
    return NULL;
}

static int fail_here(const parser *p, const char *expected)
{
    if (*p->at)
        return sb_fail(p->error, "expected %s, not '%.20s'", expected, p->at);
    return sb_fail(p->error, "expected %s at the end", expected);
}

/* ------------------------------------------------------------------------------------- parsing */

static int emit(parser *p, opcode op, int64_t operand)
{
    if (p->to->length == MOST_CODE)
        return sb_fail(p->error, "this condition is too long; write several");
    p->to->code[p->to->length++] = (instruction) { op, operand };
    return SB_OK;
}

static int parse_number(parser *p)
{
    int64_t value;
    size_t length = word_length(p->at);
    char digits[24] = "";
    if (length < sizeof digits)
        memcpy(digits, p->at, length);
    if (!sb_parse_integer(digits, 0, INT64_MAX, &value))
        return fail_here(p, "a whole number");
    show(p, p->at, length);
    p->at += length;
    skip_spaces(p);
    return emit(p, PUSH, value);
}

static int parse_name(parser *p)
{
    sb_expression *e = p->to;
    size_t length = word_length(p->at), index = e->name_count;
    sb_text name = { 0 };
    if (index == SB_EXPRESSION_NAMES)
        return sb_fail(p->error, "this condition is too long; write several");
    sb_text_add_bytes(&name, p->at, length);
    show(p, p->at, length);
    e->names[index] = name.data;
    e->partners[index] = index;
    e->name_count++;
    p->at += length;
    skip_spaces(p);
    return emit(p, LOAD, (int64_t)index);
}

static int parse_level(parser *p, int level);

static int parse_inner(parser *p)
{
    take(p, 1, "(");
    if (parse_level(p, ANY) < 0)
        return SB_FAILED;
    if (*p->at != ')')
        return fail_here(p, "')'");
    take(p, 1, ")");
    return SB_OK;
}

/* "not a == b" negates the comparison, "-a * b" the product's first factor. */
static int parse_prefixed(parser *p, size_t length, const char *shown, opcode op, int level)
{
    take(p, length, shown);
    return parse_level(p, level) < 0 ? SB_FAILED : emit(p, op, 0);
}

static int parse_operand(parser *p)
{
    if (is_at(p, "not"))
        return parse_prefixed(p, 3, "not", NOT, COMPARED);
    if (*p->at == '!' && p->at[1] != '=')
        return parse_prefixed(p, 1, "not", NOT, COMPARED);
    if (*p->at == '-')
        return parse_prefixed(p, 1, "-", NEGATE, PRODUCT + 1);
    if (*p->at == '(')
        return parse_inner(p);
    if (sb_is_digit(*p->at))
        return parse_number(p);
    if (is_letter(*p->at) && !find_infix(p))
        return parse_name(p);
    return fail_here(p, "a parameter, a number or '('");
}

/* If the names are the whole sides of the comparison that was emitted last. */
static void join_partners(sb_expression *e, size_t left, size_t right)
{
    if (right - left != 1 || e->length - right != 2 || e->code[left].op != LOAD ||
        e->code[right].op != LOAD)
        return;
    size_t x = (size_t)e->code[left].operand, y = (size_t)e->code[right].operand;
    e->partners[x] = y;
    e->partners[y] = x;
}

/* The middle of "a < b < c" is computed twice. */
static int repeat_code(parser *p, size_t from, size_t end)
{
    int rc = SB_OK;
    for (; from < end && rc == SB_OK; from++)
        rc = emit(p, p->to->code[from].op, p->to->code[from].operand);
    return rc;
}

/* The rest of a chain of comparisons, after its first operand, which begins at `left`. */
static int parse_comparisons(parser *p, size_t left)
{
    sb_expression *e = p->to;
    const struct infix *infix = find_infix(p);
    size_t count = 0, end = e->length;
    for (; infix && infix->level == COMPARED; infix = find_infix(p), count++) {
        size_t first = count ? e->length : left;
        if (count && repeat_code(p, left, end) < 0)
            return SB_FAILED;
        take(p, strlen(infix->text), infix->shown);
        size_t right = e->length;
        if (parse_level(p, SUM) < 0)
            return SB_FAILED;
        left = right;
        end = e->length;
        if (emit(p, infix->op, 0) < 0)
            return SB_FAILED;
        if (infix->op == EQUAL || infix->op == UNEQUAL)
            join_partners(e, first, right);
        if (count && emit(p, AND, 0) < 0)
            return SB_FAILED;
    }
    return SB_OK;
}

/* Everything that binds at least as strongly as the level. */
static int parse_level(parser *p, int level)
{
    if (level > PRODUCT)
        return parse_operand(p);
    size_t start = p->to->length;
    if (parse_level(p, level + 1) < 0)
        return SB_FAILED;
    if (level == COMPARED)
        return parse_comparisons(p, start);
    for (const struct infix *infix = find_infix(p); infix && infix->level == level;
         infix = find_infix(p)) {
        take(p, strlen(infix->text), infix->shown);
        if (parse_level(p, level + 1) < 0 || emit(p, infix->op, 0) < 0)
            return SB_FAILED;
    }
    return SB_OK;
}

/* "a * b" alone is more likely a mistake than a condition; "a" may be a flag. */
static bool is_condition(const sb_expression *e)
{
    opcode last = e->code[e->length - 1].op;
    return last >= LESS || last == NOT || last == AND || last == OR ||
           (last == LOAD && e->length == 1);
}

static int parse_all(parser *p)
{
    if (strlen(p->at) > SB_EXPRESSION_LONGEST)
        return sb_fail(p->error, "a condition has at most %d bytes; write several",
                       SB_EXPRESSION_LONGEST);
    skip_spaces(p);
    if (parse_level(p, ANY) < 0)
        return SB_FAILED;
    if (*p->at)
        return fail_here(p, "an operator, such as <= or *,");
    if (!is_condition(p->to))
        return fail_here(p, "a comparison, such as '<= 32',");
    return SB_OK;
}

sb_expression *sb_expression_parse(const char *text, size_t *at, sb_error *error)
{
    parser p = { .to = sb_new(1, sizeof *p.to), .at = text, .error = error };
    if (parse_all(&p) == SB_OK)
        return p.to;
    *at = (size_t)(p.at - text);
    sb_expression_free(p.to);
    return NULL;
}

void sb_expression_free(sb_expression *expression)
{
    if (!expression)
        return;
    for (size_t i = 0; i < expression->name_count; i++)
        free(expression->names[i]);
    sb_text_free(&expression->text);
    free(expression);
}

const char *sb_expression_text(const sb_expression *expression)
{
    return expression->text.data;
}

size_t sb_expression_names(const sb_expression *expression)
{
    return expression->name_count;
}

const char *sb_expression_name(const sb_expression *expression, size_t index)
{
    return expression->names[index];
}

size_t sb_expression_partner(const sb_expression *expression, size_t index)
{
    return expression->partners[index];
}

/* ---------------------------------------------------------------------------------- evaluating */

typedef struct outcome {
    int64_t value;
    bool known;
} outcome;

static outcome divide(opcode op, int64_t x, int64_t y)
{
    if (y == 0 || (x == INT64_MIN && y == -1))
        return (outcome) { 0, false };
    return (outcome) { op == DIVIDE ? x / y : x % y, true };
}

static outcome compute(opcode op, int64_t x, int64_t y)
{
    outcome out = { 0, true };
    switch (op) {
    case ADD:
        out.known = !__builtin_add_overflow(x, y, &out.value);
        return out;
    case SUBTRACT:
        out.known = !__builtin_sub_overflow(x, y, &out.value);
        return out;
    case MULTIPLY:
        out.known = !__builtin_mul_overflow(x, y, &out.value);
        return out;
    case DIVIDE:
    case REMAINDER:
        return divide(op, x, y);
    case LESS:
        return (outcome) { x < y, true };
    case LESS_EQUAL:
        return (outcome) { x <= y, true };
    case GREATER:
        return (outcome) { x > y, true };
    case GREATER_EQUAL:
        return (outcome) { x >= y, true };
    case EQUAL:
        return (outcome) { x == y, true };
    default:
        return (outcome) { x != y, true };
    }
}

/* One operand may decide without the other. */
static outcome connect(opcode op, outcome x, outcome y)
{
    bool deciding = op == OR;
    if ((x.known && (x.value != 0) == deciding) || (y.known && (y.value != 0) == deciding))
        return (outcome) { deciding, true };
    return (outcome) { !deciding, x.known && y.known };
}

static outcome apply(opcode op, outcome x, outcome y)
{
    if (op == AND || op == OR)
        return connect(op, x, y);
    return x.known && y.known ? compute(op, x.value, y.value) : (outcome) { 0, false };
}

static outcome change(opcode op, outcome x)
{
    if (op == NOT)
        x.value = !x.value;
    else
        x.known = x.known && !__builtin_sub_overflow(0, x.value, &x.value);
    return x;
}

bool sb_expression_holds(const sb_expression *expression, const int64_t *values)
{
    outcome stack[MOST_CODE];
    size_t top = 0;
    stack[0] = (outcome) { 0, false };
    for (size_t i = 0; i < expression->length; i++) {
        const instruction *at = &expression->code[i];
        if (at->op == PUSH || at->op == LOAD) {
            stack[top++] = (outcome) { at->op == PUSH ? at->operand : values[at->operand], true };
        } else if (at->op == NOT || at->op == NEGATE) {
            stack[top - 1] = change(at->op, stack[top - 1]);
        } else {
            top--;
            stack[top - 1] = apply(at->op, stack[top - 1], stack[top]);
        }
    }
    return stack[0].known && stack[0].value != 0;
}
