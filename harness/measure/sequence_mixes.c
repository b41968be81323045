/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/sequence_set.h"

#include "core/log.h"
#include "core/text.h"
#include "measure/sequence_join.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATIENCE = 8 /* a sequence that takes this many times max_time is left out */
};

static bool is_known(const sb_sequence_run *run, const sb_plugin_info *plugin)
{
    for (size_t i = 0; i < run->plugin_count; i++)
        if (run->plugins[i] == plugin)
            return true;
    return false;
}

static bool is_excluded(const sb_sequence_set *s, const sb_sequence_option *option)
{
    for (size_t i = 0; i < s->excluded_count; i++)
        if (s->excluded[i].plugin == option->plugin && s->excluded[i].kernel == option->kernel)
            return true;
    return false;
}

/* The options at a place from one plugin (NULL: all), and their indices. */
static size_t list_options(const sb_sequence_set *s, const sb_sequence_place *place,
                           const sb_plugin_info *only, sb_route_option *options, size_t *which)
{
    size_t count = 0;
    for (size_t i = 0; i < place->option_count; i++) {
        const sb_sequence_option *one = &place->options[i];
        if ((only && one->plugin != only) || is_excluded(s, one))
            continue;
        which[count] = i;
        options[count++] = (sb_route_option) { one->ns, one->input, one->output };
    }
    return count;
}

/* The best route with these options only; NULL if there is none. */
static size_t *choose_route(const sb_sequence_set *s, const sb_plugin_info *only)
{
    const size_t count = s->job->count;
    sb_route_place *places = sb_new(count, sizeof *places);
    size_t *choice = sb_new(count, sizeof *choice), **which = sb_new(count, sizeof *which);
    bool whole = true;
    for (size_t i = 0; i < count; i++) {
        const sb_sequence_place *place = &s->job->places[i];
        sb_route_option *options = sb_new(place->option_count, sizeof *options);
        which[i] = sb_new(place->option_count, sizeof **which);
        places[i] = s->places[i];
        places[i].options = options;
        places[i].count = list_options(s, place, only, options, which[i]);
        whole = whole && places[i].count > 0;
    }
    if (whole)
        (void)sb_route_choose(places, count, &s->last, choice);
    for (size_t i = 0; i < count; i++) {
        choice[i] = whole ? which[i][choice[i]] : 0;
        free((sb_route_option *)(uintptr_t)places[i].options);
        free(which[i]);
    }
    free(which);
    free(places);
    if (whole)
        return choice;
    free(choice);
    return NULL;
}

static double published_ns(const sb_sequence_set *s, const size_t *choice)
{
    double sum = 0;
    for (size_t i = 0; i < s->job->count; i++)
        sum += s->job->places[i].options[choice[i]].ns;
    return sum;
}

static bool is_chosen_already(const sb_sequence_set *s, const size_t *choice)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->runs[i].choice && !s->runs[i].joins && !s->runs[i].failed[0] &&
            memcmp(s->runs[i].choice, choice, s->job->count * sizeof *choice) == 0)
            return true;
    return false;
}

/* Gives the run its kernels. */
static void equip_run(const sb_sequence_set *s, sb_sequence_run *run, size_t *choice)
{
    run->choice = choice;
    run->plugin_count = 0;
    run->to->published_ns = published_ns(s, choice);
    for (size_t i = 0; i < s->job->count; i++) {
        const sb_plugin_info *plugin = s->job->places[i].options[choice[i]].plugin;
        if (!is_known(run, plugin) && run->plugin_count < SB_MAX_TENANTS)
            run->plugins[run->plugin_count++] = plugin;
    }
    if (run->joins)
        sb_sequence_join_lay(s->job, &s->ground.memory, &run->legs);
    else
        sb_sequence_lay_legs(s->job->places, s->job->count, choice, &s->ground.memory, &run->legs);
    run->in_sequence = sb_new(run->legs.count, sizeof *run->in_sequence);
    run->apart = sb_new(run->legs.count, sizeof *run->apart);
    run->proofs = sb_new(run->legs.count, sizeof *run->proofs);
}

