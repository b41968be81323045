/* SPDX-License-Identifier: Apache-2.0 */
#include "tune/json_scan.h"

#include "core/text.h"

#include <math.h>
#include <string.h>

/* What may come next; brackets may close in the states named OR_CLOSE. */
enum { VALUE, VALUE_OR_CLOSE, NAME, NAME_OR_CLOSE, COMMA_OR_CLOSE, NOTHING };

static sb_json_token fail_scan(sb_json_scan *scan, const char *why)
{
    const sb_source *source = scan->source;
    if (!source->failed) /* otherwise the source has reported the error */
        sb_fail(source->error, "%s:%zu:%zu: not JSON: %s", source->path, source->line,
                source->column, why);
    return SB_JSON_FAILED;
}

static sb_json_token tear_off(sb_json_scan *scan)
{
    scan->torn = true;
    return scan->source->failed ? SB_JSON_FAILED : SB_JSON_CUT;
}

static sb_json_token end_nesting(sb_json_scan *scan)
{
    if (scan->source->failed)
        return SB_JSON_FAILED;
    scan->torn = scan->expected == VALUE && scan->depth && scan->object[scan->depth - 1];
    return scan->expected == NOTHING ? SB_JSON_END : SB_JSON_CUT;
}

static void expect_after_value(sb_json_scan *scan)
{
    scan->expected = scan->depth ? COMMA_OR_CLOSE : NOTHING;
}

/* The next byte that is not white space. */
static int peek_byte(sb_json_scan *scan)
{
    int c;
    while ((c = sb_source_peek(scan->source)) == ' ' || c == '\n' || c == '\r' || c == '\t')
        sb_source_pass(scan->source);
    return c;
}

static int take_byte(sb_json_scan *scan)
{
    int c = sb_source_peek(scan->source);
    if (c >= 0)
        sb_source_pass(scan->source);
    return c;
}

/* ------------------------------------------------------------------------------------- scalars */

static void add_byte(sb_json_scan *scan, size_t *length, int byte)
{
    if (*length < SB_JSON_TEXT - 1)
        scan->text[(*length)++] = (char)byte;
}

static void add_utf8(sb_json_scan *scan, size_t *length, unsigned code)
{
    if (code < 0x80) {
        add_byte(scan, length, (int)code);
    } else if (code < 0x800) {
        add_byte(scan, length, (int)(0xc0 | code >> 6));
        add_byte(scan, length, (int)(0x80 | (code & 0x3f)));
    } else {
        add_byte(scan, length, (int)(0xe0 | code >> 12));
        add_byte(scan, length, (int)(0x80 | (code >> 6 & 0x3f)));
        add_byte(scan, length, (int)(0x80 | (code & 0x3f)));
    }
}

/* Surrogate pairs stay two halves: texts are compared here, not shown. */
static bool unescape_code(sb_json_scan *scan, size_t *length)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    unsigned code = 0;
    for (int i = 0; i < 4; i++) {
        int c = take_byte(scan);
        const char *digit = c > 0 ? strchr(digits, c) : NULL;
        if (!digit)
            return false;
        code = code * 16 + (unsigned)(digit - digits) % 16;
    }
    add_utf8(scan, length, code ? code : 1); /* the text ends with NUL */
    return true;
}

static bool unescape_byte(sb_json_scan *scan, size_t *length)
{
    static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    int c = take_byte(scan);
    if (c == 'u')
        return unescape_code(scan, length);
    const char *escape = c > 0 ? strchr(escapes, c) : NULL;
    if (escape)
        add_byte(scan, length, meant[escape - escapes]);
    return escape != NULL;
}

static sb_json_token scan_string(sb_json_scan *scan, sb_json_token token)
{
    size_t length = 0;
    int c;
    sb_source_pass(scan->source);
    while ((c = take_byte(scan)) != '"') {
        if (c < 0)
            return tear_off(scan);
        if (c != '\\')
            add_byte(scan, &length, c ? c : 1);
        else if (!unescape_byte(scan, &length))
            return sb_source_peek(scan->source) < 0 ? tear_off(scan)
                                                    : fail_scan(scan, "no such escape");
    }
    scan->text[length] = '\0';
    return token;
}

