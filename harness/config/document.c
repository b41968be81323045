/* SPDX-License-Identifier: Apache-2.0 */
#include "config/document.h"

#include "core/file.h"
#include "core/visible.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

typedef struct anchor {
    char *name;
    sb_node *node;
    bool open; /* its node is still being read: an alias to it would be a loop */
} anchor;

typedef struct yaml_reader {
    yaml_parser_t parser;
    yaml_event_t event;
    sb_document *document;
    sb_budget *budget;
    anchor **anchors; /* owned, in order */
    size_t anchor_count;
    void *by_name; /* tsearch()'s tree of the latest anchor of each name: there may be many */
    sb_error *error;
} yaml_reader;

static int fail_at(const yaml_reader *reader, yaml_mark_t mark, const char *text)
{
    return sb_fail(reader->error, "%s:%zu:%zu: %s", reader->document->file, mark.line + 1,
                   mark.column + 1, text);
}

/* libyaml's own message. For an unclosed bracket or quote, its position is where it was opened. */
static int fail_syntax(const yaml_reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    const char *problem = parser->problem ? parser->problem : "not YAML";
    yaml_mark_t mark = parser->error == YAML_READER_ERROR ? parser->mark : parser->problem_mark;
    if (parser->context && strstr(parser->context, "quoted scalar") && strstr(problem, "end of"))
        return fail_at(reader, parser->context_mark,
                       "unterminated quote; close it, or use the other kind of quotes");
    return sb_fail(reader->error, "%s:%zu:%zu: not YAML: %s%s%s", reader->document->file,
                   mark.line + 1, mark.column + 1, problem, parser->context ? ", " : "",
                   parser->context ? parser->context : "");
}

static int next_event(yaml_reader *reader)
{
    yaml_event_delete(&reader->event);
    if (yaml_parser_parse(&reader->parser, &reader->event))
        return SB_OK;
    memset(&reader->event, 0, sizeof reader->event);
    return fail_syntax(reader);
}

static sb_node *new_node(yaml_reader *reader, sb_node_kind kind)
{
    yaml_mark_t mark = reader->event.start_mark;
    return sb_document_node(reader->document, kind, mark.line + 1, mark.column + 1);
}

/* Aliases share nodes, but code that walks the tree visits each of them: they count in full. */
static int check_weight(yaml_reader *reader, const sb_node *node)
{
    if (node->weight <= reader->budget->nodes &&
        reader->document->node_count <= reader->budget->nodes)
        return SB_OK;
    return fail_at(reader, reader->event.start_mark,
                   "too many values, aliases (*name) expanded; split the configuration");
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const anchor *)a)->name, ((const anchor *)b)->name);
}

/* NULL if there is none. The latest anchor of a name counts, as YAML defines. */
static anchor *open_anchor(yaml_reader *reader, const yaml_char_t *name, sb_node *node)
{
    if (!name)
        return NULL;
    anchor *made = sb_new(1, sizeof *made);
    *made = (anchor) { .name = sb_copy_text((const char *)name), .node = node, .open = true };
    if ((reader->anchor_count & (reader->anchor_count - 1)) == 0) /* capacity is a power of two */
        reader->anchors =
            sb_grow(reader->anchors, reader->anchor_count ? 2 * reader->anchor_count : 1,
                    sizeof *reader->anchors);
    reader->anchors[reader->anchor_count++] = made;
    anchor **latest = tsearch(made, &reader->by_name, compare_names);
    if (latest)
        *latest = made;
    return made;
}

static void close_anchor(anchor *opened)
{
    if (opened)
        opened->open = false;
}

static void free_anchor(void *made)
{
    free(((anchor *)made)->name);
    free(made);
}

static void keep_anchor(void *made)
{
    (void)made;
}

static void free_anchors(yaml_reader *reader)
{
    tdestroy(reader->by_name, keep_anchor); /* the list owns them */
    for (size_t i = 0; i < reader->anchor_count; i++)
        free_anchor(reader->anchors[i]);
    free(reader->anchors);
}