/* Before anything was timed. */
static void strip_run(sb_sequence_run *run)
{
    free(run->choice);
    free(run->in_sequence);
    free(run->apart);
    free(run->proofs);
    run->choice = NULL;
    run->in_sequence = run->apart = NULL;
    run->proofs = NULL;
    run->legs.count = 0;
}

static void add_run(sb_sequence_set *s, const char *name, const sb_plugin_info *only, bool joins,
                    size_t *choice)
{
    sb_sequence_run *run = &s->runs[s->count];
    sb_sequence *to = &s->made[s->count++];
    run->ground = &s->ground;
    run->only = only;
    run->joins = joins;
    run->to = to;
    *to = (sb_sequence) { .name = sb_copy_text(name), .threads = s->job->threads };
    equip_run(s, run, choice);
}

void sb_sequence_set_exclude(sb_sequence_set *s, const sb_sequence_run *run)
{
    const sb_sequence_option *option = &s->job->places[run->at].options[run->choice[run->at]];
    s->excluded = sb_grow(s->excluded, s->excluded_count + 1, sizeof *s->excluded);
    s->excluded[s->excluded_count].plugin = option->plugin;
    s->excluded[s->excluded_count++].kernel = option->kernel;
}

bool sb_sequence_set_renew(sb_sequence_set *s, sb_sequence_run *run)
{
    bool good = true;
    if (run->joins)
        return true;
    for (size_t i = 0; i < s->job->count; i++)
        good = good && !is_excluded(s, &s->job->places[i].options[run->choice[i]]);
    if (good)
        return true;
    strip_run(run);
    size_t *choice = choose_route(s, run->only);
    good = choice && !is_chosen_already(s, choice);
    if (good)
        equip_run(s, run, choice);
    else
        free(choice);
    return good;
}

/* A round is at least an untimed pass, two in sequence, and two of three times as many calls. */
static bool takes_too_long(const sb_sequence_set *s, double ns)
{
    const double round = 9 * ns;
    return SB_SEQUENCE_LEAST_ROUNDS * round > PATIENCE * (double)s->job->options->max_time_ns;
}

/* The layers as one model of the library, if it takes that and if the sweep had its kernels for
 * each: these say what it would take about. */
static void add_network(sb_sequence_set *s, const sb_plugin_info *plugin)
{
    char name[96];
    size_t *choice = plugin->networks ? choose_route(s, plugin) : NULL;
    snprintf(name, sizeof name, "%s/network", plugin->id);
    if (choice && !takes_too_long(s, published_ns(s, choice)))
        add_run(s, name, plugin, true, choice);
    else
        free(choice);
}

static void add_plugin(sb_sequence_set *s, const sb_plugin_info *plugin)
{
    size_t *choice = choose_route(s, plugin);
    if (!choice)
        return;
    const bool slow = takes_too_long(s, published_ns(s, choice));
    if (slow)
        sb_info("%s kernels alone are not run in sequence: that would take far longer than "
                "measure.max_time",
                plugin->id);
    if (slow || is_chosen_already(s, choice))
        free(choice);
    else
        add_run(s, plugin->id, plugin, false, choice);
}

void sb_sequence_set_choose(sb_sequence_set *s)
{
    const sb_sequence_place *first = &s->job->places[0];
    const size_t most = 2 * first->option_count + 1;
    s->runs = sb_new(most, sizeof *s->runs);
    s->made = sb_new(most, sizeof *s->made);
    add_run(s, "best", NULL, false, choose_route(s, NULL));
    for (size_t i = 0; i < first->option_count; i++) {
        const sb_plugin_info *plugin = first->options[i].plugin;
        bool seen = false;
        for (size_t k = 0; k < i; k++)
            seen = seen || first->options[k].plugin == plugin;
        if (seen)
            continue;
        add_plugin(s, plugin);
        add_network(s, plugin);
    }
}
