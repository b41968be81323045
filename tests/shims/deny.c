/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deny ERRNO SYSCALL... -- COMMAND...: runs a command for which system calls fail, as in sandboxes
 * and containers. ERRNO and the system calls are numbers or the names below; "locks" are those of
 * files, "subreaper" is the adoption of orphans. Exit status 77 where the system allows no such
 * filter.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CANNOT = 77, MOST = 64 };

static const struct {
    const char *name;
    long number;
} names[] = {
    { "EPERM", EPERM },
    { "ENOSYS", ENOSYS },
    { "ENOLCK", ENOLCK },
    { "sched_setaffinity", SYS_sched_setaffinity },
    { "sched_getaffinity", SYS_sched_getaffinity },
    { "personality", SYS_personality },
    { "flock", SYS_flock },
    { "unshare", SYS_unshare },
};

/* A system call with some values of an argument alone. */
enum { COMMANDS = 6 };
static const struct command {
    const char *name;
    unsigned number, argument, count;
    unsigned values[COMMANDS];
} commands[] = {
    { "locks",
      SYS_fcntl,
      1,
      COMMANDS,
      { F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW } },
    { "subreaper", SYS_prctl, 0, 1, { PR_SET_CHILD_SUBREAPER } },
};

typedef struct sock_filter step;

static unsigned number_of(const char *word)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, word) == 0)
            return (unsigned)names[i].number;
    return (unsigned)strtoul(word, NULL, 10);
}

static step load(size_t offset)
{
    return (step)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset);
}

/* Goes on with the next step where the loaded number is `number`, else skips `skipped` of them. */
static step expect(unsigned number, unsigned skipped)
{
    return (step)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, (unsigned char)skipped);
}

static step refuse(unsigned error)
{
    return (step)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error & SECCOMP_RET_DATA));
}

static const struct command *find_command(const char *word)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].name, word) == 0)
            return &commands[i];
    return NULL;
}

static step *refuse_command(step *to, const struct command *c, unsigned error)
{
    *to++ = expect(c->number, 2 + 2 * c->count);
    *to++ = load(offsetof(struct seccomp_data, args) + c->argument * sizeof(uint64_t));
    for (unsigned i = 0; i < c->count; i++) {
        *to++ = expect(c->values[i], 1);
        *to++ = refuse(error);
    }
    *to++ = load(offsetof(struct seccomp_data, nr));
    return to;
}

int main(int argc, char **argv)
{
    step filter[2 * MOST], *to = filter;
    int at = 2;
    if (argc < 4)
        return 2;
    const unsigned error = number_of(argv[1]);
    *to++ = load(offsetof(struct seccomp_data, nr));
    for (; at < argc && strcmp(argv[at], "--") != 0 && to < filter + MOST; at++) {
        const struct command *c = find_command(argv[at]);
        if (c) {
            to = refuse_command(to, c, error);
            continue;
        }
        *to++ = expect(number_of(argv[at]), 1);
        *to++ = refuse(error);
    }
    *to++ = (step)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const unsigned short length = (unsigned short)(to - filter);
    const struct sock_fprog program = { .len = length, .filter = filter };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        return CANNOT;
    if (at + 1 < argc)
        execvp(argv[at + 1], &argv[at + 1]);
    fprintf(stderr, "deny: cannot run the command\n");
    return 2;
}
