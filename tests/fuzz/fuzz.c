/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "core/file.h"
#include "core/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[256], path[512];

static void empty_folder(void)
{
    DIR *entries = opendir(folder);
    char file[1024];
    for (struct dirent *e; entries && (e = readdir(entries));) {
        snprintf(file, sizeof file, "%s/%s", folder, e->d_name);
        (void)unlink(file);
    }
    if (entries)
        closedir(entries);
}

static void remove_folder(void)
{
    empty_folder();
    (void)rmdir(folder);
}

/* Uses a file system in memory if there is one, because a target writes thousands of files per
 * second. */
const char *fuzz_folder(void)
{
    const char *in = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : getenv("TMPDIR");
    if (folder[0])
        return folder;
    snprintf(folder, sizeof folder, "%.200s/sepbench-fuzz-XXXXXX", in ? in : "/tmp");
    fuzz_promise(mkdtemp(folder) != NULL, "no folder for files can be made");
    atexit(remove_folder);
    return folder;
}

const char *fuzz_file(const char *name, const uint8_t *data, size_t size)
{
    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    empty_folder();
    FILE *file = fopen(path, "wb");
    fuzz_promise(file && (size == 0 || fwrite(data, 1, size, file) == size),
                 "the input cannot be written as a file");
    fclose(file);
    return path;
}

char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = sb_new(size + 1, 1);
    if (size > 0)
        memcpy(text, data, size);
    return text;
}

void fuzz_promise(int holds, const char *text)
{
    if (holds)
        return;
    fprintf(stderr, "sepbench: broken promise: %s\n", text);
    abort();
}
