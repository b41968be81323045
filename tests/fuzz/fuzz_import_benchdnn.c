/* SPDX-License-Identifier: Apache-2.0 */
/* A batch file of benchdnn. */
#include "fuzz_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_import(sb_import_benchdnn, "list", data, size);
    return 0;
}
