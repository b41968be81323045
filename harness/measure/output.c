/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/output.h"

#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "core/visible.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum {
    SHOWN = 20,           /* lines shown of a plugin */
    LOGGED = 1 << 20,     /* bytes logged of a plugin */
    AT_ONCE = 1 << 16,    /* bytes in a read, */
    MOST_AT_ONCE = 1 << 8 /* and reads: a plugin that writes faster has to wait */
};

static void log_line(sb_output *o, const char *line)
{
    sb_text text = { 0 };
    sb_error error;
    if (!o->log_path || o->logged > LOGGED)
        return;
    sb_text_add(&text, "%s: %s\n", o->name, o->logged + strlen(line) > LOGGED ? "..." : line);
    if (sb_file_append(o->log_path, text.data, text.length, &error) < 0)
        o->log_path = NULL;
    o->logged += text.length;
    sb_text_free(&text);
}

static void take_line(sb_output_reader *r)
{
    sb_output *o = r->output;
    r->line[r->length] = '\0';
    r->length = 0;
    sb_make_visible(r->line);
    log_line(o, r->line);
    if (o->lines++ < SHOWN)
        sb_info("plugin %s: %s", o->name, r->line);
}

/* Cuts what does not fit into a line. */
static void take_bytes(sb_output_reader *r, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] == '\n')
            take_line(r);
        else if (r->length + 1 < sizeof r->line)
            r->line[r->length++] = bytes[i] ? bytes[i] : '?';
}

void sb_output_drain(sb_output_reader *reader)
{
    static char bytes[AT_ONCE];
    for (int i = 0; reader->fd >= 0 && i < MOST_AT_ONCE; i++) {
        const ssize_t got = read(reader->fd, bytes, sizeof bytes);
        if (got > 0 && reader->output)
            take_bytes(reader, bytes, (size_t)got);
        else if (got == 0 || (got < 0 && errno != EINTR))
            break;
    }
}

void sb_output_close(sb_output_reader *reader)
{
    sb_output_drain(reader);
    if (reader->output && reader->length > 0)
        take_line(reader);
    if (reader->fd >= 0)
        close(reader->fd);
    reader->fd = -1;
}

void sb_output_end(const sb_output *output)
{
    if (output->lines <= SHOWN)
        return;
    const uint64_t more = output->lines - SHOWN;
    sb_info("plugin %s: %" PRIu64 " line%s more%s%s", output->name, more, sb_plural(more),
            output->log_path ? "; see " : "", output->log_path ? output->log_path : "");
}
