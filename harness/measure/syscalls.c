/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A filter is a program for the kernel's classic packet filter. The rules are a table; each becomes
 * a few instructions that compare the number of the call and, for some, an argument, and return the
 * error with which the call fails. A call without a rule is allowed.
 */
#include "measure/syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#endif

/* Newer than the headers of some systems. */
enum {
    CLONE3 = 435,
    OPENAT2 = 437,
    PIDFD_SEND_SIGNAL = 424,
    PIDFD_GETFD = 438,
    IO_URING_SETUP = 425,
    IO_URING_REGISTER = 427,
    OPEN_TREE = 428,
    FSPICK = 433,
    PROCESS_MADVISE = 440,
    MOUNT_SETATTR = 442,
    PROCESS_MRELEASE = 448,
    FCHMODAT2 = 452
};

#ifndef SECCOMP_FILTER_FLAG_SPEC_ALLOW
#define SECCOMP_FILTER_FLAG_SPEC_ALLOW (1u << 2)
#endif

typedef enum test {
    ALWAYS,
    IF_ANY_BIT, /* a bit of the argument's low half is in `value` */
    UNLESS,     /* its low half equals `value` */
    UNLESS_OWN, /* it is this process, its group, or 0 */
    IF_EQUAL
} test;

typedef enum occasion { ANY_TIME, FOR_FILES, FOR_SIGNALS, ON_ONE_CPU } occasion;

typedef struct rule {
    int number, failure;
    occasion when;
    test test;
    int argument; /* the argument that is tested */
    uint32_t value;
} rule;

/* Signals by way of a descriptor reach any process of the user, and SIGCONT, also from a timer,
 * continues a worker that the harness has stopped. */
#define NO_SIGNALS_BY(call, command)                \
    {                                               \
        call, EPERM, ANY_TIME, IF_EQUAL, 1, command \
    }
#define NO_CONTINUING(call, argument)                      \
    {                                                      \
        call, EPERM, ANY_TIME, IF_EQUAL, argument, SIGCONT \
    }

enum {
    WRITING = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC,
    NAMESPACES = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC |
                 CLONE_NEWUTS | CLONE_NEWCGROUP
};

#define REFUSE(number, failure, occasion)       \
    {                                           \
        number, failure, occasion, ALWAYS, 0, 0 \
    }

