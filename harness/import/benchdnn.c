/* SPDX-License-Identifier: Apache-2.0 */
/* Batch files and command lines of benchdnn, oneDNN's benchmark. */
#include "core/file.h"
#include "import/benchdnn_problem.h"
#include "import/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Bounds the nesting, so that batches that include each other end. */
enum { MOST_BYTES = 1 << 24, MOST_DEPTH = 16, MOST_FILES = 512, MOST_PROBLEMS = 200000 };

/* The options in effect for the problems that follow. Texts are owned. */
typedef struct settings {
    char *directions, *batches, *post_ops; /* lists separated by commas; NULL: the default */
    char *driver;                          /* NULL: convolution */
} settings;

typedef struct reader {
    sb_imported *imported;
    settings set;
    size_t files, problems, depth;
} reader;

/* The position of a token. */
typedef struct place {
    const char *path;
    size_t line;
} place;

static int read_batch(reader *from, const char *path, sb_error *error);

/* -------------------------------------------------------------------------------------- lists */

/* The next item of a comma-separated list, NULL at its end; free() it. */
static char *next_item(const char **list)
{
    if (!*list)
        return NULL;
    const size_t length = strcspn(*list, ",");
    char *item = strndup(*list, length);
    *list = (*list)[length] ? *list + length + 1 : NULL;
    return item;
}

static void replace(char **text, const char *value)
{
    free(*text);
    *text = value ? sb_copy_text(value) : NULL;
}

static void reset(settings *set)
{
    replace(&set->directions, NULL);
    replace(&set->batches, NULL);
    replace(&set->post_ops, NULL);
}

/* ----------------------------------------------------------------------------------- problems */

static void add_layer(reader *to, const sb_import_layer *layer, const char *post_ops)
{
    sb_import_layer copy = *layer;
    char other[64];
    copy.name = layer->name ? sb_copy_text(layer->name) : NULL;
    if (post_ops && sb_benchdnn_post_ops(post_ops, &copy.shape, other, sizeof other))
        sb_imported_note(to->imported, SB_IMPORT_LEFT_OUT, copy.name, 0,
                         "post-operations from '%s' on", other);
    sb_imported_add(to->imported, copy);
}

/* One layer for each set of post-operations. */
static void add_with_post_ops(reader *to, const sb_import_layer *layer)
{
    const char *list = to->set.post_ops ? to->set.post_ops : "";
    for (char *item; (item = next_item(&list)); free(item))
        add_layer(to, layer, item);
}

/* And one for each batch size; 0 keeps the problem's own. */
static int add_with_batches(reader *to, sb_import_layer layer, const place *at, sb_error *error)
{
    const char *list = to->set.batches ? to->set.batches : "0";
    const int64_t own = layer.shape.n;
    for (char *item; (item = next_item(&list)); free(item)) {
        int64_t batch;
        if (!sb_parse_integer(item, 0, SB_IMPORT_MOST, &batch)) {
            sb_fail(error, "%s:%zu: --mb: '%.40s' is not a batch size", at->path, at->line, item);
            free(item);
            return SB_FAILED;
        }
        layer.shape.n = batch ? batch : own;
        add_with_post_ops(to, &layer);
    }
    return SB_OK;
}

/* And one for each forward direction, which also determines whether there is a bias. */
static int add_problem(reader *to, const char *text, const place *at, sb_error *error)
{
    sb_benchdnn_problem problem;
    if (sb_benchdnn_problem_parse(text, &problem, error) < 0)
        return sb_fail_within(error, "%s:%zu", at->path, at->line);
    const char *list = to->set.directions ? to->set.directions : "FWD_B";
    const char *thing = problem.layer.name ? problem.layer.name : text;
    int rc = SB_OK;
    if (problem.three) {
        sb_imported_note(to->imported, SB_IMPORT_LEFT_OUT, thing, 0, "three spatial dimensions");
        list = NULL;
    } else if (problem.unfit) {
        sb_imported_note(to->imported, SB_IMPORT_LEFT_OUT, thing, 0,
                         "outputs that need more padding than a filter reaches");
        list = NULL;
    }
    for (char *item; rc == SB_OK && (item = next_item(&list)); free(item)) {
        problem.layer.shape.bias[0] = strcmp(item, "FWD_B") == 0;
        if (strncmp(item, "FWD", 3) == 0)
            rc = add_with_batches(to, problem.layer, at, error);
        else
            sb_imported_note(to->imported, SB_IMPORT_LEFT_OUT, thing, 0, "direction %s", item);
    }
    free(problem.layer.name);
    return rc;
}

