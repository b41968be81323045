/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tune_replay.h"

#include "core/log.h"
#include "core/text.h"
#include "report/replay_table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    MOST_REPEATS = 100000,
    MANY = 20 /* parameter sets, of which two usually have similar times */
};

/* An optimum that is this much faster than the next best may be a measurement error. */
static const double lone = 1.2;

static int parse_count(const char *option, const char *text, int64_t least, int64_t most,
                       int64_t *count, sb_error *error)
{
    if (!text || sb_parse_integer(text, least, most, count))
        return 0;
    return sb_fail(error, "--%s %s: expected a whole number from %" PRId64 " to %" PRId64, option,
                   text, least, most);
}

/* A number of evaluations, or a time with its unit. */
static int parse_budget(const char *text, int64_t *evaluations, int64_t *time_ns, sb_error *error)
{
    if (!text || sb_parse_integer(text, 1, SB_SPACE_SIZE, evaluations))
        return 0;
    bool unit = strpbrk(text, "smhun") != NULL;
    if (unit && sb_parse_duration(text, time_ns) && *time_ns > 0)
        return 0;
    return sb_fail(error,
                   "--budget %s: expected a number of evaluations from 1 to %d, or a time such as "
                   "30s or 2m",
                   text, SB_SPACE_SIZE);
}

static int parse_options(const sb_tune_replay *request, sb_replay_options *options, sb_error *error)
{
    int64_t budget = 0, time_ns = 0, repeat = 25, seed = 1;
    if (parse_budget(request->budget, &budget, &time_ns, error) < 0 ||
        parse_count("repeat", request->repeat, 1, MOST_REPEATS, &repeat, error) < 0 ||
        parse_count("seed", request->seed, 0, INT64_MAX, &seed, error) < 0)
        return SB_FAILED;
    *options = (sb_replay_options) { .evaluations = (size_t)budget,
                                     .time_ns = time_ns,
                                     .repeat = (size_t)repeat,
                                     .seed = (uint64_t)seed };
    return 0;
}

int sb_tune_replay_run(const sb_tune_replay *request, sb_error *error)
{
    sb_replay_options options;
    sb_recorded recorded;
    const sb_strategy *chosen = NULL;
    if (parse_options(request, &options, error) < 0)
        return SB_FAILED;
    if (strcmp(request->strategy, "all") != 0) {
        chosen = sb_strategy_find(request->strategy, error);
        if (!chosen)
            return SB_FAILED;
    }
    if (sb_recorded_read(request->path, &recorded, error) < 0)
        return SB_FAILED;
    if (recorded.skipped)
        sb_warn("%s: ignored because some parameter is missing: %zu", request->path,
                recorded.skipped);
    if (recorded.cut)
        sb_warn("%s: the file is truncated; parameter sets that were read: %zu", request->path,
                recorded.space.size);
    if (recorded.space.size >= MANY && isfinite(recorded.next) &&
        recorded.next > lone * recorded.best)
        sb_warn(
            "%s: the next best parameter set takes %.2f times as long as the optimum, which may "
            "be an outlier of the recording",
            request->path, recorded.next / recorded.best);
    if (!request->csv)
        printf("%zu parameter set%s, of which %zu failed; optimum %.6g\n"
               "Evaluations until a search comes near the optimum:\n\n",
               recorded.space.size, sb_plural(recorded.space.size), recorded.failures,
               recorded.best);
    sb_replay_print(&recorded, chosen, &options, request->csv, stdout);
    sb_recorded_free(&recorded);
    return 0;
}
