/* SPDX-License-Identifier: Apache-2.0 */
#include "store/provenance.h"

#include "core/text.h"
#include "store/provenance_names.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Adds every number of `from` to the number of the same name in `to`. */
static void add_numbers(json_t *to, const json_t *from)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)from, key, value)
    {
        const json_t *held = json_object_get(to, key);
        if (json_is_integer(value))
            json_object_set_new(to, key,
                                json_integer(json_integer_value(held) + json_integer_value(value)));
    }
}

/* The description of a shard: enough to find its node and to identify its machine. */
static json_t *pack_shard(const json_t *shard, int64_t number)
{
    static const char *const run_keys[] = { "started", "written", "complete",
                                            "resumed", "node",    "time" };
    json_t *object = json_object(), *run = json_object_get(shard, "run");
    json_object_set_new(object, "shard", json_integer(number));
    for (size_t i = 0; i < sizeof run_keys / sizeof *run_keys; i++)
        json_object_set(object, run_keys[i], json_object_get(run, run_keys[i]));
    json_object_set(object, "estimated_ns",
                    json_object_get(json_object_get(run, "shard"), "estimated_ns"));
    json_object_set(object, "command", json_object_get(shard, "command"));
    json_object_set(object, "machine", json_object_get(shard, "machine"));
    json_object_set(object, "conditions", json_object_get(shard, "conditions"));
    json_object_set(object, "peaks", json_object_get(shard, "peaks"));
    return object;
}

static void add_shard(json_t *root, json_t *shard, int64_t number, bool first)
{
    json_t *run = json_object_get(root, "run"), *theirs = json_object_get(shard, "run");
    json_array_append_new(json_object_get(root, "shards"), pack_shard(shard, number));
    if (first)
        return;
    json_array_extend(json_object_get(root, "warnings"), json_object_get(shard, "warnings"));
    sb_names_add(json_object_get(root, "measured"), json_object_get(shard, "measured"));
    add_numbers(json_object_get(run, "time"), json_object_get(theirs, "time"));
    json_object_set_new(run, "groups",
                        json_integer(json_integer_value(json_object_get(run, "groups")) +
                                     json_integer_value(json_object_get(theirs, "groups"))));
}

char *sb_provenance_merge(const char *const *jsons, const int64_t *numbers, size_t count,
                          bool complete)
{
    json_t *root = count ? json_loads(jsons[0], 0, NULL) : NULL;
    if (!json_is_object(root)) {
        json_decref(root);
        return sb_copy_text("{}");
    }
    json_object_set_new(root, "shards", json_array());
    for (size_t i = 0; i < count; i++) {
        json_t *shard = json_loads(jsons[i], 0, NULL);
        add_shard(root, shard, numbers[i], i == 0);
        json_decref(shard);
    }
    json_t *run = json_object_get(root, "run");
    json_object_set_new(run, "complete", json_boolean(complete));
    json_object_del(run, "shard");
    json_object_del(run, "node");
    char *dumped = json_dumps(root, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9));
    json_decref(root);
    char *owned = sb_copy_text(dumped ? dumped : "{}");
    free(dumped);
    return owned;
}
