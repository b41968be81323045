/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that reports errors to the user and ends the process. */
#include <config.h> /* Autoconf's, from the build folder */

#include "cli/built_from.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/parse.h"
#include "core/text.h"
#include "store/provenance.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define COMMAND_ROW(name) &sb_command_##name,
static const sb_command *const commands[] = { SB_COMMANDS(COMMAND_ROW) NULL };
#undef COMMAND_ROW

enum { EXIT_WELL = 0, EXIT_FAULTS = 1, EXIT_BAD_INPUT = 2, EXIT_INTERRUPTED = 130 };

static int exit_status(int rc)
{
    return rc == SB_INTERRUPTED    ? EXIT_INTERRUPTED
           : rc < 0                ? EXIT_BAD_INPUT
           : rc == SB_FAULTS_FOUND ? EXIT_FAULTS
                                   : EXIT_WELL;
}

/* An error in the command line itself; `command` NULL: before the command was known. */
static int fail_usage(const sb_command *command, const sb_error *error)
{
    const char *blank = command ? " " : "", *name = command ? command->name : "";
    fprintf(stderr, "sepbench%s%s: %s\nTry 'sepbench%s%s --help'.\n", blank, name, error->text,
            blank, name);
    return EXIT_BAD_INPUT;
}

static const sb_command *find_command(const char *name, sb_error *error)
{
    const char *names[sizeof commands / sizeof *commands] = { NULL };
    size_t count = 0;
    for (const sb_command *const *command = commands; *command; command++) {
        if (strcmp((*command)->name, name) == 0)
            return *command;
        if ((*command)->summary)
            names[count++] = (*command)->name;
    }
    const char *near = sb_nearest(name, names);
    sb_fail(error, "unknown command '%s'%s%s%s", name, near ? "; did you mean '" : "",
            near ? near : "", near ? "'?" : "");
    return NULL;
}

static int run_command(const sb_command *command, int argc, char *const *argv)
{
    sb_error error = { "" };
    sb_parsed parsed;
    if (sb_command_parse(command, argc, argv, &parsed, &error) < 0)
        return fail_usage(command, &error);
    int rc = SB_OK;
    if (parsed.help)
        sb_help_print_command(command);
    else
        rc = command->run(&parsed.invocation, &error);
    if (rc == SB_FAILED)
        fprintf(stderr, "sepbench: %s\n", error.text);
    sb_parsed_free(&parsed);
    return exit_status(rc);
}

static int run_arguments(int argc, char *const *argv)
{
    sb_error error;
    const char *name = argc < 2 ? NULL : argv[1];
    if (!name) {
        sb_fail(&error, "no command given");
        return fail_usage(NULL, &error);
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        sb_help_print(commands);
        return EXIT_WELL;
    }
    if (strcmp(name, "--version") == 0) {
        puts(PACKAGE_NAME " " PACKAGE_VERSION);
        return EXIT_WELL;
    }
    const sb_command *command = find_command(name, &error);
    return command ? run_command(command, argc - 1, argv + 1) : fail_usage(NULL, &error);
}

/* Output that was lost must not look like success. */
int main(int argc, char **argv)
{
    sb_provenance_built_from(SB_BUILT_FROM);
    signal(SIGXFSZ, SIG_IGN); /* report a file size limit as a failed write instead */
    int status = run_arguments(argc, argv);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    perror("sepbench: cannot write the output");
    return EXIT_BAD_INPUT;
}