static const rule rules[] = {
    /* other processes */
    REFUSE(SYS_ptrace, EPERM, ANY_TIME),
    REFUSE(SYS_process_vm_readv, EPERM, ANY_TIME),
    REFUSE(SYS_process_vm_writev, EPERM, ANY_TIME),
    REFUSE(SYS_kcmp, EPERM, ANY_TIME),
    REFUSE(PIDFD_GETFD, EPERM, ANY_TIME),
    REFUSE(PIDFD_SEND_SIGNAL, EPERM, ANY_TIME),
    REFUSE(PROCESS_MADVISE, EPERM, ANY_TIME),
    REFUSE(PROCESS_MRELEASE, EPERM, ANY_TIME),
    { SYS_prlimit64, EPERM, ANY_TIME, UNLESS, 0, 0 },
    REFUSE(SYS_setpriority, EPERM, ANY_TIME),
    REFUSE(SYS_ioprio_set, EPERM, ANY_TIME),
    REFUSE(SYS_migrate_pages, EPERM, ANY_TIME),
    { SYS_kill, EPERM, FOR_SIGNALS, UNLESS_OWN, 0, 0 },
    { SYS_tgkill, EPERM, FOR_SIGNALS, UNLESS_OWN, 0, 0 },
    REFUSE(SYS_tkill, EPERM, FOR_SIGNALS),
    { SYS_rt_sigqueueinfo, EPERM, FOR_SIGNALS, UNLESS_OWN, 0, 0 },
    { SYS_rt_tgsigqueueinfo, EPERM, FOR_SIGNALS, UNLESS_OWN, 0, 0 },
    NO_CONTINUING(SYS_kill, 1),
    NO_CONTINUING(SYS_tkill, 1),
    NO_CONTINUING(SYS_tgkill, 2),
    NO_CONTINUING(SYS_rt_sigqueueinfo, 1),
    NO_CONTINUING(SYS_rt_tgsigqueueinfo, 2),
    REFUSE(SYS_timer_create, EPERM, ANY_TIME),
    NO_SIGNALS_BY(SYS_fcntl, F_SETOWN),
    NO_SIGNALS_BY(SYS_fcntl, F_SETOWN_EX),
    NO_SIGNALS_BY(SYS_fcntl, F_SETSIG),
    NO_SIGNALS_BY(SYS_ioctl, FIOSETOWN),
    NO_SIGNALS_BY(SYS_ioctl, SIOCSPGRP),
    /* On one CPU, a runtime that binds its threads has no choice of its own: the call succeeds and
     * does nothing. */
    REFUSE(SYS_sched_setaffinity, 0, ON_ONE_CPU),
    /* settings by which the harness controls this process */
    { SYS_prctl, EPERM, ANY_TIME, IF_EQUAL, 0, PR_SET_DUMPABLE },
    { SYS_prctl, EPERM, ANY_TIME, IF_EQUAL, 0, PR_SET_PDEATHSIG },
    { SYS_prctl, EPERM, ANY_TIME, IF_EQUAL, 0, PR_SET_CHILD_SUBREAPER },
    /* network access, and objects that outlive a process */
    REFUSE(SYS_socket, EACCES, ANY_TIME),
    REFUSE(SYS_shmget, EACCES, ANY_TIME),
    REFUSE(SYS_semget, EACCES, ANY_TIME),
    REFUSE(SYS_msgget, EACCES, ANY_TIME),
    REFUSE(SYS_mq_open, EACCES, ANY_TIME),
    REFUSE(SYS_add_key, EACCES, ANY_TIME),
    REFUSE(SYS_keyctl, EACCES, ANY_TIME),
    REFUSE(SYS_request_key, EACCES, ANY_TIME),
    /* the kernel */
    REFUSE(SYS_unshare, EPERM, ANY_TIME),
    REFUSE(SYS_setns, EPERM, ANY_TIME),
    { SYS_clone, EPERM, ANY_TIME, IF_ANY_BIT, 0, NAMESPACES | CLONE_PARENT },
    REFUSE(CLONE3, ENOSYS,
           ANY_TIME), /* a filter cannot see its flags; the C library then uses clone */
    REFUSE(SYS_mount, EPERM, ANY_TIME),
    REFUSE(SYS_umount2, EPERM, ANY_TIME),
    REFUSE(SYS_pivot_root, EPERM, ANY_TIME),
    REFUSE(SYS_chroot, EPERM, ANY_TIME),
    REFUSE(OPEN_TREE, EPERM, ANY_TIME),
    REFUSE(FSPICK, EPERM, ANY_TIME),
    REFUSE(MOUNT_SETATTR, EPERM, ANY_TIME),
    REFUSE(SYS_bpf, EPERM, ANY_TIME),
    REFUSE(SYS_userfaultfd, EPERM, ANY_TIME),
    REFUSE(IO_URING_SETUP, ENOSYS, ANY_TIME),
    REFUSE(IO_URING_REGISTER, ENOSYS, ANY_TIME),
    REFUSE(SYS_open_by_handle_at, EPERM, ANY_TIME),
    /* files: calls that Landlock does not cover */
    REFUSE(SYS_fchmod, EPERM, ANY_TIME),
    REFUSE(SYS_fchmodat, EPERM, ANY_TIME),
    REFUSE(FCHMODAT2, EPERM, ANY_TIME),
    REFUSE(SYS_fchown, EPERM, ANY_TIME),
    REFUSE(SYS_fchownat, EPERM, ANY_TIME),
    REFUSE(SYS_setxattr, EPERM, ANY_TIME),
    REFUSE(SYS_lsetxattr, EPERM, ANY_TIME),
    REFUSE(SYS_fsetxattr, EPERM, ANY_TIME),
    REFUSE(SYS_removexattr, EPERM, ANY_TIME),
    REFUSE(SYS_utimensat, EPERM, ANY_TIME),
    /* files, if there is no Landlock */
    { SYS_openat, EACCES, FOR_FILES, IF_ANY_BIT, 2, WRITING },
    REFUSE(OPENAT2, ENOSYS, FOR_FILES),
    REFUSE(SYS_truncate, EACCES, FOR_FILES),
    REFUSE(SYS_mkdirat, EACCES, FOR_FILES),
    REFUSE(SYS_mknodat, EACCES, FOR_FILES),
    REFUSE(SYS_unlinkat, EACCES, FOR_FILES),
    REFUSE(SYS_renameat2, EACCES, FOR_FILES),
    REFUSE(SYS_linkat, EACCES, FOR_FILES),
    REFUSE(SYS_symlinkat, EACCES, FOR_FILES),
#ifdef SYS_open /* calls that exist only on older architectures */
    REFUSE(SYS_chmod, EPERM, ANY_TIME),
    REFUSE(SYS_chown, EPERM, ANY_TIME),
    REFUSE(SYS_lchown, EPERM, ANY_TIME),
    { SYS_open, EACCES, FOR_FILES, IF_ANY_BIT, 1, WRITING },
    REFUSE(SYS_creat, EACCES, FOR_FILES),
    REFUSE(SYS_mkdir, EACCES, FOR_FILES),
    REFUSE(SYS_mknod, EACCES, FOR_FILES),
    REFUSE(SYS_unlink, EACCES, FOR_FILES),
    REFUSE(SYS_rmdir, EACCES, FOR_FILES),
    REFUSE(SYS_rename, EACCES, FOR_FILES),
    REFUSE(SYS_link, EACCES, FOR_FILES),
    REFUSE(SYS_symlink, EACCES, FOR_FILES),
#endif
#ifdef SYS_renameat
    REFUSE(SYS_renameat, EACCES, FOR_FILES),
#endif
};