static int read_alias(yaml_reader *reader, sb_node **node)
{
    const anchor wanted = { .name = (char *)reader->event.data.alias.anchor };
    anchor **found = tfind(&wanted, &reader->by_name, compare_names);
    if (!found)
        return fail_at(reader, reader->event.start_mark,
                       "an alias (*name) without an anchor (&name) before it");
    if ((*found)->open)
        return fail_at(reader, reader->event.start_mark, "an alias within its own anchor");
    *node = (*found)->node;
    return SB_OK;
}

static int read_node(yaml_reader *reader, int depth, sb_node **node);

static int read_scalar(yaml_reader *reader, sb_node **node)
{
    *node = new_node(reader, SB_NODE_SCALAR);
    (*node)->plain = reader->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    (*node)->text = sb_copy_text((const char *)reader->event.data.scalar.value);
    if (strlen((*node)->text) != reader->event.data.scalar.length)
        return fail_at(reader, reader->event.start_mark, "NUL character");
    close_anchor(open_anchor(reader, reader->event.data.scalar.anchor, *node));
    return SB_OK;
}

static int read_list(yaml_reader *reader, int depth, sb_node **node)
{
    sb_node *list = *node = new_node(reader, SB_NODE_LIST);
    anchor *opened = open_anchor(reader, reader->event.data.sequence_start.anchor, list);
    for (;;) {
        sb_node *item;
        if (next_event(reader) < 0)
            return SB_FAILED;
        if (reader->event.type == YAML_SEQUENCE_END_EVENT)
            break;
        if (read_node(reader, depth, &item) < 0)
            return SB_FAILED;
        sb_node_append(list, item);
        if (check_weight(reader, list) < 0)
            return SB_FAILED;
    }
    close_anchor(opened);
    return SB_OK;
}

static int check_key(const sb_node *map, const sb_node *key, sb_error *error)
{
    if (key->kind != SB_NODE_SCALAR)
        return sb_node_fail(key, error, "a key must be a word, not %s", sb_node_text(key));
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->items[2 * i]->text, key->text) == 0)
            return sb_node_fail(key, error, "duplicate key '%s'; the first is on line %zu",
                                key->text, map->items[2 * i]->line);
    if (map->count == SB_MAX_CONFIG_KEYS)
        return sb_node_fail(key, error, "more than %d keys in one map", SB_MAX_CONFIG_KEYS);
    return SB_OK;
}

static int read_map(yaml_reader *reader, int depth, sb_node **node)
{
    sb_node *map = *node = new_node(reader, SB_NODE_MAP);
    anchor *opened = open_anchor(reader, reader->event.data.mapping_start.anchor, map);
    for (;;) {
        sb_node *key, *value;
        if (next_event(reader) < 0)
            return SB_FAILED;
        if (reader->event.type == YAML_MAPPING_END_EVENT)
            break;
        if (read_node(reader, depth, &key) < 0 || check_key(map, key, reader->error) < 0 ||
            next_event(reader) < 0 || read_node(reader, depth, &value) < 0)
            return SB_FAILED;
        sb_node_put(map, key, value);
        if (check_weight(reader, map) < 0)
            return SB_FAILED;
    }
    close_anchor(opened);
    return SB_OK;
}

static int read_node(yaml_reader *reader, int depth, sb_node **node)
{
    const yaml_event_type_t type = reader->event.type;
    if (depth == SB_MAX_CONFIG_DEPTH &&
        (type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT))
        return fail_at(reader, reader->event.start_mark, "lists and maps nested too deeply");
    switch (type) {
    case YAML_ALIAS_EVENT:
        return read_alias(reader, node);
    case YAML_SCALAR_EVENT:
        return read_scalar(reader, node);
    case YAML_SEQUENCE_START_EVENT:
        return read_list(reader, depth + 1, node);
    case YAML_MAPPING_START_EVENT:
        return read_map(reader, depth + 1, node);
    default:
        return fail_at(reader, reader->event.start_mark, "not a value");
    }
}

/* An empty text yields a null node. */
static int read_document(yaml_reader *reader)
{
    do
        if (next_event(reader) < 0)
            return SB_FAILED;
    while (reader->event.type == YAML_STREAM_START_EVENT ||
           reader->event.type == YAML_DOCUMENT_START_EVENT);
    if (reader->event.type == YAML_STREAM_END_EVENT)
        return fail_at(reader, reader->event.start_mark,
                       "the file is empty; a configuration begins with 'layers:'");
    if (read_node(reader, 0, &reader->document->root) < 0 || next_event(reader) < 0 ||
        next_event(reader) < 0)
        return SB_FAILED;
    if (reader->event.type != YAML_STREAM_END_EVENT)
        return fail_at(reader, reader->event.start_mark,
                       "second document (---); a configuration is a single document");
    return SB_OK;
}

