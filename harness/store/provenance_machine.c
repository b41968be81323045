/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of run.json about the machine. */
#include "store/provenance_pack.h"

static json_t *pack_places(const sb_topology *t)
{
    json_t *list = json_array();
    for (int i = 0; i < t->places; i++)
        json_array_append_new(list, sb_pack_integer(t->place[i]));
    return list;
}

json_t *sb_pack_machine(const sb_provenance *p)
{
    const sb_topology *t = p->topology;
    if (!t)
        return json_null();
    const struct {
        const char *key;
        int64_t value;
    } counts[] = {
        { "packages", t->packages },
        { "numa_nodes", t->numa_nodes },
        { "cores", t->cores },
        { "hardware_threads", t->hardware_threads },
        { "allowed_hardware_threads", t->allowed },
        { "threads_per_core", t->smt },
        { "l1d_bytes", (int64_t)t->l1d_bytes },
        { "l2_bytes", (int64_t)t->l2_bytes },
        { "l3_bytes", (int64_t)t->l3_bytes },
        { "cores_per_l3", t->l3_cores },
        { "line_bytes", t->line_bytes },
        { "memory_bytes", (int64_t)t->memory_bytes },
    };
    json_t *object = json_object();
    json_object_set_new(object, "processor", sb_pack_text(t->model));
    json_object_set_new(object, "features", sb_pack_text(p->features));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        json_object_set_new(object, counts[i].key, sb_pack_integer(counts[i].value));
    json_object_set_new(object, "cpu_quota",
                        t->cpu_quota > 0 ? sb_pack_number(t->cpu_quota) : json_null());
    json_object_set_new(object, "kinds_of_cores", sb_pack_integer(t->kinds));
    json_object_set_new(object, "chosen_cores", sb_pack_text(t->chosen));
    json_object_set_new(object, "places", pack_places(t));
    return object;
}

json_t *sb_pack_system(const sb_system *s)
{
    if (!s)
        return json_null();
    const struct {
        const char *key, *text;
    } texts[] = {
        { "name", s->name },
        { "libc", s->libc },
        { "processor_vendor", s->vendor },
        { "processor_family", s->family },
        { "processor_model", s->model },
        { "processor_stepping", s->stepping },
        { "microcode", s->microcode },
        { "transparent_huge_pages", s->huge_pages },
        { "numa_policy", s->numa_policy },
        { "address_layout", s->layout },
    };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_object_set_new(object, texts[i].key, sb_pack_text(texts[i].text));
    return object;
}

json_t *sb_pack_noise(const sb_provenance *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < p->noise_count; i++) {
        const sb_noise *noise = &p->noise[i];
        json_t *object = json_object();
        json_object_set_new(object, "threads", sb_pack_integer(noise->threads));
        json_object_set_new(object, "floor", sb_pack_number(noise->floor));
        json_object_set_new(object, "pairs", sb_pack_integer(noise->pairs));
        json_object_set_new(object, "different", sb_pack_integer(noise->different));
        json_object_set_new(object, "measured", sb_pack_utc((time_t)noise->measured_at));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *pack_limits(const sb_limits *l)
{
    json_t *object = json_object();
    json_object_set_new(object, "clock_mhz",
                        l->clock_mhz > 0 ? sb_pack_number(l->clock_mhz) : json_null());
    json_object_set_new(object, "full_mhz",
                        l->full_mhz > 0 ? sb_pack_number(l->full_mhz) : json_null());
    json_object_set_new(object, "granted_cores",
                        l->granted ? sb_pack_integer(l->granted) : json_null());
    return object;
}

json_t *sb_pack_conditions(const sb_conditions *c)
{
    if (!c)
        return json_null();
    json_t *object = json_object(), *powers = json_object(), *advice = json_array();
    json_object_set_new(object, "governor", sb_pack_text(c->governor));
    json_object_set_new(object, "boost", sb_pack_text(c->boost));
    json_object_set_new(object, "hypervisor", sb_pack_text(c->hypervisor));
    json_object_set_new(object, "kernel", sb_pack_text(c->kernel));
    json_object_set_new(object, "load", c->load < 0 ? json_null() : sb_pack_number(c->load));
    json_object_set_new(object, "steal_ticks",
                        c->steal_ticks < 0 ? json_null() : sb_pack_integer(c->steal_ticks));
    json_object_set_new(object, "limits", pack_limits(&c->limits));
    json_object_set_new(object, "hardware_counters", json_boolean(c->counters));
    for (int i = 0; i < SB_POWERS; i++)
        json_object_set_new(powers, sb_power_name((sb_power)i), json_boolean(c->powers[i]));
    json_object_set_new(object, "powers", powers);
    for (int i = 0; i < c->advice_count; i++)
        json_array_append_new(advice, sb_pack_text(c->advice[i]));
    json_object_set_new(object, "advice", advice);
    return object;
}

json_t *sb_pack_peaks(const sb_peaks *peaks)
{
    if (!peaks)
        return json_null();
    json_t *list = json_array();
    for (int threads = 1; threads <= peaks->threads; threads++) {
        json_t *object = json_object(), *bandwidth = json_object();
        json_object_set_new(object, "threads", sb_pack_integer(threads));
        json_object_set_new(object, "gflops", sb_pack_number(peaks->gflops[threads]));
        for (int level = 0; level < SB_LEVELS; level++)
            json_object_set_new(bandwidth, sb_level_name((sb_level)level),
                                sb_pack_number(peaks->gbytes[level][threads]));
        json_object_set_new(object, "gbytes_per_second", bandwidth);
        json_array_append_new(list, object);
    }
    return list;
}