/* A number or a bare word. */
static sb_json_token scan_word(sb_json_scan *scan)
{
    static const struct {
        const char *word;
        sb_json_token token;
        double number;
    } words[] = {
        { "true", SB_JSON_TRUE, 1.0 },
        { "false", SB_JSON_FALSE, 0.0 },
        { "null", SB_JSON_NULL, NAN },
        { "NaN", SB_JSON_NUMBER, NAN },
        { "-NaN", SB_JSON_NUMBER, NAN },
        { "Infinity", SB_JSON_NUMBER, INFINITY },
        { "-Infinity", SB_JSON_NUMBER, -INFINITY },
    };
    size_t length = 0;
    int c;
    while ((c = sb_source_peek(scan->source)) > ' ' && !strchr(",:]}[{\"", c) && length < 64)
        add_byte(scan, &length, take_byte(scan));
    scan->text[length] = '\0';
    if (c < 0 && scan->depth)
        return tear_off(scan); /* the text may continue */
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(scan->text, words[i].word) == 0) {
            scan->number = words[i].number;
            return words[i].token;
        }
    bool digits = length && strchr("-0123456789", scan->text[0]);
    if (digits && sb_parse_number(scan->text, &scan->number))
        return SB_JSON_NUMBER;
    if (digits && length < 64 && strspn(scan->text, "-+.0123456789eE") == length) {
        scan->number = INFINITY; /* 1e999 */
        return SB_JSON_NUMBER;
    }
    return fail_scan(scan, "expected a value or a bracket");
}

/* -------------------------------------------------------------------------------------- nesting */

static sb_json_token open_nesting(sb_json_scan *scan, bool object)
{
    if (scan->depth == SB_JSON_DEPTH)
        return fail_scan(scan, "nested too deeply");
    sb_source_pass(scan->source);
    scan->object[scan->depth++] = object;
    scan->expected = object ? NAME_OR_CLOSE : VALUE_OR_CLOSE;
    return object ? SB_JSON_OBJECT : SB_JSON_ARRAY;
}

static sb_json_token scan_close(sb_json_scan *scan, bool object)
{
    bool may = scan->expected == NAME_OR_CLOSE || scan->expected == VALUE_OR_CLOSE ||
               scan->expected == COMMA_OR_CLOSE;
    if (!may || scan->object[scan->depth - 1] != object)
        return fail_scan(scan, "unexpected closing bracket");
    sb_source_pass(scan->source);
    scan->depth--;
    expect_after_value(scan);
    return SB_JSON_CLOSE;
}

static sb_json_token scan_name(sb_json_scan *scan, int c)
{
    if (c != '"')
        return fail_scan(scan, "expected a name in quotes");
    sb_json_token token = scan_string(scan, SB_JSON_NAME);
    if (token != SB_JSON_NAME)
        return token;
    c = peek_byte(scan);
    if (c != ':')
        return c < 0 ? tear_off(scan) : fail_scan(scan, "expected a colon");
    sb_source_pass(scan->source);
    scan->expected = VALUE;
    return SB_JSON_NAME;
}

static sb_json_token scan_value(sb_json_scan *scan, int c)
{
    if (c == '{' || c == '[')
        return open_nesting(scan, c == '{');
    sb_json_token token = c == '"' ? scan_string(scan, SB_JSON_STRING) : scan_word(scan);
    if (token > SB_JSON_CUT)
        expect_after_value(scan);
    return token;
}

sb_json_token sb_json_next(sb_json_scan *scan)
{
    int c = peek_byte(scan);
    if (c == ',' && scan->expected == COMMA_OR_CLOSE) {
        sb_source_pass(scan->source);
        scan->expected = scan->object[scan->depth - 1] ? NAME : VALUE;
        c = peek_byte(scan);
    }
    if (c < 0)
        return end_nesting(scan);
    if (c == '}' || c == ']')
        return scan_close(scan, c == '}');
    switch (scan->expected) {
    case NAME:
    case NAME_OR_CLOSE:
        return scan_name(scan, c);
    case VALUE:
    case VALUE_OR_CLOSE:
        return scan_value(scan, c);
    default:
        return fail_scan(scan, scan->depth ? "expected a comma" : "text follows the end");
    }
}

sb_json_token sb_json_skip(sb_json_scan *scan, sb_json_token token)
{
    size_t depth = scan->depth;
    if (token != SB_JSON_OBJECT && token != SB_JSON_ARRAY)
        return token;
    while (token > SB_JSON_CUT && scan->depth >= depth)
        token = sb_json_next(scan);
    return token;
}
