/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/noise.h"

#include "core/file.h"
#include "machine/cache.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT     2
#define FILE_LIMIT ((size_t)1 << 16)

static int find_place(const sb_topology *topology, int threads, sb_cache_place *place,
                      sb_error *error)
{
    char sort[32];
    snprintf(sort, sizeof sort, "noise-t%d", threads);
    return sb_cache_find(topology, sort, NULL, place, error);
}

/* Rejects values that only a damaged file can hold. */
static bool unpack_noise(json_t *root, const char *key, sb_noise *noise)
{
    int format;
    const char *stored;
    json_int_t pairs, different, measured_at;
    if (json_unpack(root, "{s:i, s:s, s:i, s:I, s:I, s:F, s:F, s:F, s:I}", "format", &format, "key",
                    &stored, "threads", &noise->threads, "pairs", &pairs, "different", &different,
                    "floor", &noise->floor, "half_width", &noise->half_width, "call_ns",
                    &noise->call_ns, "measured_at", &measured_at) < 0)
        return false;
    noise->pairs = pairs;
    noise->different = different;
    noise->measured_at = measured_at;
    return format == FORMAT && strcmp(stored, key) == 0 && pairs > 0 && different >= 0 &&
           different <= pairs && noise->floor >= 0 && noise->floor < 1e3 &&
           noise->half_width >= 0 && noise->half_width < 1e3 && noise->call_ns > 0;
}

bool sb_noise_get(const sb_topology *topology, int threads, sb_noise *noise)
{
    sb_cache_place p;
    if (find_place(topology, threads, &p, NULL) < 0)
        return false;
    size_t length;
    char *text = sb_file_read(p.path, FILE_LIMIT, &length, NULL);
    json_t *root = text ? json_loadb(text, length, 0, NULL) : NULL;
    sb_noise read = { 0 };
    bool good = root && unpack_noise(root, p.key, &read) && read.threads == threads;
    if (good)
        *noise = read;
    json_decref(root);
    free(text);
    sb_cache_place_free(&p);
    return good;
}

double sb_noise_floor_get(const sb_topology *topology, int threads, double fallback)
{
    sb_noise noise;
    return sb_noise_get(topology, threads, &noise) ? noise.floor : fallback;
}

int sb_noise_keep(const sb_topology *topology, const sb_noise *noise, sb_error *error)
{
    sb_cache_place p;
    if (find_place(topology, noise->threads, &p, error) < 0)
        return SB_FAILED;
    json_t *root = json_pack("{s:i, s:s, s:i, s:I, s:I, s:f, s:f, s:f, s:I}", "format", FORMAT,
                             "key", p.key, "threads", noise->threads, "pairs",
                             (json_int_t)noise->pairs, "different", (json_int_t)noise->different,
                             "floor", noise->floor, "half_width", noise->half_width, "call_ns",
                             noise->call_ns, "measured_at", (json_int_t)noise->measured_at);
    char *text = root ? json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(root);
    int rc = text ? sb_file_write(p.path, text, strlen(text), error)
                  : sb_fail(error, "%s: the noise cannot be written as JSON", p.path);
    free(text);
    sb_cache_place_free(&p);
    return rc;
}
