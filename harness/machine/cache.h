/* SPDX-License-Identifier: Apache-2.0 */
/* The folder in which facts about machines are kept between runs: one file for each machine and
 * kind of fact. */
#ifndef SB_MACHINE_CACHE_H
#define SB_MACHINE_CACHE_H

#include "machine/cpu.h"
#include "machine/topology.h"

/* The machine, its instruction set and the version of sepbench, as one line. The caller frees
 * it. */
char *sb_cache_key(const sb_topology *topology, const sb_cpu *cpu);

/* "$XDG_CACHE_HOME/sepbench", created if necessary; the caller frees it. NULL with the reason. */
char *sb_cache_folder(sb_error *error);

/* FOLDER/SORT-HASH.json, the key's file for one kind of fact; the caller frees it. */
char *sb_cache_file(const char *folder, const char *sort, const char *key);

/* The file of a fact about this machine, and the key that it must have; both are owned. */
typedef struct sb_cache_place {
    char *key, *path;
} sb_cache_place;

/* `more` is appended to the machine's key if it is not NULL. On failure, the place is empty. */
int sb_cache_find(const sb_topology *topology, const char *sort, const char *more,
                  sb_cache_place *place, sb_error *error);
void sb_cache_place_free(sb_cache_place *place);

#endif
