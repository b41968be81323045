/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h> /* Autoconf's, of the build folder */

#include "cli/cli.h"
#include "core/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef struct sub_command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary; /* NULL: hidden */
} sub_command;

static const sub_command sub_commands[] = {
    { "run", sb_cli_run, "verify and measure every kernel on every layer of a configuration" },
    { "tune", sb_cli_tune, "search for the fastest configurations, or replay a recorded search" },
    { "tuning", sb_cli_tuning, "show and manage what tuning has found" },
    { "theory", sb_cli_theory, "count multiplications and parameters; nothing is run" },
    { "machine", sb_cli_machine, "show the processor, its measured peaks and the conditions" },
    { "list", sb_cli_list,
      "show plugins, kernels, their parameters, or the layers of a configuration" },
    { "check", sb_cli_check, "check plugins against the reference on odd shapes" },
    { "report", sb_cli_report, "make the CSV files and figures of runs anew" },
    { "worker", sb_cli_worker, NULL },
};

#define SUB_COMMANDS (sizeof sub_commands / sizeof *sub_commands)

static int show_help(void)
{
    puts(
        "Usage: sepbench COMMAND [ARGUMENTS]\n\n"
        "Measures how much faster depthwise-separable convolution is than standard convolution.\n\n"
        "Commands:");
    for (size_t i = 0; i < SUB_COMMANDS; i++)
        if (sub_commands[i].summary)
            printf("  %-12s  %s\n", sub_commands[i].name, sub_commands[i].summary);
    puts("\n'sepbench COMMAND --help' says more about a command. Exit status: 0 all well; 1 a "
         "kernel was\n"
         "wrong, crashed or timed out, or a comparison failed; 2 the command line, the "
         "configuration or\n"
         "a file is bad; 130 interrupted.");
    return 0;
}

static int show_version(void)
{
    puts(PACKAGE_NAME " " PACKAGE_VERSION);
    return 0;
}

static int fail_unknown(const char *name)
{
    const char *names[SUB_COMMANDS + 1] = { NULL };
    size_t count = 0;
    for (size_t i = 0; i < SUB_COMMANDS; i++)
        if (sub_commands[i].summary)
            names[count++] = sub_commands[i].name;
    const char *near = sb_nearest(name, names);
    fprintf(stderr, "sepbench: unknown command '%s'%s%s%s\nTry 'sepbench --help'.\n", name,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return 2;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        fputs("sepbench: no command given\nTry 'sepbench --help'.\n", stderr);
        return 2;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
        return show_help();
    if (strcmp(name, "--version") == 0)
        return show_version();
    for (size_t i = 0; i < SUB_COMMANDS; i++)
        if (strcmp(sub_commands[i].name, name) == 0)
            return sub_commands[i].run(argc - 1, argv + 1);
    return fail_unknown(name);
}

/* Data that did not reach its file must not look like success. */
int main(int argc, char **argv)
{
    int status = dispatch(argc, argv);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "sepbench: cannot write the output: %s\n", strerror(errno));
    return 2;
}
