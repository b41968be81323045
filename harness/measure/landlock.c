/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/landlock.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's interface, which the headers of older systems lack in part. */
enum {
    CREATE_RULESET = 444,
    ADD_RULE = 445,
    RESTRICT_SELF = 446,
    GET_VERSION = 1,
    PATH_BENEATH = 1,
    WRITE_FILE = 1 << 1,
    REMOVE_FILE = 1 << 5,
    MAKE_FILE = 1 << 8,
    REMOVE_AND_MAKE = 0x1ff0, /* REMOVE_DIR to MAKE_SYM */
    REFER = 1 << 13,          /* version 2 */
    TRUNCATE = 1 << 14,       /* version 3 */
    SCOPE_SOCKETS = 1 << 0,   /* version 6 */
    SCOPE_SIGNALS = 1 << 1    /* version 6 */
};

typedef struct ruleset {
    uint64_t files, ports, scopes;
} ruleset;

struct path_rule {
    uint64_t access;
    int32_t fd;
} __attribute__((packed));

static ruleset rules_of(long version)
{
    return (ruleset) {
        .files = WRITE_FILE | REMOVE_AND_MAKE | (version >= 2 ? REFER : 0) |
                 (version >= 3 ? TRUNCATE : 0),
        .scopes = version >= 6 ? SCOPE_SOCKETS | SCOPE_SIGNALS : 0,
    };
}

/* Files that libraries open to discard output. */
static void allow_devices(int rules, uint64_t access)
{
    static const char *const devices[] = { "/dev/null", "/dev/zero", "/dev/full" };
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
        struct path_rule rule = { access & (WRITE_FILE | TRUNCATE), -1 };
        rule.fd = open(devices[i], O_PATH | O_CLOEXEC);
        if (rule.fd < 0)
            continue;
        (void)syscall(ADD_RULE, rules, PATH_BENEATH, &rule, 0);
        close(rule.fd);
    }
}

/* LLVM's OpenMP registers itself with a file in shared memory, and ends the process if it cannot.
 * With a mount namespace, the folder is the worker's own. */
static void allow_shared_memory(int rules, uint64_t access)
{
    struct path_rule rule = { access & (WRITE_FILE | TRUNCATE | MAKE_FILE | REMOVE_FILE), -1 };
    rule.fd = open("/dev/shm", O_PATH | O_CLOEXEC);
    if (rule.fd < 0)
        return;
    (void)syscall(ADD_RULE, rules, PATH_BENEATH, &rule, 0);
    close(rule.fd);
}

sb_landlock sb_landlock_enforce(void)
{
    const long version = syscall(CREATE_RULESET, NULL, 0, GET_VERSION);
    if (version < 1)
        return (sb_landlock) { 0 };
    const ruleset wanted = rules_of(version);
    const size_t size = version >= 6   ? sizeof wanted
                        : version >= 4 ? 2 * sizeof(uint64_t)
                                       : sizeof(uint64_t);
    const int rules = (int)syscall(CREATE_RULESET, &wanted, size, 0);
    if (rules < 0)
        return (sb_landlock) { 0 };
    allow_devices(rules, wanted.files);
    allow_shared_memory(rules, wanted.files);
    const bool enforced = syscall(RESTRICT_SELF, rules, 0) == 0;
    close(rules);
    return (sb_landlock) { .files = enforced, .signals = enforced && wanted.scopes };
}
