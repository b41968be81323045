/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fuzz targets share. A target is a file fuzz_NAME.c with LLVMFuzzerTestOneInput(), which
 * reads one input as sepbench would read a stranger's. What is read is held against a promise where
 * there is one, such as that what is written can be read again; a promise that is broken ends the
 * process as a crash does.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input as a file of this name in a folder of this process, where no other is; the path, which
 * lives until the next call. The folder goes when the process ends. */
const char *fuzz_file(const char *name, const uint8_t *data, size_t size);

/* That folder. */
const char *fuzz_folder(void);

/* A copy that ends with NUL; free() it. */
char *fuzz_text(const uint8_t *data, size_t size);

/* Ends the process with the text unless `holds`. */
void fuzz_promise(int holds, const char *text);

#endif
