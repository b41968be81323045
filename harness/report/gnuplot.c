/* SPDX-License-Identifier: Apache-2.0 */
#include "report/gnuplot.h"

#include "core/clock.h"
#include "store/number.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define TIMEOUT_NS INT64_C(60000000000)

/* Starts gnuplot with its standard error in `said`. 0, or an errno. */
static int start(const char *folder, const char *script, int said, pid_t *pid)
{
    char *const argv[] = { (char *)"gnuplot", (char *)"--default-settings", (char *)script, NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, said, 2);
    posix_spawn_file_actions_addchdir_np(&actions, folder);
    posix_spawnattr_init(&attributes);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    int problem = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return problem;
}

/* Reads until the other end is closed; false when the time is over. */
static bool listen_to(int said, sb_text *text)
{
    int64_t deadline = sb_now_ns() + TIMEOUT_NS;
    for (;;) {
        struct pollfd ready = { .fd = said, .events = POLLIN };
        int64_t left = (deadline - sb_now_ns()) / 1000000;
        if (left <= 0)
            return false;
        int count = poll(&ready, 1, (int)left);
        char part[512];
        ssize_t length = count > 0 ? read(said, part, sizeof part) : 0;
        if (count > 0 && length <= 0)
            return true;
        if (text->length < 4096) /* more than the user would read */
            sb_text_add_bytes(text, part, (size_t)length);
    }
}

/* The line that says what is wrong: gnuplot first repeats the command and points into it. */
static const char *last_line(sb_text *text)
{
    while (text->length && strchr("\n ", text->data[text->length - 1]))
        text->data[--text->length] = '\0';
    const char *line = text->length ? strrchr(text->data, '\n') : NULL;
    return line ? line + 1 : text->length ? text->data : "it gives no reason";
}

int sb_gnuplot_run(const char *folder, const char *script, sb_error *error)
{
    int pipes[2];
    if (pipe2(pipes, O_CLOEXEC) != 0)
        return sb_fail_errno(error, "gnuplot cannot be started");
    pid_t pid;
    int problem = start(folder, script, pipes[1], &pid);
    close(pipes[1]);
    if (problem != 0) {
        close(pipes[0]);
        errno = problem;
        return problem == ENOENT ? 0 : sb_fail_errno(error, "gnuplot cannot be started");
    }
    sb_text said = { 0 };
    bool in_time = listen_to(pipes[0], &said);
    close(pipes[0]);
    if (!in_time)
        kill(pid, SIGKILL);
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    int result = 1;
    if (!in_time)
        result = sb_fail(error, "gnuplot takes too long for %s/%s", folder, script);
    else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        result = sb_fail(error, "gnuplot fails on %s/%s: %s", folder, script, last_line(&said));
    sb_text_free(&said);
    return result;
}

/* The length of the well-formed UTF-8 character here, or 0. */
static size_t character(const unsigned char *at)
{
    size_t length = *at < 0x80                  ? 1
                    : *at >= 0xc2 && *at < 0xe0 ? 2
                    : *at >= 0xe0 && *at < 0xf0 ? 3
                    : *at >= 0xf0 && *at < 0xf5 ? 4
                                                : 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (*at == 0xe0 && at[1] < 0xa0) || (*at == 0xf0 && at[1] < 0x90);
    bool surrogate = *at == 0xed && at[1] >= 0xa0;
    bool too_far = *at == 0xf4 && at[1] >= 0x90;
    bool control = *at == 0xc2 && at[1] < 0xa0; /* U+0080 to U+009F */
    return overlong || surrogate || too_far || control ? 0 : length;
}

/* What stands for a character that gnuplot might take for more than itself, or 0. */
static char harmless(unsigned char c)
{
    if (c < 0x20 || c == 0x7f)
        return '?';
    switch (c) {
    case '"':
    case '`':
    case '\'':
        return '.';
    case '\\':
        return '/';
    case '%':
        return '?';
    default:
        return 0;
    }
}

static void add_clean(sb_text *to, const char *text, size_t most)
{
    const unsigned char *at = (const unsigned char *)text;
    for (size_t count = 0; *at; count++) {
        if (count == most - 1 && at[1]) {
            sb_text_add(to, "\xe2\x80\xa6"); /* an ellipsis */
            return;
        }
        size_t length = character(at);
        char instead = length == 0 ? '?' : harmless(*at);
        sb_text_add_bytes(to, instead ? &instead : (const char *)at, instead ? 1 : length);
        at += length ? length : 1;
    }
}

void sb_gnuplot_add_field(sb_text *data, const char *text, size_t most)
{
    add_clean(data, *text ? text : "?", most);
}

void sb_gnuplot_add_string(sb_text *script, const char *text, size_t most)
{
    sb_text_add_bytes(script, "'", 1);
    add_clean(script, text, most);
    sb_text_add_bytes(script, "'", 1);
}

void sb_gnuplot_add_number(sb_text *data, double value)
{
    if (isfinite(value))
        sb_text_add_fixed(data, value, 6);
    else
        sb_text_add_bytes(data, "?", 1);
}
