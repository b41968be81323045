/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/peaks_file.h"

#include "core/file.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT     3
#define FILE_LIMIT ((size_t)1 << 20)

static json_t *pack_values(const double *values, int threads)
{
    json_t *array = json_array();
    for (int n = 1; n <= threads; n++)
        json_array_append_new(array, json_real(values[n]));
    return array;
}

static json_t *pack_level(const sb_peaks *p, int level)
{
    json_t *object =
        json_pack("{s:s, s:i, s:o, s:o, s:o}", "level", sb_level_name((sb_level)level), "cores",
                  p->level_cores[level], "gbytes", pack_values(p->gbytes[level], p->threads),
                  "stores", pack_values(p->stores[level], p->threads), "copies",
                  pack_values(p->copies[level], p->threads));
    if (level != SB_LEVEL_DRAM)
        json_object_set_new(object, "bytes", json_integer((json_int_t)p->level_bytes[level]));
    return object;
}

int sb_peaks_store(const char *path, const char *key, const sb_peaks *p, sb_error *error)
{
    json_t *levels = json_array();
    for (int level = 0; level < SB_LEVELS; level++)
        json_array_append_new(levels, pack_level(p, level));
    json_t *root =
        json_pack("{s:i, s:s, s:I, s:f, s:s, s:i, s:i, s:f, s:o, s:o}", "format", FORMAT, "key",
                  key, "probed_at", (json_int_t)p->probed_at, "load", p->load, "loops", p->loops,
                  "cores", p->cores, "threads", p->threads, "clock_ghz", p->clock_ghz, "gflops",
                  pack_values(p->gflops, p->threads), "levels", levels);
    char *text = root ? json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(root);
    if (!text)
        return sb_fail(error, "%s: the peaks cannot be written as JSON", path);
    int rc = sb_file_write(path, text, strlen(text), error);
    free(text);
    return rc;
}

/* Bounds that no machine comes near: values outside come from a damaged file. */
static bool unpack_values(const json_t *array, int threads, double *values)
{
    if (!json_is_array(array) || json_array_size(array) != (size_t)threads)
        return false;
    for (int n = 1; n <= threads; n++) {
        const json_t *value = json_array_get(array, (size_t)n - 1);
        values[n] = json_number_value(value);
        if (!json_is_number(value) || !(values[n] >= 0 && values[n] < 1e9))
            return false;
    }
    return true;
}

static bool unpack_level(json_t *object, int level, sb_peaks *p)
{
    json_int_t bytes = -1;
    const char *name;
    json_t *gbytes, *stores, *copies;
    if (json_unpack(object, "{s:s, s:i, s:o, s:o, s:o, s?I}", "level", &name, "cores",
                    &p->level_cores[level], "gbytes", &gbytes, "stores", &stores, "copies", &copies,
                    "bytes", &bytes) < 0)
        return false;
    p->level_bytes[level] = level == SB_LEVEL_DRAM ? UINT64_MAX : (uint64_t)bytes;
    return strcmp(name, sb_level_name((sb_level)level)) == 0 && p->level_cores[level] >= 0 &&
           (level == SB_LEVEL_DRAM || bytes >= 0) &&
           unpack_values(gbytes, p->threads, p->gbytes[level]) &&
           unpack_values(stores, p->threads, p->stores[level]) &&
           unpack_values(copies, p->threads, p->copies[level]);
}

static bool unpack_peaks(json_t *root, const char *key, sb_peaks *p)
{
    int format;
    const char *stored, *loops;
    json_t *gflops, *levels;
    json_int_t probed_at;
    if (json_unpack(root, "{s:i, s:s, s:I, s:F, s:s, s:i, s:i, s:F, s:o, s:o}", "format", &format,
                    "key", &stored, "probed_at", &probed_at, "load", &p->load, "loops", &loops,
                    "cores", &p->cores, "threads", &p->threads, "clock_ghz", &p->clock_ghz,
                    "gflops", &gflops, "levels", &levels) < 0)
        return false;
    if (format != FORMAT || strcmp(stored, key) != 0 || strlen(loops) >= sizeof p->loops ||
        p->threads < 1 || p->threads > SB_MAX_PROBED_THREADS || p->cores < p->threads ||
        !unpack_values(gflops, p->threads, p->gflops) || !(p->gflops[1] > 0) ||
        json_array_size(levels) != SB_LEVELS)
        return false;
    strcpy(p->loops, loops);
    p->probed_at = probed_at;
    for (int level = 0; level < SB_LEVELS; level++)
        if (!unpack_level(json_array_get(levels, (size_t)level), level, p))
            return false;
    return true;
}

bool sb_peaks_load(const char *path, const char *key, sb_peaks *peaks)
{
    size_t length;
    char *text = sb_file_read(path, FILE_LIMIT, &length, NULL);
    if (!text)
        return false;
    json_t *root = json_loadb(text, length, 0, NULL);
    sb_peaks read = { 0 };
    bool good = root && unpack_peaks(root, key, &read);
    if (good)
        *peaks = read;
    json_decref(root);
    free(text);
    return good;
}
