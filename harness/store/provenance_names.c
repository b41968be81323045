/* SPDX-License-Identifier: Apache-2.0 */
#include "store/provenance_names.h"

#include "store/provenance_pack.h"

#include <stdlib.h>

/* "kernel" is what the results call it, and differs from the plugin's own name if the configuration
 * renames it. */
static json_t *pack_kernel(const sb_candidate *candidate)
{
    json_t *object = json_object();
    const sb_kernel_info *kernel = &candidate->plugin->kernels[candidate->kernel];
    json_object_set_new(object, "label", sb_pack_text(candidate->label));
    json_object_set_new(object, "plugin", sb_pack_text(candidate->plugin->id));
    json_object_set_new(object, "kernel", sb_pack_text(kernel->id));
    json_object_set_new(object, "operation", sb_pack_text(sb_operation_name(candidate->operation)));
    return object;
}

json_t *sb_pack_names(const sb_measured_names *names)
{
    json_t *object = json_object(), *layers = json_array(), *threads = json_array(),
           *kernels = json_array();
    for (size_t i = 0; names->layers && names->layers[i]; i++)
        json_array_append_new(layers, sb_pack_text(names->layers[i]));
    for (size_t i = 0; i < names->thread_count; i++)
        json_array_append_new(threads, sb_pack_integer(names->threads[i]));
    for (size_t i = 0; names->kernels && names->kernels[i]; i++)
        json_array_append_new(kernels, pack_kernel(names->kernels[i]));
    json_object_set_new(object, "layers", layers);
    json_object_set_new(object, "threads", threads);
    json_object_set_new(object, "kernels", kernels);
    return object;
}

/* As a key of a set; free() it. NULL if there is no memory. */
static char *key_of(const json_t *item)
{
    return json_dumps(item, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
}

/* Adds the items of `from`, as far as `to` is not NULL, to the set. */
static void add_items(json_t *set, json_t *to, const json_t *from)
{
    for (size_t i = 0; i < json_array_size(from); i++) {
        json_t *item = json_array_get(from, i);
        char *key = key_of(item);
        if (key && !json_object_get(set, key)) {
            json_object_set_new(set, key, json_true());
            json_array_append(to, item);
        }
        free(key);
    }
}

void sb_names_add(json_t *to, const json_t *from)
{
    static const char *const lists[] = { "layers", "threads", "kernels" };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        json_t *held = json_object_get(to, lists[i]), *set = json_object();
        add_items(set, NULL, held);
        add_items(set, held, json_object_get(from, lists[i]));
        json_decref(set);
    }
}
