/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/help.h"

#include "cli/parse.h"

#include <stdio.h>

void sb_help_print(const sb_command *const *commands)
{
    puts("Usage: sepbench COMMAND [ARGUMENTS]\n\n"
         "Measures how much faster depthwise-separable convolution is than standard "
         "convolution.\n\n"
         "Commands:");
    for (; *commands; commands++)
        if ((*commands)->summary)
            printf("  %-12s  %s\n", (*commands)->name, (*commands)->summary);
    puts("\n'sepbench COMMAND --help' describes a command. Exit status: 0 success; 1 a kernel was "
         "wrong,\n"
         "crashed or timed out, or a comparison failed; 2 invalid command line, configuration or "
         "file;\n"
         "130 interrupted.");
}

static void print_option(const sb_option *option)
{
    char left[64], letter[8] = "    ";
    if (option->letter)
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name, option->argument ? "=" : "",
             option->argument ? option->argument : "");
    printf("  %-26s  %s\n", left, option->help);
}

void sb_help_print_command(const sb_command *command)
{
    printf("Usage: sepbench %s %s\n\n%s.\n%s%s\nOptions:\n", command->name, command->usage,
           command->summary, command->details ? command->details : "",
           command->details ? "\n" : "");
    for (const sb_option *option = command->options; option->name; option++)
        print_option(option);
    print_option(&sb_help_option);
}
