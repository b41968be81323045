/* SPDX-License-Identifier: Apache-2.0 */
/* The answer as files: answer.md for readers and answer.json for programs. */
#ifndef SB_REPORT_ANSWER_FILES_H
#define SB_REPORT_ANSWER_FILES_H

#include "report/answer.h"

#include <stdio.h>

/* Writes both into DIR, each completely or not at all. */
int sb_answer_write(const sb_answer *answer, const char *dir, sb_error *error);

/* The text of each. */
void sb_answer_write_markdown(const sb_answer *answer, FILE *stream);
void sb_answer_write_json(const sb_answer *answer, FILE *stream);

#endif
