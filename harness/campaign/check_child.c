/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/check_child.h"

#include "conv/cost.h"
#include "conv/odd.h"
#include "conv/problem.h"
#include "core/clock.h"
#include "core/visible.h"
#include "measure/fence.h"
#include "measure/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIELDS = 6, MOST_FINDINGS = 64, LOOK_MS = 100, LONGEST_LINE = 8192 };

#define CLOSING_NS INT64_C(5000000000) /* the longest time for deinit and for unloading */

/* A finding with the cost of its layer: only the smallest case is reported. */
typedef struct held {
    char *layer, *params, *what, *detail;
    int64_t threads;
    double cost;
} held;

typedef struct child {
    const sb_check_case *one;
    sb_check_counts *counts;
    int pipe[2];
    held findings[MOST_FINDINGS];
    size_t count;
    /* what the process is doing */
    char *layer, *params, *phase;
    int64_t threads;
    bool finished;
} child;

/* ------------------------------------------------------------------------- within the new process
 */

static int output = -1;

/* Fields contain no tab and no line break: they are names, numbers, or visible texts. */
__attribute__((format(printf, 1, 2))) static void write_line(const char *format, ...)
{
    char line[LONGEST_LINE];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof line - 1)
        length = (int)sizeof line - 2;
    line[length++] = '\n';
    ssize_t ignored = write(output, line, (size_t)length);
    (void)ignored;
}

static void write_finding(void *context, const sb_finding *f)
{
    (void)context;
    write_line("found\t%s\t%" PRId64 "\t%s\t%s\t%s", f->layer, f->threads, f->params, f->what,
               f->detail);
}

static void write_place(void *context, const char *layer, int64_t threads, const char *params,
                        const char *phase)
{
    (void)context;
    write_line("at\t%s\t%" PRId64 "\t%s\t%s\t", layer, threads, params, phase);
}

static void become_checker(void *context)
{
    const child *c = context;
    const sb_contract_watch watch = { .found = write_finding, .at = write_place };
    sb_check_counts counts;
    sb_error error = { "" };
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    output = c->pipe[1];
    for (int fd = 0; fd < 3 && nowhere >= 0; fd++)
        dup2(nowhere, fd);
    sb_fence_raise();
    if (sb_check_one(c->one, &watch, &counts, &error) < 0)
        write_line("found\t\t0\t\tthe plugin can be used\t%s", error.text);
    write_line("end\t%zu\t%zu\t%zu\t%zu\t", counts.outcomes[0], counts.outcomes[1],
               counts.outcomes[2], counts.outcomes[3]);
    _exit(0);
}

/* ------------------------------------------------------------------------- what it says is read */

static double cost_of(const sb_check_case *one, const char *name)
{
    size_t count;
    const sb_layer *layers = sb_odd_layers(&count);
    const sb_operation operation = sb_check_operation(&one->plugin->kernels[one->kernel]);
    for (size_t i = 0; i < count; i++)
        if (strcmp(layers[i].name, name) == 0 && layers[i].operations[operation]) {
            const sb_problem problem = sb_layer_problem(&layers[i], operation, 1);
            return (double)sb_cost_of(&problem).total;
        }
    return 0;
}

static void set_text(char **to, const char *text)
{
    char *copy = sb_copy_text(text);
    free(*to);
    *to = copy;
}

static void hold(child *c, const char *layer, int64_t threads, const char *params, const char *what,
                 const char *detail)
{
    const double cost = cost_of(c->one, layer) + (double)threads + (double)strlen(params);
    size_t i = 0;
    while (i < c->count && strcmp(c->findings[i].what, what) != 0)
        i++;
    if (i == MOST_FINDINGS || (i < c->count && c->findings[i].cost <= cost))
        return;
    held *h = &c->findings[i];
    set_text(&h->layer, layer);
    set_text(&h->params, params);
    set_text(&h->what, what);
    set_text(&h->detail, detail);
    h->threads = threads;
    h->cost = cost;
    c->count += i == c->count;
}

static void read_line(child *c, char *line)
{
    char *fields[FIELDS] = { NULL }, *rest = line;
    for (int i = 0; i < FIELDS && rest; i++)
        fields[i] = strsep(&rest, "\t");
    if (!fields[FIELDS - 1])
        return;
    for (int i = 0; i < FIELDS; i++)
        sb_make_visible(fields[i]);
    if (strcmp(fields[0], "found") == 0) {
        hold(c, fields[1], atoll(fields[2]), fields[3], fields[4], fields[5]);
    } else if (strcmp(fields[0], "at") == 0) {
        set_text(&c->layer, fields[1]);
        c->threads = atoll(fields[2]);
        set_text(&c->params, fields[3]);
        set_text(&c->phase, fields[4]);
    } else if (strcmp(fields[0], "end") == 0) {
        for (int i = 0; i <= SB_CONTRACT_INVALID; i++)
            c->counts->outcomes[i] = (size_t)atoll(fields[1 + i]);
        c->finished = true;
    }
}

