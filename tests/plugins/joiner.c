/* SPDX-License-Identifier: Apache-2.0 */
/* Runs whole networks, by the extension SB_NETWORK_1: right, except for those with five input
 * channels. */
#include "rogue.h"

typedef struct network {
    const sb_host *host;
    size_t count;
    void *parts[16];
    float *between[16];
    int is_wrong;
} network;

static void forget_network(void *plan)
{
    network *n = plan;
    for (size_t i = 0; i < n->count; i++) {
        n->host->free(n->host, n->between[i]);
        forget(n->parts[i]);
    }
    n->host->free(n->host, n);
}

static int plan_network(const sb_host *host, const sb_network_part *parts, size_t count,
                        void **plan, sb_why *why)
{
    if (count > 16) {
        strcpy(why->text, "too many parts");
        return -1;
    }
    network *n = host->alloc(host, sizeof *n);
    n->host = host;
    n->count = count;
    n->is_wrong = parts[0].problem->steps[0].c == 5;
    for (size_t i = 0; i < count; i++) {
        keep(host, parts[i].problem, NULL, parts[i].weights, &n->parts[i], why);
        n->between[i] = host->alloc(host, output_count(n->parts[i]) * sizeof(float));
    }
    *plan = n;
    return 0;
}

static int run_network(void *plan, const sb_call *call)
{
    network *n = plan;
    for (size_t i = 0; i < n->count; i++)
        right(n->parts[i], i ? n->between[i - 1] : call->input,
              i + 1 < n->count ? n->between[i] : call->output);
    if (n->is_wrong)
        *(float *)call->output += 1;
    return 0;
}

static const void *get_extension(const char *id)
{
    static const sb_network_1 networks = { .plan = plan_network,
                                           .run = run_network,
                                           .destroy = forget_network };
    return strcmp(id, SB_NETWORK_1) == 0 ? &networks : NULL;
}

GOOD;

static const sb_kernel *const kernels[] = { &good, NULL };
const sb_plugin sb_plugin_entry = {
    .size = sizeof(sb_plugin),
    .abi_major = SB_ABI_MAJOR,
    .abi_minor = SB_ABI_MINOR,
    .id = "joiner",
    .version = "1",
    .summary = "runs whole networks, for a test",
    .license = "Apache-2.0",
    .kernels = kernels,
    .get_extension = get_extension,
};
