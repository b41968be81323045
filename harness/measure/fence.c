/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/fence.h"

#include "core/text.h"
#include "machine/cgroup.h"
#include "measure/landlock.h"
#include "measure/syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

static const struct {
    const char *name, *purpose;
} fences[SB_FENCES] = {
#define SB_FENCE_ROW(id, name, purpose) [SB_FENCE_##id] = { name, purpose },
    SB_FENCE_LIST(SB_FENCE_ROW)
#undef SB_FENCE_ROW
};

const char *sb_fence_name(sb_fence fence)
{
    return fences[fence].name;
}

const char *sb_fence_purpose(sb_fence fence)
{
    return fences[fence].purpose;
}

static bool is_wanted(const char *name)
{
    const char *without = getenv("SEPBENCH_WITHOUT_FENCES");
    if (!without)
        return true;
    if (strcmp(without, "all") == 0)
        return false;
    const size_t length = strlen(name);
    for (const char *at = without; (at = strstr(at, name)); at += length)
        if ((at == without || at[-1] == ',') && (at[length] == '\0' || at[length] == ','))
            return false;
    return true;
}

bool sb_fence_leaves_cores(void)
{
    const char *wanted = getenv("SEPBENCH_CORES");
    if (!wanted || !*wanted || strcmp(wanted, "0") == 0)
        return false;
    sb_fence_leave_out("tracing");
    sb_fence_leave_out("files");
    return true;
}

void sb_fence_leave_out(const char *name)
{
    const char *without = getenv("SEPBENCH_WITHOUT_FENCES");
    sb_text names = { 0 };
    if (!is_wanted(name))
        return;
    sb_text_add(&names, "%s%s%s", without ? without : "", without && *without ? "," : "", name);
    setenv("SEPBENCH_WITHOUT_FENCES", names.data, 1);
    sb_text_free(&names);
}

bool sb_fence_wanted(sb_fence fence)
{
    return is_wanted(fences[fence].name);
}

/* As root, keeps only the capability to read plugins that belong to others. */
static bool drop_capabilities(void)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[2] = { { 0 }, { 0 } };
    if (syscall(SYS_capget, &header, data) != 0)
        return false;
    const uint32_t kept = data[0].permitted & (1u << CAP_DAC_READ_SEARCH);
    data[0] = (struct __user_cap_data_struct) { .effective = kept, .permitted = kept };
    data[1] = (struct __user_cap_data_struct) { 0 };
    return syscall(SYS_capset, &header, data) == 0;
}

/* Also against other plugins of the same user. Where a debugger is wanted, Yama lets in parents
 * alone, unless it is told otherwise. */
static bool forbid_tracing(void)
{
    if (is_wanted("tracing"))
        return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
    (void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    return false;
}

static bool drop_privileges(void)
{
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    const bool bound = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, dropped = drop_capabilities();
    return forbid_tracing() && bound && dropped;
}

/* AddressSanitizer's shadow memory is private memory of unlimited size. */
#if defined(__SANITIZE_ADDRESS__)
#define SHADOWED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SHADOWED 1
#endif
#endif
#ifndef SHADOWED
#define SHADOWED 0
#endif

/* At most three quarters of memory: a worker that takes more would force other programs to swap. */
static rlim_t most_memory(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    const uint64_t machine = (uint64_t)pages * (uint64_t)page, group = sb_cgroup_memory("");
    return (rlim_t)((group && group < machine ? group : machine) / 4 * 3);
}

/* The present number of processes plus a fixed margin. */
static rlim_t most_processes(void)
{
    enum { MORE = 1024 };
    struct sysinfo now;
    return sysinfo(&now) == 0 ? (rlim_t)now.procs + MORE : RLIM_INFINITY;
}

#ifdef __GLIBC__
typedef __rlimit_resource_t resource_id;
#else
typedef int resource_id; /* as POSIX has it */
#endif

static bool limit_resource(resource_id resource, rlim_t most)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0)
        return false;
    limit.rlim_max = limit.rlim_max < most ? limit.rlim_max : most;
    limit.rlim_cur = limit.rlim_cur < most ? limit.rlim_cur : most;
    return setrlimit(resource, &limit) == 0;
}

/* If memory runs out nevertheless, the system should kill workers rather than the harness. */
static void offer_to_killer(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (write(fd, "1000", 4) != 4)
        errno = 0; /* best effort */
    close(fd);
}

static bool set_limits(void)
{
    enum { DESCRIPTORS = 1024 };
    const rlim_t memory = most_memory();
    offer_to_killer();
    return limit_resource(RLIMIT_NOFILE, DESCRIPTORS) && limit_resource(RLIMIT_FSIZE, memory) &&
           limit_resource(RLIMIT_NPROC, most_processes()) && limit_resource(RLIMIT_MSGQUEUE, 0) &&
           (SHADOWED || limit_resource(RLIMIT_DATA, memory));
}

static unsigned raise_if(sb_fence fence, bool (*put_up)(void))
{
    return sb_fence_wanted(fence) && put_up() ? 1u << fence : 0;
}

unsigned sb_fence_raise(void)
{
    (void)sb_fence_leaves_cores();
    unsigned standing = raise_if(SB_FENCE_LIMITS, set_limits);
    standing |= raise_if(SB_FENCE_PRIVILEGES, drop_privileges);
    sb_landlock landlock = { 0 };
    if (sb_fence_wanted(SB_FENCE_FILES) && is_wanted("landlock"))
        landlock = sb_landlock_enforce();
    const sb_syscalls filter = {
        .files = sb_fence_wanted(SB_FENCE_FILES) && !landlock.files,
        .signals = !landlock.signals,
    };
    if (sb_fence_wanted(SB_FENCE_SYSCALLS) && sb_syscalls_filter(&filter))
        standing |= 1u << SB_FENCE_SYSCALLS;
    if (landlock.files || (filter.files && standing & 1u << SB_FENCE_SYSCALLS))
        standing |= 1u << SB_FENCE_FILES;
    return standing;
}