static void read_lines(child *c, sb_text *text)
{
    char *line = text->data, *end;
    while ((end = memchr(line, '\n', text->length - (size_t)(line - text->data)))) {
        *end = '\0';
        read_line(c, line);
        line = end + 1;
    }
    const size_t left = text->length - (size_t)(line - text->data);
    memmove(text->data, line, left + 1);
    text->length = left < LONGEST_LINE ? left : 0;
}

static sb_check_hang kind_of(const char *phase)
{
    static const struct {
        const char *phase;
        sb_check_hang kind;
    } others[] = {
        { "loading", SB_CHECK_HANG_OPENING },   { "init", SB_CHECK_HANG_OPENING },
        { "libraries", SB_CHECK_HANG_OPENING }, { "deinit", SB_CHECK_HANG_CLOSING },
        { "unloading", SB_CHECK_HANG_CLOSING },
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(phase, others[i].phase) == 0)
            return others[i].kind;
    return SB_CHECK_HANG_KERNEL;
}

/* The time limit of what the process is doing. */
static int64_t limit_of(const child *c, int64_t timeout_ns)
{
    const bool closing = kind_of(c->phase) == SB_CHECK_HANG_CLOSING;
    return closing && timeout_ns > CLOSING_NS ? CLOSING_NS : timeout_ns;
}

/* Reads until the process ends, or sends nothing for too long (false). */
static bool listen_to(child *c, int64_t timeout_ns, const volatile sig_atomic_t *stop)
{
    sb_text text = { 0 };
    int64_t deadline = sb_now_ns() + timeout_ns;
    bool in_time = true;
    while (!*stop && !c->finished && (in_time = sb_now_ns() < deadline)) {
        struct pollfd ready = { .fd = c->pipe[0], .events = POLLIN };
        char part[4096];
        if (poll(&ready, 1, LOOK_MS) <= 0)
            continue;
        ssize_t length = read(c->pipe[0], part, sizeof part);
        if (length <= 0)
            break;
        sb_text_add_bytes(&text, part, (size_t)length);
        read_lines(c, &text);
        deadline = sb_now_ns() + limit_of(c, timeout_ns);
    }
    sb_text_free(&text);
    return in_time;
}

static void judge_end(child *c, bool in_time, int status, int64_t timeout_ns)
{
    char text[160];
    if (c->finished)
        return;
    if (!in_time)
        c->counts->hang = kind_of(c->phase);
    if (!in_time)
        snprintf(text, sizeof text, "it does not return from %s within %g s", c->phase,
                 (double)limit_of(c, timeout_ns) * 1e-9);
    else if (WIFSIGNALED(status))
        snprintf(text, sizeof text, "%s in %s", strsignal(WTERMSIG(status)), c->phase);
    else
        snprintf(text, sizeof text, "the process ended with status %d in %s", WEXITSTATUS(status),
                 c->phase);
    c->counts->outcomes[SB_CONTRACT_FAILED]++;
    hold(c, c->layer, c->threads, c->params, in_time ? "it does not crash" : "it returns", text);
}

static void tell_findings(const child *c, const sb_contract_watch *watch)
{
    for (size_t i = 0; i < c->count; i++) {
        const held *h = &c->findings[i];
        watch->found(watch->context,
                     &(sb_finding) { h->layer, h->threads, h->params, h->what, h->detail });
    }
}

static void free_child(child *c)
{
    for (size_t i = 0; i < c->count; i++) {
        free(c->findings[i].layer);
        free(c->findings[i].params);
        free(c->findings[i].what);
        free(c->findings[i].detail);
    }
    free(c->layer);
    free(c->params);
    free(c->phase);
}

int sb_check_child(const sb_check_case *one, int64_t timeout_ns, const volatile sig_atomic_t *stop,
                   const sb_contract_watch *found, sb_check_counts *counts, sb_error *error)
{
    child c = { .one = one, .counts = counts };
    sb_spawned spawned;
    *counts = (sb_check_counts) { 0 };
    if (pipe2(c.pipe, O_CLOEXEC) != 0)
        return sb_fail_errno(error, "cannot start a process");
    set_text(&c.layer, "");
    set_text(&c.params, "");
    set_text(&c.phase, "loading");
    fflush(NULL); /* empty the buffers, so that they are not written twice */
    int rc = sb_spawn(become_checker, &c, &spawned) < 0
                 ? sb_fail_errno(error, "cannot start a process")
                 : SB_OK;
    close(c.pipe[1]);
    if (rc == SB_OK) {
        const bool in_time = listen_to(&c, timeout_ns, stop);
        const int status = sb_spawn_end(&spawned);
        if (*stop)
            rc = SB_INTERRUPTED;
        else
            judge_end(&c, in_time, status, timeout_ns);
    }
    close(c.pipe[0]);
    if (rc == SB_OK)
        tell_findings(&c, found);
    free_child(&c);
    return rc;
}
