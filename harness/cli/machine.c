/* SPDX-License-Identifier: Apache-2.0 */
/* sepbench machine: reports the machine's properties, its peaks, and what impairs measurements on
 * it. */
#include "campaign/noise_pairs.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/stop.h"
#include "core/text.h"
#include "measure/fence.h"
#include "report/machine_report.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct machine_options {
    const char *format, *noise;
    bool refresh;
} machine_options;

/* Measures the noise for this many seconds; for 0, reads the stored value. */
static int gather_noise(double seconds, sb_machine_facts *f, sb_error *error)
{
    const int most = sb_max_threads(&f->machine.topology), threads[2] = { 1, most };
    const int count = most > 1 ? 2 : 1;
    for (int i = 0; i < count; i++) {
        sb_noise *noise = &f->noise[f->noise_count];
        if (seconds > 0) {
            int rc = sb_noise_measure(&f->machine.topology, threads[i], seconds / count,
                                      sb_stop_listen(), noise, error);
            if (rc < 0)
                return rc;
            f->noise_count++;
        } else if (sb_noise_get(&f->machine.topology, threads[i], noise)) {
            f->noise_count++;
        }
    }
    return SB_OK;
}

static int gather_facts(const machine_options *o, double seconds, sb_machine_facts *f,
                        sb_error *error)
{
    if (sb_machine_read(NULL, &f->machine, error) < 0 ||
        sb_peaks_get(&f->machine.topology, o->refresh, &f->machine.peaks, error) < 0)
        return SB_FAILED;
    f->fences = sb_fence_probe();
    return gather_noise(seconds, f, error);
}

/* ----------------------------------------------------------------------------------- command */

static const sb_option options[] = {
    { "format", 0, SB_OPTION_TEXT, offsetof(machine_options, format), "FORMAT", "text or json" },
    { "noise", 0, SB_OPTION_TEXT, offsetof(machine_options, noise), "SECONDS",
      "measure for SECONDS which difference can be detected here" },
    { "refresh", 0, SB_OPTION_FLAG, offsetof(machine_options, refresh), NULL,
      "measure the peaks again even if they are known" },
    { 0 },
};

static int print_facts(const machine_options *o, char *(*render)(const sb_machine_facts *),
                       double seconds, sb_error *error)
{
    sb_machine_facts *f = sb_new(1, sizeof *f);
    int rc = gather_facts(o, seconds, f, error);
    char *text = rc == SB_OK ? render(f) : NULL;
    free(f);
    if (rc < 0)
        return rc;
    if (!text)
        return sb_fail(error, "cannot print the report: out of memory");
    fputs(text, stdout);
    free(text);
    return SB_OK;
}

static int run(const sb_invocation *invocation, sb_error *error)
{
    static char *(*const renderers[])(const sb_machine_facts *f) = {
        [SB_FORMAT_TEXT] = sb_machine_as_text,
        [SB_FORMAT_CSV] = NULL,
        [SB_FORMAT_JSON] = sb_machine_as_json,
    };
    const machine_options *o = invocation->options;
    double seconds = 0;
    sb_format format;
    if (sb_format_parse(o->format, &format, error) < 0)
        return SB_FAILED;
    if (!renderers[format])
        return sb_fail(error, "unknown format '%s'; expected text or json", o->format);
    if (o->noise && (!sb_parse_number(o->noise, &seconds) || !(seconds > 0 && seconds <= 86400)))
        return sb_fail(error, "--noise %s: expected a number of seconds, at most 86400", o->noise);
    return print_facts(o, renderers[format], seconds, error);
}

const sb_command sb_command_machine = {
    .name = "machine",
    .usage = "[OPTIONS]",
    .summary = "Show the processor, its peaks and noise, and what disturbs measurements",
    .options = options,
    .options_size = sizeof(machine_options),
    .run = run,
};
