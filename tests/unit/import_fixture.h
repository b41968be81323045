/* SPDX-License-Identifier: Apache-2.0 */
/* Code that the tests of imports share. */
#ifndef SB_TESTS_IMPORT_FIXTURE_H
#define SB_TESTS_IMPORT_FIXTURE_H

#include "import/import.h"
#include "import/import_yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Makes a temporary file that holds the bytes. The caller must unlink() and free() the path. */
static inline char *file_of(const void *bytes, size_t count)
{
    char *path = strdup("/tmp/sb-import-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, count), count);
    close(fd);
    return path;
}

/* If SEPBENCH_KEEP_INPUTS names a folder, keeps the first inputs there as seeds for fuzzing. */
static inline void keep_input(const void *bytes, size_t count)
{
    enum { MOST_KEPT = 60, MOST_BYTES = 1 << 16 };
    static int kept;
    char path[1024];
    const char *folder = getenv("SEPBENCH_KEEP_INPUTS");
    if (!folder || count > MOST_BYTES || kept == MOST_KEPT)
        return;
    snprintf(path, sizeof path, "%s/input%02d", folder, kept++);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    fclose(file);
}

/* Imports the bytes as a file. */
static inline int import_bytes(sb_import_reader *read, const void *bytes, size_t count,
                               const sb_import_options *options, sb_imported *imported,
                               sb_error *error)
{
    char *path = file_of(bytes, count);
    keep_input(bytes, count);
    *imported = (sb_imported) { 0 };
    int rc = read(path, options, imported, error);
    unlink(path);
    free(path);
    return rc;
}

static inline int import_text(sb_import_reader *read, const char *text,
                              const sb_import_options *options, sb_imported *imported,
                              sb_error *error)
{
    return import_bytes(read, text, strlen(text), options, imported, error);
}

/* The number of notes with this fate whose reason begins with `reason`. */
static inline size_t noted(const sb_imported *imported, sb_import_fate fate, const char *reason)
{
    size_t count = 0;
    for (size_t i = 0; i < imported->note_count; i++)
        if (imported->notes[i].fate == fate &&
            strncmp(imported->notes[i].reason, reason, strlen(reason)) == 0)
            count += imported->notes[i].count;
    return count;
}

/* Compares a layer with its expected line in the configuration. */
static inline void assert_layer(const sb_imported *imported, size_t index, const char *expected)
{
    sb_text text = { 0 };
    assert_true(index < imported->layer_count);
    sb_import_yaml_layer(&imported->layers[index], &text);
    assert_string_equal(text.data, expected);
    sb_text_free(&text);
}

#endif
