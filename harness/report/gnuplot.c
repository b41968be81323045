/* SPDX-License-Identifier: Apache-2.0 */
#include "report/gnuplot.h"

#include "core/clock.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define LEAST_MAJOR 5
#define LEAST_MINOR 2
#define LEVEL       " patchlevel "

typedef enum outcome { DONE, ABSENT, BROKEN, HUNG } outcome;

/* ----------------------------------------------------------------------------------- running it */

/* The environment, with the time zone UTC: a PDF contains its creation time. free() it. */
static char **make_environment(void)
{
    static char zone[] = "TZ=UTC0";
    size_t count = 0, kept = 0;
    while (environ[count])
        count++;
    char **copy = sb_new(count + 2, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "TZ=", 3) != 0)
            copy[kept++] = environ[i];
    copy[kept] = zone;
    return copy;
}

/* The path of the program, from the folders of PATH; free() it. NULL if there is none. Empty and
 * relative entries are skipped: they would name a program in the folder of the figures. */
static char *find_program(const char *name)
{
    const char *list = getenv("PATH");
    for (size_t length; list && *list; list += length + (list[length] == ':')) {
        struct stat info;
        sb_text path = { 0 };
        length = strcspn(list, ":");
        sb_text_add(&path, "%.*s/%s", (int)length, list, name);
        if (*list == '/' && stat(path.data, &info) == 0 && S_ISREG(info.st_mode) &&
            access(path.data, X_OK) == 0)
            return path.data;
        sb_text_free(&path);
    }
    return NULL;
}

/* Starts gnuplot with its standard error in `said`. Returns 0 or an errno. */
static int start_gnuplot(const char *folder, char *const argv[], int said, pid_t *pid)
{
    char *program = find_program(argv[0]);
    if (!program)
        return ENOENT;
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
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0); /* its own process group, to end all of it */
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    char **variables = make_environment();
    int problem = posix_spawn(pid, program, &actions, &attributes, argv, variables);
    free(variables);
    free(program);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return problem;
}

/* Has it ended? It can still be waited for. */
static bool has_ended(pid_t pid)
{
    siginfo_t info = { .si_pid = 0 };
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

/* Reads its messages until it has ended, and not longer: a process that it started may keep the
 * pipe open. False when the time is over. */
static bool listen_to(pid_t pid, int said, int64_t patience_ns, sb_text *text)
{
    enum { LOOK_MS = 100, MOST = 4096 /* more than a user would read */ };
    int64_t deadline = sb_now_ns() + patience_ns;
    for (bool closed = false;;) {
        struct pollfd ready = { .fd = closed ? -1 : said, .events = POLLIN };
        bool ended = has_ended(pid);
        int count = poll(&ready, 1, ended ? 0 : closed ? 1 : LOOK_MS);
        char part[512];
        ssize_t length = count > 0 ? read(said, part, sizeof part) : 0;
        closed = closed || (count > 0 && length <= 0);
        if (length > 0 && text->length < MOST)
            sb_text_add_bytes(text, part, (size_t)length);
        if (ended && (length <= 0 || text->length >= MOST))
            return true;
        if (!ended && sb_now_ns() > deadline)
            return false;
    }
}

/* Runs it to its end; its messages are in `said`. */
static outcome run_gnuplot(const char *folder, char *const argv[], int64_t patience_ns,
                           sb_text *said, sb_error *error)
{
    int pipes[2];
    if (pipe2(pipes, O_CLOEXEC) != 0) {
        sb_fail_errno(error, "gnuplot cannot be started");
        return BROKEN;
    }
    pid_t pid;
    int problem = start_gnuplot(folder, argv, pipes[1], &pid);
    close(pipes[1]);
    if (problem != 0) {
        close(pipes[0]);
        errno = problem;
        sb_fail_errno(error, "gnuplot cannot be started");
        return problem == ENOENT ? ABSENT : BROKEN;
    }
    bool in_time = listen_to(pid, pipes[0], patience_ns, said);
    close(pipes[0]);
    kill(-pid, SIGKILL); /* also ends what it started */
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (!in_time)
        return HUNG;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? DONE : BROKEN;
}

/* The line with the error: gnuplot first repeats the command and points into it. */
static const char *last_line(sb_text *text)
{
    while (text->length && strchr("\n ", text->data[text->length - 1]))
        text->data[--text->length] = '\0';
    const char *line = text->length ? strrchr(text->data, '\n') : NULL;
    return line ? line + 1 : text->length ? text->data : "it gives no reason";
}

int sb_gnuplot_run(const char *folder, const char *script, int64_t patience_ns, bool *hangs,
                   sb_error *error)
{
    char *const argv[] = { (char *)"gnuplot", (char *)"--default-settings", (char *)script, NULL };
    sb_text said = { 0 };
    outcome how = run_gnuplot(folder, argv, patience_ns, &said, error);
    *hangs = how == HUNG;
    int rc = SB_OK;
    if (how == HUNG)
        rc = sb_fail(error, "gnuplot takes too long for %s/%s", folder, script);
    else if (how != DONE)
        rc = sb_fail(error, "gnuplot fails on %s/%s: %s", folder, script, last_line(&said));
    sb_text_free(&said);
    return rc;
}

/* ----------------------------------------------------------------------------- what it can draw */

static bool is_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += length)
        if (at > list && at[-1] == ' ' && (at[length] == ' ' || at[length] == '\n'))
            return true;
    return false;
}