static int fail_byte(const char *file, size_t line, size_t column, unsigned char byte,
                     sb_error *error)
{
    return sb_fail(error, "%s:%zu:%zu: the byte 0x%02x %s; a configuration is YAML in UTF-8", file,
                   line, column, byte,
                   byte < 0x80 ? "is not allowed in text"
                               : "does not begin a character that can be shown");
}

/* libyaml finds most of these too, but reports neither their position nor what to do. */
static int check_text(const char *file, const char *text, size_t length, sb_error *error)
{
    static const char mark[] = "\xef\xbb\xbf"; /* a byte order mark, which some editors add */
    size_t line = 1, column = 1;
    for (size_t i = strncmp(text, mark, 3) == 0 ? 3 : 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        size_t length_here =
            text[i] && !strchr("\t\n\r", text[i]) ? sb_character(text + i) : byte > 0;
        if (length_here == 0)
            return fail_byte(file, line, column, byte, error);
        column = byte == '\n' ? 1 : column + 1;
        line += byte == '\n';
        i += length_here - 1;
    }
    return SB_OK;
}

int sb_document_parse(sb_document *document, const char *file, const char *text, size_t length,
                      sb_budget *budget, sb_error *error)
{
    *document = (sb_document) { .file = sb_copy_text(file) };
    if (check_text(file, text, length, error) < 0)
        return SB_FAILED;
    yaml_reader reader = { .document = document, .budget = budget, .error = error };
    if (!yaml_parser_initialize(&reader.parser))
        return sb_fail(error, "%s: out of memory", file);
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, length);
    int rc = read_document(&reader);
    if (rc == SB_OK)
        budget->nodes -= document->root->weight;
    free_anchors(&reader);
    yaml_event_delete(&reader.event);
    yaml_parser_delete(&reader.parser);
    return rc;
}

static int read_bytes(int fd, const char *file, sb_text *text, size_t limit, sb_error *error)
{
    char buffer[65536];
    for (;;) {
        ssize_t got = read(fd, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return sb_fail_errno(error, "%s: cannot be read", file);
        if (got == 0)
            return SB_OK;
        if ((size_t)got > limit - text->length)
            return sb_fail(error, "%s: more than %zu MiB; split the configuration", file,
                           SB_MAX_CONFIG_BYTES >> 20);
        sb_text_add_bytes(text, buffer, (size_t)got);
    }
}

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), tail = strlen(end);
    return length > tail && strcmp(text + length - tail, end) == 0;
}

/* A model is imported first. It may be too large to be looked at. */
static int check_kind(const char *file, sb_error *error)
{
    static const char *const models[][2] = { { ".onnx", "onnx" }, { ".tflite", "tflite" } };
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        if (ends_with(file, models[i][0]))
            return sb_fail(error,
                           "%s: a model, not a configuration; this makes one: sepbench import %s "
                           "%s -o network.yaml",
                           file, models[i][1], file);
    return SB_OK;
}

int sb_document_read(sb_document *document, const char *file, const char *path, sb_budget *budget,
                     sb_error *error)
{
    sb_text text = { 0 };
    *document = (sb_document) { 0 };
    if (access(path, R_OK) != 0)
        return sb_fail_errno(error, "%s: cannot be opened", file);
    if (check_kind(file, error) < 0)
        return SB_FAILED;
    int fd = sb_file_open(path, error);
    if (fd < 0)
        return SB_FAILED;
    int rc = read_bytes(fd, file, &text, budget->bytes, error);
    close(fd);
    if (rc == SB_OK) {
        budget->bytes -= text.length;
        rc = sb_document_parse(document, file, text.data ? text.data : "", text.length, budget,
                               error);
    }
    sb_text_free(&text);
    return rc;
}

const char *sb_document_library_version(void)
{
    return yaml_get_version_string();
}
