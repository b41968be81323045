/* SPDX-License-Identifier: Apache-2.0 */
/* The run.json of a stranger's run. */
#include "fuzz.h"

#include "store/provenance.h"

#include <stdlib.h>

static void read_facts(const char *json)
{
    sb_caption caption = sb_provenance_caption(json);
    sb_caption_free(&caption);
    free(sb_provenance_started(json));
    free(sb_provenance_command(json));
    free(sb_provenance_warnings(json));
    free(sb_provenance_compare_source(json, "name: other\n"));
    (void)sb_provenance_complete(json);
    (void)sb_provenance_measuring(json);
    (void)sb_provenance_ceilings(json, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *json = fuzz_text(data, size);
    sb_error error = { "" };
    const char *const jsons[] = { json, json };
    const int64_t numbers[] = { 1, 2 };
    free(sb_provenance_read_source(fuzz_file("run.json", data, size), &error));
    read_facts(json);
    char *merged = sb_provenance_merge(jsons, numbers, 2, true);
    if (merged)
        read_facts(merged);
    free(merged);
    free(json);
    return 0;
}
