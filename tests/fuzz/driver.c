/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_NAME [-n ROUNDS] FILE|FOLDER...: the main() of a fuzz target in builds without a fuzzer.
 * Gives the target each file and ROUNDS damaged copies of it; the damage depends only on the bytes
 * of the file. Works with any compiler. Serves for AFL (fuzz_NAME @@), and as a regression test for
 * inputs that once failed.
 */
#include "fuzz.h"

#include "core/file.h"
#include "core/random.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_BYTES = 16 << 20, CHANGES = 4 };

static size_t inputs;

/* Bytes that have a meaning in many formats. */
static const uint8_t telling[] = {
    0, 1, 0x7f, 0x80, 0xff, '\n', '"', ',', ':', '-', '9', '[', '{'
};

static void change_byte(sb_random *random, uint8_t *data, size_t size)
{
    uint8_t *at = data + sb_random_below(random, size);
    switch (sb_random_below(random, 4)) {
    case 0:
        *at ^= (uint8_t)(1u << sb_random_below(random, 8));
        break;
    case 1:
        *at = telling[sb_random_below(random, sizeof telling)];
        break;
    case 2:
        *at = data[sb_random_below(random, size)];
        break;
    default:
        *at = (uint8_t)sb_random_next(random);
    }
}

static void damage_input(const uint8_t *data, size_t size, long rounds)
{
    sb_random random = { size };
    for (long i = 0; i < rounds && size > 0; i++) {
        /* Allocates exactly the size, so that sanitizers find a read past the end. */
        const size_t kept = sb_random_below(&random, 4) ? size : sb_random_below(&random, size) + 1;
        uint8_t *copy = malloc(kept);
        fuzz_promise(copy != NULL, "no memory");
        memcpy(copy, data, kept);
        for (uint64_t c = sb_random_below(&random, CHANGES + 1); c > 0; c--)
            change_byte(&random, copy, kept);
        LLVMFuzzerTestOneInput(copy, kept);
        free(copy);
        inputs++;
    }
}

static int read_input(const char *path, long rounds)
{
    sb_error error;
    size_t size;
    char *data = sb_file_read(path, MOST_BYTES, &size, &error);
    if (!data) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    LLVMFuzzerTestOneInput((const uint8_t *)data, size);
    inputs++;
    damage_input((const uint8_t *)data, size, rounds);
    free(data);
    return 0;
}

static int read_inputs(const char *path, long rounds)
{
    struct dirent **entries;
    struct stat status;
    int failed = 0;
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return read_input(path, rounds);
    const int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char *inner = sb_path_join(path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            failed |= read_inputs(inner, rounds);
        free(inner);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return failed;
}

int main(int argc, char **argv)
{
    int first = 1, failed = 0;
    long rounds = 0;
    if (argc > 2 && strcmp(argv[1], "-n") == 0) {
        rounds = strtol(argv[2], NULL, 10);
        first = 3;
    }
    for (int i = first; i < argc; i++)
        failed |= read_inputs(argv[i], rounds);
    printf("%zu inputs\n", inputs);
    return failed;
}