enum { RULES = sizeof rules / sizeof *rules, MOST = 8 * RULES + 16 };

/* A program being assembled. */
typedef struct program {
    struct sock_filter code[MOST];
    unsigned short length;
} program;

static void add_instruction(program *p, uint16_t code, uint32_t value, uint8_t if_true,
                            uint8_t if_false)
{
    p->code[p->length++] = (struct sock_filter) { code, if_true, if_false, value };
}

static void load_field(program *p, size_t offset)
{
    add_instruction(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void add_failure(program *p, int failure)
{
    add_instruction(p, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (uint32_t)failure, 0, 0);
}

/* The failure follows these instructions; an allowed call jumps over it. */
static void add_test(program *p, const rule *r)
{
    const uint32_t self = (uint32_t)getpid();
    if (r->test == ALWAYS)
        return;
    load_field(p, offsetof(struct seccomp_data, args) + 8 * (size_t)r->argument);
    switch (r->test) {
    case IF_ANY_BIT:
        add_instruction(p, BPF_JMP | BPF_JSET | BPF_K, r->value, 0, 1);
        break;
    case IF_EQUAL:
        add_instruction(p, BPF_JMP | BPF_JEQ | BPF_K, r->value, 0, 1);
        break;
    case UNLESS:
        add_instruction(p, BPF_JMP | BPF_JEQ | BPF_K, r->value, 1, 0);
        break;
    default:
        add_instruction(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 3, 0);
        add_instruction(p, BPF_JMP | BPF_JEQ | BPF_K, self, 2, 0);
        add_instruction(p, BPF_JMP | BPF_JEQ | BPF_K, -self, 1, 0);
    }
}

static void add_rule(program *p, const rule *r)
{
    load_field(p, offsetof(struct seccomp_data, nr));
    const unsigned short jump = p->length;
    add_instruction(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)r->number, 0, 0);
    add_test(p, r);
    add_failure(p, r->failure);
    p->code[jump].jf = (uint8_t)(p->length - jump - 1);
}

static bool is_on_one_cpu(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) == 1;
}

#ifdef MACHINE
static void write_program(program *p, const sb_syscalls *wanted)
{
    const bool occasions[] = {
        [ANY_TIME] = true,
        [FOR_FILES] = wanted->files,
        [FOR_SIGNALS] = wanted->signals,
        [ON_ONE_CPU] = is_on_one_cpu(),
    };
    load_field(p, offsetof(struct seccomp_data, arch));
    add_instruction(p, BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0);
    add_failure(p, ENOSYS);
#ifdef __x86_64__
    load_field(p, offsetof(struct seccomp_data, nr)); /* x32 */
    add_instruction(p, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    add_failure(p, ENOSYS);
#endif
    for (size_t i = 0; i < RULES; i++)
        if (occasions[rules[i].when])
            add_rule(p, &rules[i]);
    add_instruction(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}
#endif

bool sb_syscalls_filter(const sb_syscalls *wanted)
{
#ifdef MACHINE
    static program p;
    p.length = 0;
    write_program(&p, wanted);
    const struct sock_fprog whole = { .len = p.length, .filter = p.code };
    /* Without this flag, some kernels enable mitigations that slow down every load of the
     * process. */
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &whole) ==
               0 ||
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &whole) == 0;
#else
    (void)wanted;
    return false;
#endif
}
