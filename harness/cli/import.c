/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench import: converts other programs' descriptions of a network to a configuration. */
#include "import/import.h"
#include "cli/commands.h"
#include "core/file.h"
#include "core/words.h"
#include "import/import_yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct import_options {
    const char *output, *name, *join, *columns, *preset;
    bool bare, apart, fully_connected, quiet;
    sb_option_list shapes;
} import_options;

static const sb_option options[] = {
    { "output", 'o', SB_OPTION_TEXT, offsetof(import_options, output), "FILE",
      "write to FILE (default: standard output)" },
    { "name", 0, SB_OPTION_TEXT, offsetof(import_options, name), "NAME",
      "name of the configuration" },
    { "join", 0, SB_OPTION_TEXT, offsetof(import_options, join), "HOW",
      "which convolutions form a layer: none, pairs or bottlenecks (default)" },
    { "bare", 0, SB_OPTION_FLAG, offsetof(import_options, bare), NULL,
      "leave out biases, activations and residuals" },
    { "no-merge", 0, SB_OPTION_FLAG, offsetof(import_options, apart), NULL,
      "keep equal layers separate, in order" },
    { "shape", 0, SB_OPTION_LIST, offsetof(import_options, shapes), "[INPUT=]NxCxHxW",
      "onnx: the size of an input (may be repeated)" },
    { "fully-connected", 0, SB_OPTION_FLAG, offsetof(import_options, fully_connected), NULL,
      "models: import them too, as 1x1 convolutions" },
    { "columns", 0, SB_OPTION_TEXT, offsetof(import_options, columns), "LIST",
      "csv: c,h,w,... in order, or HEADER=MEANING,..." },
    { "preset", 0, SB_OPTION_TEXT, offsetof(import_options, preset), "NAME",
      "csv: columns of convbench or deepbench" },
    { "quiet", 'q', SB_OPTION_FLAG, offsetof(import_options, quiet), NULL,
      "do not report what was done" },
    { 0 },
};

static const struct {
    const char *name;
    sb_import_reader *read;
} formats[] = {
    { "onnx", sb_import_onnx },
    { "tflite", sb_import_tflite },
    { "benchdnn", sb_import_benchdnn },
    { "csv", sb_import_csv },
};

enum { FORMATS = sizeof formats / sizeof *formats };

static sb_import_reader *find_format(const char *name, sb_error *error)
{
    const char *names[FORMATS + 1] = { NULL };
    for (size_t i = 0; i < FORMATS; i++) {
        names[i] = formats[i].name;
        if (strcmp(name, formats[i].name) == 0)
            return formats[i].read;
    }
    sb_fail_unknown(error, "format", name, names, NULL);
    return NULL;
}

/* The format that the ending of a file's name says, or NULL. */
static const char *format_of_name(const char *path)
{
    const char *ending = strrchr(path, '.');
    for (size_t i = 0; ending && i < FORMATS; i++)
        if (strcmp(ending + 1, formats[i].name) == 0)
            return formats[i].name;
    return NULL;
}

/* The format is the first of two operands, or the file's ending. */
static sb_import_reader *choose_format(const sb_invocation *invocation, sb_error *error)
{
    const char *only = invocation->operands[0];
    if (invocation->operand_count > 1)
        return find_format(only, error);
    if (!format_of_name(only)) {
        sb_fail(error,
                "import: cannot tell the format of '%s' from its name; expected "
                "'sepbench import onnx|tflite|benchdnn|csv FILE'",
                only);
        return NULL;
    }
    return find_format(format_of_name(only), error);
}

static int find_join(const char *name, sb_import_join *join, sb_error *error)
{
    static const char *const names[] = { "none", "pairs", "bottlenecks", NULL };
    size_t index;
    if (sb_word_find("join", name ? name : "bottlenecks", names, &index, error) < 0)
        return SB_FAILED;
    *join = (sb_import_join)index;
    return SB_OK;
}

static int check_name(const char *name, sb_error *error)
{
    if (name && (!*name || strlen(name) > 63))
        return sb_fail(error, "--name: expected 1 to 63 bytes");
    for (; name && *name; name++)
        if ((unsigned char)*name < 0x20 || *name == 0x7f)
            return sb_fail(error, "--name: control characters are not allowed");
    return SB_OK;
}

/* Applies the user's options to the imported layers. */
static void shape_result(const import_options *o, sb_imported *imported)
{
    if (o->name) {
        free(imported->name);
        imported->name = sb_copy_text(o->name);
    }
    if (o->bare)
        sb_imported_strip(imported);
    if (!o->apart)
        sb_imported_merge(imported);
    sb_imported_name(imported);
}

static int write_result(const char *output, const sb_imported *imported, sb_error *error)
{
    sb_text text = { 0 };
    int rc = SB_OK;
    sb_import_yaml(imported, &text);
    if (output)
        rc = sb_file_write(output, text.data, text.length, error);
    else
        fwrite(text.data, 1, text.length, stdout); /* main() reports failures */
    sb_text_free(&text);
    return rc;
}

/* Reports on standard error what was imported, merged, changed and left out. */
static void tell_account(const sb_imported *imported)
{
    sb_text text = { 0 };
    sb_imported_account(imported, "sepbench: ", true, &text);
    fputs(text.data ? text.data : "", stderr);
    sb_text_free(&text);
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    const import_options *o = invocation->options;
    const char *path = invocation->operands[invocation->operand_count - 1];
    sb_imported imported = { 0 };
    sb_import_options wanted = {
        .fully_connected = o->fully_connected,
        .shapes = o->shapes.items,
        .columns = o->columns,
        .preset = o->preset,
    };
    sb_import_reader *read = choose_format(invocation, error);
    if (!read || find_join(o->join, &wanted.join, error) < 0 || check_name(o->name, error) < 0 ||
        read(path, &wanted, &imported, error) < 0)
        return SB_FAILED;
    int rc;
    if (imported.layer_count > 0) {
        shape_result(o, &imported);
        rc = write_result(o->output, &imported, error);
    } else {
        rc = sb_fail(error, "%s: contains no convolution that can be imported", path);
    }
    if (!o->quiet)
        tell_account(&imported);
    sb_imported_free(&imported);
    return rc;
}

const sb_command sb_command_import = {
    .name = "import",
    .usage = "[onnx|tflite|benchdnn|csv] FILE [OPTIONS]",
    .summary = "Convert a model or a list of layers to a configuration",
    .options = options,
    .options_size = sizeof(import_options),
    .min_operands = 1,
    .max_operands = 2,
    .run = run,
};
