/* SPDX-License-Identifier: Apache-2.0 */
/* Plugins that cannot be used. All are built from this file; a macro selects what is wrong. */
#include "rogue.h"

GOOD;

#if defined(BROKEN_INIT)
static int refuse(const sb_host *host, sb_why *why)
{
    (void)host;
    strcpy(why->text, "the wrapped library is too old");
    return 1;
}
#else
#define refuse NULL
#endif

#if defined(BROKEN_CONSTRUCTOR)
__attribute__((constructor)) static void crash(void)
{
    abort();
}
#endif

#if defined(BROKEN_PARAMETER)
static const sb_parameter tile = {
    .size = sizeof tile,
    .kind = SB_INTEGER,
    .id = "tile",
    .summary = "a number",
    .min = 1,
    .max = 8,
    .step = 0,
    .initial = 4,
};
static const sb_parameter *const parameters[] = { &tile, NULL };
KERNEL(other, SB_NEED_STANDARD, yes, keep, right, forget, .parameters = parameters);
#else
KERNEL(other, SB_NEED_STANDARD, yes, keep, right, forget, .flags = 0);
#endif

static const sb_kernel *const all[] = {
    &good,
    &other,
#if defined(BROKEN_TWICE)
    &other,
#endif
    NULL,
};

#if defined(BROKEN_SYMBOL)
#define sb_plugin_entry sb_plugin_entrance
extern SB_PLUGIN_EXPORT const sb_plugin sb_plugin_entry;
#endif

const sb_plugin sb_plugin_entry = {
#if defined(BROKEN_SIZE)
    .size = 16,
#elif defined(BROKEN_OLD)
    .size = 80, /* the size before a problem became a list of steps */
#else
    .size = sizeof(sb_plugin),
#endif
#if defined(BROKEN_ABI)
    .abi_major = SB_ABI_MAJOR + 1,
#else
    .abi_major = SB_ABI_MAJOR,
#endif
    .abi_minor = SB_ABI_MINOR,
#if defined(BROKEN_ID)
    .id = "Not an id",
#else
    .id = "broken",
#endif
    .version = "1",
#if defined(BROKEN_TEXT)
    .summary = "two\nlines",
#else
    .summary = "misbehaves, for a test",
#endif
    .license = "Apache-2.0",
#if defined(BROKEN_EMPTY)
    .kernels = all + sizeof all / sizeof *all - 1, /* the NULL at the end */
#else
    .kernels = all,
#endif
    .init = refuse,
};
