/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Code that the fuzz targets share. A target is a file fuzz_NAME.c with LLVMFuzzerTestOneInput(),
 * which reads one input as sepbench would read a file from a stranger. Some targets also check a
 * promise, for example that written data can be read back. A broken promise ends the process like a
 * crash.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Writes the input to a file of this name, in an otherwise empty folder of this process. Returns
 * the path, which is valid until the next call. The folder is removed when the process ends. */
const char *fuzz_file(const char *name, const uint8_t *data, size_t size);

/* Returns that folder. */
const char *fuzz_folder(void);

/* Returns a copy that ends with NUL; the caller must free() it. */
char *fuzz_text(const uint8_t *data, size_t size);

/* Prints the text and ends the process unless `holds`. */
void fuzz_promise(int holds, const char *text);

#endif
