/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deny ERRNO SYSCALL... -- COMMAND...: runs a command for which system calls fail, as in sandboxes
 * and containers. ERRNO and the system calls are numbers or the names below. Exit status 77 where
 * the system allows no such filter.
 */
#include <errno.h>
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
    { "sched_setaffinity", SYS_sched_setaffinity },
    { "sched_getaffinity", SYS_sched_getaffinity },
    { "personality", SYS_personality },
    { "fcntl", SYS_fcntl },
    { "flock", SYS_flock },
    { "mmap", SYS_mmap },
    { "memfd_create", SYS_memfd_create },
    { "pidfd_open", SYS_pidfd_open },
    { "perf_event_open", SYS_perf_event_open },
    { "mbind", SYS_mbind },
    { "setrlimit", SYS_prlimit64 },
};

static unsigned number_of(const char *word)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, word) == 0)
            return (unsigned)names[i].number;
    return (unsigned)strtoul(word, NULL, 10);
}

int main(int argc, char **argv)
{
    struct sock_filter filter[2 * MOST + 2];
    unsigned short length = 0;
    int at = 2;
    if (argc < 4)
        return 2;
    filter[length++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (; at < argc && strcmp(argv[at], "--") != 0 && length < 2 * MOST; at++) {
        filter[length++] =
            (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number_of(argv[at]), 0, 1);
        filter[length++] = (struct sock_filter)BPF_STMT(
            BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (number_of(argv[1]) & SECCOMP_RET_DATA));
    }
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const struct sock_fprog program = { .len = length, .filter = filter };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        return CANNOT;
    if (at + 1 < argc)
        execvp(argv[at + 1], &argv[at + 1]);
    fprintf(stderr, "deny: cannot run the command\n");
    return 2;
}