static int take_problem(reader *to, const char *text, const place *at, sb_error *error)
{
    const char *slash = strrchr(text, '/');
    if (strcmp(slash ? slash + 1 : text, "benchdnn") == 0) {
        reset(&to->set); /* a command line */
        replace(&to->set.driver, NULL);
        return SB_OK;
    }
    if (++to->problems > MOST_PROBLEMS)
        return sb_fail(error, "%s:%zu: more than %d problems", at->path, at->line, MOST_PROBLEMS);
    if (!to->set.driver)
        return add_problem(to, text, at, error);
    if (strcmp(to->set.driver, "deconv") == 0)
        sb_imported_note(to->imported, SB_IMPORT_LEFT_OUT, text, 0, "transposed convolutions");
    else
        sb_imported_note(to->imported, SB_IMPORT_LEFT_OUT, text, 0, "problems of the driver %s",
                         to->set.driver);
    return SB_OK;
}

/* ------------------------------------------------------------------------------------ options */

static int take_directions(reader *to, const char *value, const place *at, sb_error *error)
{
    static const char *const known[] = { "FWD_B", "FWD_D",  "FWD_I",  "BWD_D",
                                         "BWD_W", "BWD_WB", "BWD_DW", NULL };
    const char *list = value;
    for (char *item; (item = next_item(&list)); free(item)) {
        size_t i = 0;
        while (known[i] && strcmp(known[i], item) != 0)
            i++;
        if (!known[i]) {
            sb_fail(error, "%s:%zu: --dir: there is no '%.40s'", at->path, at->line, item);
            free(item);
            return SB_FAILED;
        }
    }
    replace(&to->set.directions, value);
    return SB_OK;
}

static int take_batches(reader *to, const char *value, const place *at, sb_error *error)
{
    (void)at;
    (void)error;
    replace(&to->set.batches, value);
    return SB_OK;
}

/* Types are listed as "f32", "f32:f32:f32", or, in older files, as "f32_full" and similar. */
static int take_types(reader *to, const char *value, const place *at, sb_error *error)
{
    (void)at;
    (void)error;
    const char *list = value;
    for (char *item; (item = next_item(&list)); free(item)) {
        size_t i = 0;
        while (strncmp(item + i, "f32", 3) == 0 && (item[i + 3] == ':' || item[i + 3] == '_'))
            i += 4;
        const bool f32 = strncmp(item, "f32", 3) == 0 &&
                         (strcmp(item + i, "f32") == 0 || strncmp(item, "f32_", 4) == 0);
        if (!f32)
            sb_imported_note(to->imported, SB_IMPORT_CHANGED, item, 0,
                             "types that are taken as f32");
    }
    return SB_OK;
}

static int take_post_ops(reader *to, const char *value, const place *at, sb_error *error)
{
    (void)at;
    (void)error;
    char *plain = sb_copy_text(value), *end = plain;
    for (const char *c = value; *c; c++)
        if (*c != '"' && *c != '\'')
            *end++ = *c;
    *end = '\0';
    replace(&to->set.post_ops, plain);
    free(plain);
    return SB_OK;
}

/* All attributes in one text, as in older files: "oscale=...;post_ops='sum;relu';". */
static int take_attributes(reader *to, const char *value, const place *at, sb_error *error)
{
    static const char key[] = "post_ops=";
    const char *start = strstr(value, key);
    if (!start)
        return take_post_ops(to, "", at, error);
    start += sizeof key - 1;
    const char quote = *start == '\'' || *start == '"' ? *start : '\0';
    const char *end = quote ? strchr(start + 1, quote) : NULL;
    char *inner = strndup(start, end ? (size_t)(end - start) : strlen(start));
    int rc = take_post_ops(to, inner, at, error);
    free(inner);
    return rc;
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? strndup(path, (size_t)(slash - path) + 1) : sb_copy_text("");
}

static int take_batch_file(reader *to, const char *value, const place *at, sb_error *error)
{
    char *folder = folder_of(at->path);
    sb_text path = { 0 };
    sb_text_add(&path, "%s%s", *value == '/' ? "" : folder, value);
    int rc = read_batch(to, path.data, error);
    if (rc < 0 && to->depth == 0)
        rc = sb_fail_within(error, "%s:%zu", at->path, at->line);
    free(folder);
    sb_text_free(&path);
    return rc;
}

static int take_reset(reader *to, const char *value, const place *at, sb_error *error)
{
    (void)value;
    (void)at;
    (void)error;
    reset(&to->set);
    return SB_OK;
}

