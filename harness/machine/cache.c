/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h> /* Autoconf's, from the build folder */

#include "machine/cache.h"

#include "core/file.h"
#include "core/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

char *sb_cache_key(const sb_topology *t, const sb_cpu *cpu)
{
    sb_text key = { 0 };
    sb_text_add(&key, "sepbench %s; %s; %d packages, %d cores, %d threads; ", PACKAGE_VERSION,
                t->model, t->packages, t->cores, t->hardware_threads);
    sb_text_add(&key,
                "caches %" PRIu64 " %" PRIu64 "/%d %" PRIu64 "/%d; features %" PRIx64 "; cpus",
                t->l1d_bytes, t->l2_bytes, t->l2_cores, t->l3_bytes, t->l3_cores, cpu->features);
    for (int i = 0; i < sb_max_threads(t); i++)
        sb_text_add(&key, " %d", t->place[i]);
    return key.data;
}

char *sb_cache_folder(sb_error *error)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    sb_text folder = { 0 };
    if (base && *base == '/') /* the XDG specification says to ignore a relative path */
        sb_text_add(&folder, "%s/sepbench", base);
    else if (home && *home)
        sb_text_add(&folder, "%s/.cache/sepbench", home);
    else {
        sb_fail(error, "neither XDG_CACHE_HOME nor HOME is set");
        return NULL;
    }
    if (sb_folder_make(folder.data, error) < 0)
        sb_text_free(&folder);
    return folder.data;
}

char *sb_cache_file(const char *folder, const char *sort, const char *key)
{
    sb_text path = { 0 };
    sb_text_add(&path, "%s/%s-%016" PRIx64 ".json", folder, sort,
                (uint64_t)XXH64(key, strlen(key), 0));
    return path.data;
}

int sb_cache_find(const sb_topology *topology, const char *sort, const char *more,
                  sb_cache_place *place, sb_error *error)
{
    sb_text key = { 0 };
    sb_cpu cpu;
    *place = (sb_cache_place) { 0 };
    if (sb_cpu_from(topology, &cpu, error) < 0)
        return SB_FAILED;
    char *folder = sb_cache_folder(error);
    if (!folder)
        return SB_FAILED;
    char *machine = sb_cache_key(topology, &cpu);
    sb_text_add(&key, "%s%s", machine, more ? more : "");
    place->key = key.data;
    place->path = sb_cache_file(folder, sort, place->key);
    free(machine);
    free(folder);
    return SB_OK;
}

void sb_cache_place_free(sb_cache_place *place)
{
    free(place->key);
    free(place->path);
    *place = (sb_cache_place) { 0 };
}
