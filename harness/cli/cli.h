/* SPDX-License-Identifier: Apache-2.0 */
/* The sub-commands. Each parses its own arguments (argv[0] is the sub-command's name) and returns
 * an exit status: 0 well, 1 a kernel or comparison failed, 2 bad input, 130 interrupted. */
#ifndef SB_CLI_CLI_H
#define SB_CLI_CLI_H

int sb_cli_run(int argc, char **argv);
int sb_cli_tune(int argc, char **argv);
int sb_cli_tuning(int argc, char **argv);
int sb_cli_report(int argc, char **argv);
int sb_cli_list(int argc, char **argv);
int sb_cli_check(int argc, char **argv);
int sb_cli_theory(int argc, char **argv);
int sb_cli_machine(int argc, char **argv);
int sb_cli_worker(int argc, char **argv); /* hidden: a worker process */

#endif
