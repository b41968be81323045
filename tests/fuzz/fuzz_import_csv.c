/* SPDX-License-Identifier: Apache-2.0 */
/* A CSV file of layers. */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import(sb_import_csv, "list.csv", data, size);
    return 0;
}
