/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into programs of another processor that an emulator runs, such as qemu-aarch64: when
 * they start themselves again, as workers, the kernel cannot run them. The emulator can; the
 * variable EMULATOR_PROGRAM has its path.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_WORDS = 64, BEFORE = 6 };

static char preload[4096]; /* "LD_PRELOAD=..." */

/* Programs of this processor, such as gnuplot, cannot load it. */
__attribute__((constructor)) static void hide_from_others(void)
{
    const char *self = getenv("LD_PRELOAD");
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", self ? self : "");
    unsetenv("LD_PRELOAD");
}

__attribute__((visibility("default"))) int execv(const char *path, char *const words[])
{
    static char set[] = "-E", name[] = "-0", self[4096];
    char *with[BEFORE + MOST_WORDS] = { getenv("EMULATOR_PROGRAM"), set, preload, name, words[0] };
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (!with[0] || length <= 0 || strcmp(path, "/proc/self/exe") != 0)
        return execve(path, words, environ);
    self[length] = '\0';
    with[BEFORE - 1] = self;
    for (int i = 1; i < MOST_WORDS && words[i]; i++)
        with[BEFORE - 1 + i] = words[i];
    return execve(with[0], with, environ);
}
