/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/environment.h"

#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Variables such as OMP_THREAD_LIMIT=1, which makes a kernel measured for two threads run on one,
 * or OMP_DISPLAY_ENV, which prints hundreds of lines. A peer sets what is best for its library
 * itself. */
static const char *const prefixes[] = { "OMP_",      "GOMP_", "KMP_",  "LIBOMP_", "MKL_",
                                        "OPENBLAS_", "GOTO_", "BLIS_", "VECLIB_" };

static bool steers_threads(const char *variable)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(variable, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static void remove_variable(const char *variable)
{
    char *name = sb_copy_text(variable);
    name[strcspn(name, "=")] = '\0';
    unsetenv(name);
    free(name);
}

/* unsetenv() moves the entries behind it: restart after each removal. */
static void remove_inherited(void)
{
    for (char **at = environ; *at;) {
        if (!steers_threads(*at)) {
            at++;
            continue;
        }
        remove_variable(*at);
        at = environ;
    }
}

static void set_places(const int *cpus, int cpu_count)
{
    sb_text places = { 0 };
    for (int i = 0; i < cpu_count; i++)
        sb_text_add(&places, "%s{%d}", i ? "," : "", cpus[i]);
    setenv("OMP_PROC_BIND", "true", 1);
    setenv("OMP_PLACES", places.data, 1);
    sb_text_free(&places);
}

void sb_environment_make(int threads, const int *cpus, int cpu_count)
{
    static const char *const counts[] = { "OMP_NUM_THREADS", "MKL_NUM_THREADS",
                                          "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS" };
    char number[16];
    snprintf(number, sizeof number, "%d", threads);
    remove_inherited();
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        setenv(counts[i], number, 1);
    setenv("OMP_DYNAMIC", "false", 1);
    setenv("MKL_DYNAMIC", "false", 1);
    if (cpu_count > 0)
        set_places(cpus, cpu_count);
}
