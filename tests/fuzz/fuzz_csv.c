/* SPDX-License-Identifier: Apache-2.0 */
/* Reads CSV records, field by field. */
#include "fuzz.h"

#include "core/csv.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    sb_csv csv = { .at = text };
    sb_error error;
    size_t line = 0;
    while (sb_csv_next(&csv, &error) > 0) {
        fuzz_promise(csv.line > line, "each record begins in a later line");
        line = csv.line;
        for (size_t i = 0; i < csv.count; i++)
            fuzz_promise(csv.fields[i] >= text &&
                             csv.fields[i] + strlen(csv.fields[i]) <= text + size,
                         "fields lie within the text");
    }
    sb_csv_free(&csv);
    free(text);
    return 0;
}
