/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/shard.h"

#include "core/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The environment variables by which schedulers number the tasks of an array. */
typedef struct scheduler {
    const char *name, *id, *first, *last, *step, *count; /* NULL: there is none */
} scheduler;

static const scheduler schedulers[] = {
    { "Slurm", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX",
      "SLURM_ARRAY_TASK_STEP", "SLURM_ARRAY_TASK_COUNT" },
    { "PBS", "PBS_ARRAY_INDEX", NULL, NULL, NULL, "SEPBENCH_SHARDS" },
    { "Torque", "PBS_ARRAYID", NULL, NULL, NULL, "SEPBENCH_SHARDS" },
    { "LSF", "LSB_JOBINDEX", NULL, "LSB_JOBINDEX_END", "LSB_JOBINDEX_STEP", NULL },
};

static int parse_pair(const char *text, const char *where, sb_shard *shard, sb_error *error)
{
    char *copy = sb_copy_text(text);
    char *slash = strchr(copy, '/');
    bool ok = slash != NULL;
    if (ok) {
        *slash = '\0';
        ok = sb_parse_integer(slash + 1, 1, SB_MOST_SHARDS, &shard->count) &&
             sb_parse_integer(copy, 1, shard->count, &shard->index);
    }
    free(copy);
    if (ok)
        return SB_OK;
    return sb_fail(error,
                   "%s %s: a shard is I/N, the I-th of N, with I from 1 to N and N up to %d, as in "
                   "2/16",
                   where, text, SB_MOST_SHARDS);
}

/* The variable's value, or `otherwise` if the scheduler does not set it. */
static int read_number(const char *variable, int64_t otherwise, int64_t *value, sb_error *error)
{
    const char *text = variable ? getenv(variable) : NULL;
    *value = otherwise;
    if (!text || sb_parse_integer(text, 0, INT32_MAX, value))
        return SB_OK;
    return sb_fail(error, "--shard auto: %s=%s is not a whole number; give the shard: --shard I/N",
                   variable, text);
}

typedef struct task {
    int64_t id, first, last, step, count; /* last, count: -1 if not set */
} task;

static int read_task(const scheduler *s, task *t, sb_error *error)
{
    if (read_number(s->id, -1, &t->id, error) < 0 ||
        read_number(s->first, 1, &t->first, error) < 0 ||
        read_number(s->last, -1, &t->last, error) < 0 ||
        read_number(s->step, 1, &t->step, error) < 0 ||
        read_number(s->count, -1, &t->count, error) < 0)
        return SB_FAILED;
    return SB_OK;
}

static int place_task(const scheduler *s, const task *t, sb_shard *shard, sb_error *error)
{
    if (t->last < 0 && t->count < 1)
        return sb_fail(error,
                       "--shard auto: %s does not say how many tasks the array has: set "
                       "SEPBENCH_SHARDS, or give the shard: --shard I/N",
                       s->name);
    const int64_t last = t->last < 0 ? t->first + t->count - 1 : t->last;
    if (t->id == 0 && !s->first)
        return sb_fail(error,
                       "--shard auto: %s=0, but %s does not tell where the array begins: number "
                       "the array from 1, or name the shard: --shard I/N",
                       s->id, s->name);
    if (t->step < 1 || t->id < t->first || t->id > last || (t->id - t->first) % t->step)
        return sb_fail(error,
                       "--shard auto: %s=%" PRId64 " is not in the array %" PRId64 "-%" PRId64
                       ":%" PRId64 " that %s tells of; give the shard: --shard I/N",
                       s->id, t->id, t->first, last, t->step, s->name);
    shard->index = (t->id - t->first) / t->step + 1;
    shard->count = (last - t->first) / t->step + 1;
    if (shard->count > SB_MOST_SHARDS)
        return sb_fail(error, "--shard auto: more than %d shards", SB_MOST_SHARDS);
    if (t->count < 0 || t->count == shard->count)
        return SB_OK;
    return sb_fail(error,
                   "--shard auto: the array has %" PRId64 " tasks, where %" PRId64 "-%" PRId64
                   ":%" PRId64 " would be %" PRId64
                   ": an array with gaps leaves shards unmeasured; give them: --shard I/N",
                   t->count, t->first, last, t->step, shard->count);
}

