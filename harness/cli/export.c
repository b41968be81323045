/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench export: measurements in the formats of other programs. */
#include "cli/commands.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "core/words.h"
#include "report/tuner_caches.h"
#include "store/exports.h"
#include "store/results_csv.h"

#include <stdlib.h>
#include <string.h>

typedef struct export_options {
    const char *format, *output;
} export_options;

static const sb_option options[] = {
    { "format", 0, SB_OPTION_TEXT, offsetof(export_options, format), "FORMAT",
      "google-benchmark, kernel-tuner or tidy" },
    { "output", 'o', SB_OPTION_TEXT, offsetof(export_options, output), "OUT",
      "a file (default: standard output); kernel-tuner: a folder" },
    { 0 },
};

/* --------------------------------------------------------------------------- to one stream */

typedef int stream_writer(sb_rundb *db, FILE *stream, sb_error *error);

static int export_stream(const char *dir, const char *output, stream_writer *write, sb_error *error)
{
    sb_file file = { 0 };
    sb_rundb *db = sb_rundb_open(dir, false, error);
    if (!db)
        return SB_FAILED;
    int rc = output ? sb_file_create(&file, output, error) : SB_OK;
    if (rc == SB_OK)
        rc = write(db, output ? file.stream : stdout, error); /* main() checks standard output */
    if (rc == SB_OK && output)
        rc = sb_file_commit(&file, error);
    sb_file_abandon(&file);
    sb_rundb_close(db);
    return rc;
}

static int export_benchmark(const char *dir, const char *output, sb_error *error)
{
    return export_stream(dir, output, sb_export_benchmark, error);
}

static int export_tidy(const char *dir, const char *output, sb_error *error)
{
    return export_stream(dir, output, sb_results_write_tidy, error);
}

static int write_caches(sb_rundb *db, const char *folder, sb_error *error)
{
    if (sb_folder_make(folder, error) < 0)
        return SB_FAILED;
    int count = sb_tuner_caches_write(db, folder, error);
    if (count == 0)
        return sb_fail(error, "%s: no kernel of this run has parameters", sb_rundb_folder(db));
    if (count > 0)
        sb_info("%s: %d caches", folder, count);
    return count < 0 ? count : SB_OK;
}

static int export_caches(const char *dir, const char *output, sb_error *error)
{
    sb_rundb *db = sb_rundb_open(dir, false, error);
    if (!db)
        return SB_FAILED;
    char *folder = output ? sb_copy_text(output) : sb_path_join(dir, "kernel_tuner");
    int rc = write_caches(db, folder, error);
    free(folder);
    sb_rundb_close(db);
    return rc;
}

/* --------------------------------------------------------------------------------------- command
 */

static const struct {
    const char *name;
    int (*write)(const char *dir, const char *output, sb_error *error);
} formats[] = {
    { "google-benchmark", export_benchmark },
    { "kernel-tuner", export_caches },
    { "tidy", export_tidy },
};

enum { FORMATS = sizeof formats / sizeof *formats };

static int run(const sb_invocation *invocation, sb_error *error)
{
    const export_options *o = invocation->options;
    const char *names[FORMATS + 1] = { NULL };
    if (!o->format)
        return sb_fail(error,
                       "missing option --format=FORMAT: google-benchmark, kernel-tuner or tidy");
    for (size_t i = 0; i < FORMATS; i++) {
        names[i] = formats[i].name;
        if (strcmp(o->format, formats[i].name) == 0)
            return formats[i].write(invocation->operands[0], o->output, error);
    }
    return sb_fail_unknown(error, "format", o->format, names, NULL);
}

const sb_command sb_command_export = {
    .name = "export",
    .usage = "DIR --format FORMAT [OPTIONS]",
    .summary = "Write measurements in the formats of other programs",
    .options = options,
    .options_size = sizeof(export_options),
    .min_operands = 1,
    .max_operands = 1,
    .run = run,
};
