/* SPDX-License-Identifier: Apache-2.0 */
#include "store/tune_account.h"

#include "core/file.h"
#include "core/text.h"
#include "core/visible.h"
#include "store/provenance.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_BYTES = 1 << 26 };

static int write_account(const char *path, const sb_tune_account *a, sb_error *error)
{
    json_t *root =
        json_pack("{s:s, s:{s:s}, s:s, s:I, s:I, s:I}", "command", a->command, "configuration",
                  "source", a->source, "strategy", a->strategy, "seed", (json_int_t)a->seed,
                  "evaluations", (json_int_t)a->evaluations, "budget_ns", (json_int_t)a->budget_ns);
    char *text = root ? json_dumps(root, JSON_INDENT(1) | JSON_PRESERVE_ORDER) : NULL;
    int rc = text ? sb_file_write(path, text, strlen(text), error)
                  : sb_fail(error, "%s: the configuration is not UTF-8", path);
    free(text);
    json_decref(root);
    return rc;
}

static const char *text_of(const json_t *root, const char *name)
{
    const char *text = json_string_value(json_object_get(root, name));
    return text ? text : "";
}

/* Adds "; --NAME THEN, now NOW". */
static void add_option(sb_text *to, const char *name, const char *then, const char *now)
{
    sb_text_add(to, "%s--%s ", to->length ? "; " : "", name);
    sb_text_add_visible(to, then);
    sb_text_add(to, ", now ");
    sb_text_add_visible(to, now);
}

/* Everything that differs and matters; empty if nothing does. */
static void add_differences(sb_text *to, const char *json, const json_t *root,
                            const sb_tune_account *now)
{
    char *source = sb_provenance_compare_source(json, now->source);
    char then[24], seed[24];
    snprintf(then, sizeof then, "%" JSON_INTEGER_FORMAT,
             json_integer_value(json_object_get(root, "seed")));
    snprintf(seed, sizeof seed, "%" PRId64, now->seed);
    if (strcmp(text_of(root, "strategy"), now->strategy) != 0)
        add_option(to, "strategy", text_of(root, "strategy"), now->strategy);
    if (strcmp(then, seed) != 0)
        add_option(to, "seed", then, seed);
    if (source)
        sb_text_add(to, "%sthe configuration: %s", to->length ? "; " : "", source);
    free(source);
}

static int check_account(const char *path, const char *dir, const sb_tune_account *now,
                         sb_error *error)
{
    char *json = sb_file_read(path, MOST_BYTES, NULL, error);
    if (!json)
        return SB_FAILED;
    json_error_t why;
    json_t *root = json_loads(json, 0, &why);
    sb_text differences = { 0 };
    int rc = root ? SB_OK : sb_fail(error, "%s:%d: not JSON: %s", path, why.line, why.text);
    if (root)
        add_differences(&differences, json, root, now);
    if (differences.length) {
        sb_text command = { 0 };
        sb_text_add_visible(&command, text_of(root, "command"));
        rc = sb_fail(error,
                     "the tuning in %s was started with other options (%s): repeat what it was "
                     "started with (%s), or start a new tuning in another folder",
                     dir, differences.data, command.length ? command.data : "unknown");
        sb_text_free(&command);
    }
    sb_text_free(&differences);
    json_decref(root);
    free(json);
    return rc;
}

int sb_tune_account_start(const char *dir, const sb_tune_account *account, bool resume,
                          sb_error *error)
{
    char *path = sb_path_join(dir, "tune.json");
    int rc = resume && access(path, F_OK) == 0 ? check_account(path, dir, account, error)
                                               : sb_folder_make(dir, error);
    if (rc == SB_OK && !(resume && access(path, F_OK) == 0))
        rc = write_account(path, account, error);
    free(path);
    return rc;
}
