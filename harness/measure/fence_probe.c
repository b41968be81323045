/* SPDX-License-Identifier: Apache-2.0 */
/* Declared in measure/fence.h. */
#include "measure/arena.h"
#include "measure/fence.h"
#include "measure/spawn.h"

#include <sys/wait.h>
#include <unistd.h>

/* The mask is returned as the exit status. */
static unsigned probe_inside(void)
{
    _Static_assert(SB_FENCES <= 8, "a mask of fences is an exit status");
    const pid_t pid = fork();
    int status = 0;
    if (pid == 0)
        _exit((int)sb_fence_raise());
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
        return 0;
    return (unsigned)WEXITSTATUS(status);
}

static unsigned probe_system(void)
{
    unsigned allowed = probe_inside();
    if (sb_fence_wanted(SB_FENCE_PROCESSES) && sb_spawn_isolates())
        allowed |= 1u << SB_FENCE_PROCESSES | 1u << SB_FENCE_ORPHANS;
    if (sb_spawn_adopt_orphans())
        allowed |= 1u << SB_FENCE_ORPHANS;
    if (sb_arena_seals())
        allowed |= 1u << SB_FENCE_SEALS;
    return allowed;
}

unsigned sb_fence_probe(void)
{
    static bool probed;
    static unsigned allowed;
    if (!probed)
        allowed = probe_system();
    probed = true;
    return allowed;
}
