/* SPDX-License-Identifier: Apache-2.0 */
/* Applies --set to a correct configuration, with one setting per line of the input. */
#include "fuzz.h"

#include "config/config.h"

#include <stdlib.h>
#include <string.h>

static const char well[] =
    "name: well\n"
    "layers:\n"
    "  - {name: a, input: [8, 9, 9], kernel: 3, out_channels: 16, padding: 1}\n"
    "  - {name: b, input: [8, 9, 9], kernel: 3, out_channels: 8, expand: 32, padding: 1,\n"
    "     residual: true, operations: [bottleneck]}\n"
    "kernels: [\"naive/*\"]\n"
    "measure: {min_samples: 3}\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MOST = 16 };
    const char *settings[MOST + 1] = { NULL };
    char *text = fuzz_text(data, size), *rest = text, *line;
    size_t count = 0;
    while (count < MOST && (line = strsep(&rest, "\n")))
        if (*line)
            settings[count++] = line;
    sb_config config;
    sb_error error = { "" };
    if (sb_config_parse("well.yaml", well, NULL, settings, &config, &error) == 0)
        sb_config_free(&config);
    else
        fuzz_promise(error.text[0] != '\0', "what is refused is refused with a reason");
    free(text);
    return 0;
}
