/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels that compute correctly, but print too much, or text that must not reach a terminal. */
#include "rogue.h"

#include <stdio.h>
#include <unistd.h>

/* SHOUTS(name, statement): a kernel that runs `statement` in the first call of a plan. */
#define SHOUTS(name, statement)                                          \
    static int name##_run(void *plan, const float *input, float *output) \
    {                                                                    \
        const sb_host *host = ((rogue *)plan)->host;                     \
        if (((rogue *)plan)->runs == 0) {                                \
            statement;                                                   \
        }                                                                \
        (void)host;                                                      \
        return right(plan, input, output);                               \
    }                                                                    \
    KERNEL(name, SB_NEED_STANDARD, yes, keep, name##_run, forget, .flags = 0)

static void write_raw(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) < 0)
        clearerr(stdout);
}

static void flood(size_t lines)
{
    for (size_t i = 0; i < lines; i++)
        printf("line %zu of a flood\n", i);
}

static void long_line(size_t length)
{
    for (size_t i = 0; i < length; i++)
        putchar('x');
    putchar('\n');
}

SHOUTS(escapes, printf("\033[2J\033]0;title\007red\n"));
SHOUTS(escapes_loudly, fprintf(stderr, "\033c\x9b"
                                       "2J\n"));
SHOUTS(logs_escapes, host->log(host, SB_LOG_WARNING, "\033[31mred\nsecond line"));
SHOUTS(breaks_characters, printf("\xff\xfe\xc0\x80\n"));
SHOUTS(turns_direction, printf("\xe2\x80\xaegnp.exe\n"));
SHOUTS(returns_carriage, printf("100 %%\rsepbench: all is well\n"));
SHOUTS(never_ends_a_line, write_raw(1, "no end"));
SHOUTS(ends_with_nothing, if (fwrite("a\0b\n", 1, 4, stdout) != 4) clearerr(stdout));
SHOUTS(long_lines, long_line(1 << 20));
SHOUTS(floods, flood(200000));
SHOUTS(writes_past_stdio, write_raw(1, "raw \033[1m\n"); write_raw(2, "raw \033[2m\n"));

GOOD;
PLUGIN("shouter", NULL, &escapes, &escapes_loudly, &logs_escapes, &breaks_characters,
       &turns_direction, &returns_carriage, &never_ends_a_line, &ends_with_nothing, &long_lines,
       &floods, &writes_past_stdio);