static const struct {
    const char *name;
    int (*take)(reader *to, const char *value, const place *at, sb_error *error);
} options[] = {
    { "dir", take_directions },
    { "mb", take_batches },
    { "dt", take_types },
    { "cfg", take_types },
    { "attr-post-ops", take_post_ops },
    { "attr", take_attributes },
    { "batch", take_batch_file },
    { "reset", take_reset },
};

static bool is_driver(const char *name)
{
    static const char *const drivers[] = {
        "conv", "deconv",  "ip",      "matmul", "pool",    "bnorm",     "lnorm",   "gnorm",
        "lrn",  "softmax", "eltwise", "binary", "prelu",   "reduction", "reorder", "resampling",
        "rnn",  "shuffle", "sum",     "concat", "zeropad", "brgemm",    "graph",   "self",
    };
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++)
        if (strcmp(name, drivers[i]) == 0)
            return true;
    return false;
}

/* "--name=value", "--name" or "-v5". */
static int take_option(reader *to, const char *text, const place *at, sb_error *error)
{
    char name[64];
    const char *start = text + strspn(text, "-");
    const size_t length = strcspn(start, "=");
    const char *value = start[length] ? start + length + 1 : "";
    snprintf(name, sizeof name, "%.*s", (int)length, start);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (strcmp(name, options[i].name) == 0)
            return options[i].take(to, value, at, error);
    if (!start[length] && is_driver(name))
        replace(&to->set.driver, strcmp(name, "conv") == 0 ? NULL : name);
    else
        sb_imported_note(to->imported, SB_IMPORT_LEFT_OUT, name, 0,
                         "options without a meaning here");
    return SB_OK;
}

/* -------------------------------------------------------------------------------------- files */

/* The next word, followed by a NUL; NULL at the end. Blanks within quotes belong to a word; a lone
 * backslash, which continues a command line, is skipped. */
static char *next_word(char **at, size_t *line)
{
    char *c = *at;
    for (;; c++) {
        if (*c == '#')
            c += strcspn(c, "\n");
        if (*c == '\n')
            ++*line;
        else if (!*c || (!strchr(" \t\r\v\f", *c) && !(*c == '\\' && strchr("\r\n", c[1]))))
            break;
    }
    if (!*c)
        return NULL;
    char *word = c, quote = '\0';
    for (; *c && *c != '\n' && (quote || !strchr(" \t\r\v\f", *c)); c++)
        if (quote ? *c == quote : *c == '"' || *c == '\'')
            quote = quote ? '\0' : *c;
    *at = c;
    if (*c == '\n')
        return word; /* the caller ends the word there, after counting the line */
    if (*c)
        *(*at)++ = '\0';
    return word;
}

static int read_words(reader *to, const char *path, char *text, sb_error *error)
{
    place at = { path, 1 };
    char *next = text;
    for (char *word; (word = next_word(&next, &at.line));) {
        const bool ends_line = *next == '\n';
        if (ends_line)
            *next++ = '\0';
        int rc =
            *word == '-' ? take_option(to, word, &at, error) : take_problem(to, word, &at, error);
        if (rc < 0)
            return SB_FAILED;
        at.line += ends_line;
    }
    return SB_OK;
}

/* Reading a device or pipe might never end. */
static int check_regular(const char *path, sb_error *error)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return sb_fail_errno(error, "%s cannot be read", path);
    return S_ISREG(info.st_mode) ? SB_OK : sb_fail(error, "%s: not a regular file", path);
}

static int read_batch(reader *to, const char *path, sb_error *error)
{
    size_t length;
    if (to->depth == MOST_DEPTH || ++to->files > MOST_FILES)
        return sb_fail(error, "%s: batches are nested more than %d deep, or are more than %d", path,
                       MOST_DEPTH, MOST_FILES);
    char *text =
        check_regular(path, error) < 0 ? NULL : sb_file_read(path, MOST_BYTES, &length, error);
    if (!text)
        return SB_FAILED;
    to->depth++;
    int rc = strlen(text) == length ? read_words(to, path, text, error)
                                    : sb_fail(error, "%s: not text: it contains a NUL byte", path);
    to->depth--;
    free(text);
    return rc;
}

int sb_import_benchdnn(const char *path, const sb_import_options *options_, sb_imported *imported,
                       sb_error *error)
{
    (void)options_;
    reader from = { .imported = imported };
    sb_imported_start(imported, path, "benchdnn");
    int rc = read_batch(&from, path, error);
    reset(&from.set);
    replace(&from.set.driver, NULL);
    if (rc < 0)
        sb_imported_free(imported);
    else
        sb_imported_unique(imported, "the same problem again, counted once");
    return rc;
}