static int find_shard(sb_shard *shard, sb_error *error)
{
    for (size_t i = 0; i < sizeof schedulers / sizeof *schedulers; i++) {
        const scheduler *s = &schedulers[i];
        const char *id = getenv(s->id);
        /* LSF sets 0 for a job that is not an array. */
        if (!id || !*id || (strcmp(s->name, "LSF") == 0 && strcmp(id, "0") == 0))
            continue;
        task t;
        return read_task(s, &t, error) < 0 ? SB_FAILED : place_task(s, &t, shard, error);
    }
    const char *named = getenv("SEPBENCH_SHARD");
    if (named)
        return parse_pair(named, "SEPBENCH_SHARD", shard, error);
    return sb_fail(error, "--shard auto: not in a job array of Slurm, PBS or LSF; set "
                          "SEPBENCH_SHARD=I/N, or give the shard: --shard I/N");
}

int sb_shard_parse(const char *text, sb_shard *shard, sb_error *error)
{
    *shard = (sb_shard) { 0 };
    if (!text)
        return SB_OK;
    shard->by_scheduler = strcmp(text, "auto") == 0;
    return shard->by_scheduler ? find_shard(shard, error)
                               : parse_pair(text, "--shard", shard, error);
}

typedef struct unit {
    int64_t time;
    size_t number;
} unit;

static int compare_units(const void *a, const void *b)
{
    const unit *x = a, *y = b;
    if (x->time != y->time)
        return x->time > y->time ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

/* Units, their owners (0..shards - 1), and the sum of each shard. */
typedef struct deal {
    const int64_t *times;
    size_t count;
    int64_t shards;
    int64_t *owner, *loads;
} deal;

static int64_t find_least(const deal *d)
{
    int64_t least = 0;
    for (int64_t s = 1; s < d->shards; s++)
        if (d->loads[s] < d->loads[least])
            least = s;
    return least;
}

static int64_t find_most(const deal *d)
{
    int64_t most = 0;
    for (int64_t s = 1; s < d->shards; s++)
        if (d->loads[s] > d->loads[most])
            most = s;
    return most;
}

static void deal_longest_first(deal *d)
{
    unit *units = sb_new(d->count, sizeof *units);
    for (size_t i = 0; i < d->count; i++)
        units[i] = (unit) { d->times[i], i };
    qsort(units, d->count, sizeof *units, compare_units);
    for (size_t i = 0; i < d->count; i++) {
        int64_t least = find_least(d);
        d->loads[least] += units[i].time;
        d->owner[units[i].number] = least;
    }
    free(units);
}

/* The difference between two shards after moving this much from one to the other. */
static int64_t gap_after(int64_t gap, int64_t moved)
{
    int64_t after = gap - 2 * moved;
    return after < 0 ? -after : after;
}

/* Moves the unit of `from`, or exchanges it for one of `to`, so that the two are as equal as
 * possible; false if nothing reduces the difference. */
static bool even_out(deal *d, int64_t from, int64_t to)
{
    const int64_t gap = d->loads[from] - d->loads[to];
    int64_t best = gap;
    size_t given = d->count, taken = d->count;
    for (size_t i = 0; i < d->count; i++) {
        if (d->owner[i] != from)
            continue;
        if (gap_after(gap, d->times[i]) < best) {
            best = gap_after(gap, d->times[i]);
            given = i;
            taken = d->count;
        }
        for (size_t j = 0; j < d->count; j++)
            if (d->owner[j] == to && gap_after(gap, d->times[i] - d->times[j]) < best) {
                best = gap_after(gap, d->times[i] - d->times[j]);
                given = i;
                taken = j;
            }
    }
    if (given == d->count)
        return false;
    int64_t moved = d->times[given] - (taken < d->count ? d->times[taken] : 0);
    d->owner[given] = to;
    if (taken < d->count)
        d->owner[taken] = from;
    d->loads[from] -= moved;
    d->loads[to] += moved;
    return true;
}

/* The fullest shard with any other, or any other with the emptiest. */
static bool improve_deal(deal *d)
{
    const int64_t most = find_most(d), least = find_least(d);
    for (int64_t s = 0; s < d->shards; s++)
        if (d->loads[most] > d->loads[s] && even_out(d, most, s))
            return true;
    for (int64_t s = 0; s < d->shards; s++)
        if (d->loads[s] > d->loads[least] && even_out(d, s, least))
            return true;
    return false;
}

/* With many units, longest-first is within one unit of the optimum: improving it is not worth the
 * time. */
#define FEW_UNITS 1000

void sb_shard_deal(const int64_t *times, size_t count, int64_t shards, int64_t *owner)
{
    deal d = { .times = times, .count = count, .shards = shards, .owner = owner };
    d.loads = sb_new((size_t)shards, sizeof *d.loads);
    deal_longest_first(&d);
    if (count <= FEW_UNITS && shards <= (int64_t)count)
        for (size_t i = 0; i < count && improve_deal(&d); i++)
            ;
    for (size_t i = 0; i < count; i++)
        owner[i]++;
    free(d.loads);
}
