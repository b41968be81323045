/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker that waits for a debugger or a profiler before it runs a kernel for the first time. Such
 * a worker may be traced, is neither stopped nor replaced, and has no time limit, because the user
 * may be at a breakpoint.
 */
#ifndef SB_MEASURE_ATTACH_H
#define SB_MEASURE_ATTACH_H

#include "plugin/info.h"

#include <signal.h>
#include <sys/types.h>

/* Does the pattern (a glob; NULL matches none) match "plugin/kernel"? */
bool sb_attach_matches(const char *pattern, const sb_plugin_info *plugin, size_t kernel);

/* Does it match any kernel of the plugin? */
bool sb_attach_concerns(const char *pattern, const sb_plugin_info *plugin);

/* Stops the process, prints how to attach to it, and returns when it was continued, has ended, or
 * the user wants to stop. */
void sb_attach_await(pid_t pid, const sb_plugin_info *plugin, size_t kernel,
                     const volatile sig_atomic_t *stop);

#endif
