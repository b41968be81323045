/* SPDX-License-Identifier: Apache-2.0 */
/* A recorded tuning space: JSON of several tuners, or CSV, plain or packed. */
#include "fuzz.h"

#include "tune/recorded.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sb_recorded recorded;
    sb_error error = { "" };
    if (sb_recorded_read(fuzz_file("cache.json", data, size), &recorded, &error) < 0) {
        fuzz_promise(error.text[0] != '\0', "what is refused is refused with a reason");
        return 0;
    }
    fuzz_promise(isfinite(recorded.best) && recorded.best > 0, "the best is a time");
    fuzz_promise(recorded.best <= recorded.next, "the best is better than the next");
    sb_recorded_free(&recorded);
    return 0;
}