static char version[64];

const char *sb_gnuplot_version(void)
{
    return version;
}

static void keep_version(const char *answer)
{
    const char *level = strstr(answer, LEVEL);
    snprintf(version, sizeof version, "%.*s", (int)strcspn(answer, " "), answer);
    if (!level)
        return;
    level += strlen(LEVEL);
    snprintf(version + strlen(version), sizeof version - strlen(version), LEVEL "%.*s",
             (int)strcspn(level, " \n"), level);
}

/* "5.4 canvas ... svg ... patchlevel 4": a version and names, with a space before and after
 * each. */
static int read_answer(const char *answer, sb_gnuplot *gnuplot, sb_error *error)
{
    char *end;
    long major = strtol(answer, &end, 10), minor = 0;
    if (*end == '.')
        minor = strtol(end + 1, &end, 10);
    if (end == answer || *end != ' ')
        return sb_fail(error, "gnuplot gives unexpected output (%s)", SB_GNUPLOT_PACKAGE);
    if (major < LEAST_MAJOR || (major == LEAST_MAJOR && minor < LEAST_MINOR))
        return sb_fail(error, "gnuplot %ld.%ld is too old, figures need %d.%d or later (%s)", major,
                       minor, LEAST_MAJOR, LEAST_MINOR, SB_GNUPLOT_PACKAGE);
    keep_version(answer);
    gnuplot->svg = is_word(answer, "svg");
    gnuplot->pdf = is_word(answer, "pdfcairo");
    gnuplot->png = is_word(answer, "pngcairo");
    return SB_OK;
}

int sb_gnuplot_probe(int64_t patience_ns, sb_gnuplot *gnuplot, sb_error *error)
{
    char *const argv[] = { (char *)"gnuplot", (char *)"--default-settings", (char *)"-e",
                           (char *)"print sprintf('%.1f ', GPVAL_VERSION).GPVAL_TERMINALS.'" LEVEL
                                   "'."
                                   "GPVAL_PATCHLEVEL.' '",
                           NULL };
    sb_text said = { 0 };
    *gnuplot = (sb_gnuplot) { 0 };
    outcome how = run_gnuplot("/", argv, patience_ns, &said, error);
    int rc = SB_OK;
    if (how == ABSENT)
        rc = sb_fail(error, "gnuplot was not found (%s)", SB_GNUPLOT_PACKAGE);
    else if (how == HUNG)
        rc = sb_fail(error, "gnuplot hangs (%s)", SB_GNUPLOT_PACKAGE);
    else if (how == BROKEN)
        rc = sb_fail(error, "gnuplot fails: %s (%s)", last_line(&said), SB_GNUPLOT_PACKAGE);
    else
        rc = read_answer(said.data ? said.data : "", gnuplot, error);
    sb_text_free(&said);
    return rc;
}

/* ----------------------------------------------------------------------------- what it is given */

/* Between double quotes an octal number stands for any character, so that no character with a
 * meaning for gnuplot appears in a script literally. */
void sb_gnuplot_add_string(sb_text *script, const char *visible)
{
    sb_text_add_bytes(script, "\"", 1);
    for (; *visible; visible++) {
        unsigned char c = (unsigned char)*visible;
        if (c >= 0x80 || isalnum(c) || strchr(" ._-+*/=()<>,:;[]|~!?", c))
            sb_text_add_bytes(script, visible, 1);
        else
            sb_text_add(script, "\\%03o", c);
    }
    sb_text_add_bytes(script, "\"", 1);
}

void sb_gnuplot_add_number(sb_text *data, double value)
{
    if (isfinite(value))
        sb_text_add(data, "%.7g", value);
    else
        sb_text_add_bytes(data, "?", 1);
}
