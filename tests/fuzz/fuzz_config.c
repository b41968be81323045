/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a configuration. A configuration that can be read is written as one text, which must read
 * back the same. */
#include "fuzz.h"

#include "config/config.h"
#include "conv/cost.h"
#include "conv/problem.h"
#include "measure/arena.h"

#include <stdlib.h>
#include <string.h>

static void use_layer(const sb_layer *layer)
{
    char text[SB_PROBLEM_TEXT];
    (void)sb_arena_most_bytes(layer);
    for (int op = 0; op < SB_OPERATIONS; op++) {
        if (!layer->operations[op])
            continue;
        const sb_problem problem = sb_layer_problem(layer, (sb_operation)op, 1);
        sb_problem again;
        (void)sb_cost_of(&problem);
        fuzz_promise(sb_problem_parse(sb_problem_text(&problem, text, sizeof text), &again),
                     "a problem's text can be read");
    }
}

static void read_again(const sb_config *config)
{
    sb_config again;
    sb_error error = { "" };
    const int rc = sb_config_parse("again", config->source, NULL, NULL, &again, &error);
    fuzz_promise(rc == 0, "the effective configuration can be read");
    fuzz_promise(again.layer_count == config->layer_count &&
                     again.kernel_count == config->kernel_count &&
                     again.thread_count == config->thread_count,
                 "the effective configuration says the same");
    sb_config_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sb_config config;
    sb_error error = { "" };
    if (sb_config_read(fuzz_file("input.yaml", data, size), NULL, NULL, &config, &error) < 0) {
        fuzz_promise(error.text[0] != '\0', "what is refused is refused with a reason");
        return 0;
    }
    for (size_t i = 0; i < config.layer_count; i++)
        use_layer(&config.layers[i]);
    read_again(&config);
    sb_config_free(&config);
    return 0;
}
