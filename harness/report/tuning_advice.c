/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tuning_advice.h"

#include "core/table.h"
#include "core/text.h"
#include "core/visible.h"
#include "tune/advice.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---------------------------------------------------------------------------------------- table */

static void add_ratio(sb_table *table, double ratio, const char *format)
{
    if (isfinite(ratio))
        sb_table_cell(table, format, ratio);
    else
        sb_table_cell(table, "%s", "");
}

static void add_row(sb_table *table, const sb_advice_row *row, bool csv)
{
    const char *format = csv ? "%.6g" : "%.3f";
    if (csv) {
        sb_table_cell(table, "%s", row->kernel);
        sb_table_cell(table, "%s", row->machine);
    }
    sb_table_cell(table, "%s", row->parameter);
    sb_table_cell(table, "%s", row->value);
    sb_table_cell(table, "%zu", row->problems);
    sb_table_cell(table, "%zu", row->beaten);
    sb_table_cell(table, "%s", row->better ? row->better : "");
    sb_table_cell(table, "%zu", row->chosen);
    sb_table_cell(table, "%zu", row->compared);
    add_ratio(table, row->gain, format);
    add_ratio(table, row->worst, format);
    sb_table_cell(table, "%s", sb_advice_verdict_name(row->verdict));
}

static void print_csv(const sb_advice *advice)
{
    sb_table table;
    sb_table_start(&table, (const char *const[]) { "kernel", "machine", "parameter", "default",
                                                   "problems", "beaten", "better", "chosen",
                                                   "compared", "gain", "worst", "advice", NULL });
    for (size_t i = 0; i < advice->row_count; i++)
        add_row(&table, &advice->rows[i], true);
    sb_table_print_csv(&table, stdout);
    sb_table_free(&table);
}

/* ----------------------------------------------------------------------------------------- text */

static void print_kernel(const sb_advice_kernel *kernel)
{
    sb_text text = { 0 };
    sb_text_add_visible(&text, kernel->kernel);
    sb_text_add(&text, " on ");
    sb_text_add_visible(&text, kernel->machine);
    printf("%s (build %016" PRIx64 ")\n", text.data, kernel->build);
    sb_text_free(&text);
    printf("%zu %s tuned; the defaults are beaten on %zu", kernel->problems,
           kernel->problems == 1 ? "problem" : "problems", kernel->beaten);
    if (isfinite(kernel->gain))
        printf(", time of the defaults / time of the winner %.3f", kernel->gain);
    if (kernel->unknown)
        printf("; %zu more without the defaults' parameter set", kernel->unknown);
    putchar('\n');
}

/* The advice in words. */
static void print_sentence(const sb_advice_row *row)
{
    sb_text parameter = { 0 }, value = { 0 }, better = { 0 };
    sb_text_add_visible(&parameter, row->parameter);
    sb_text_add_visible(&value, row->value);
    sb_text_add_visible(&better, row->better);
    if (row->verdict == SB_ADVICE_CHANGE)
        printf("%s: make %s the default instead of %s: %.3f times as fast\n", parameter.data,
               better.data, value.data, row->gain);
    else if (row->verdict == SB_ADVICE_BY_SHAPE)
        printf("%s: %s is beaten on most problems, but %s is slower on some; choose by shape\n",
               parameter.data, value.data, better.data);
    else
        printf(
            "%s: %s is beaten on most problems, mostly by %s; without evaluations (an import has "
            "none) it is not known on which problems %s is slower\n",
            parameter.data, value.data, better.data, better.data);
    sb_text_free(&parameter);
    sb_text_free(&value);
    sb_text_free(&better);
}

static bool belongs_to(const sb_advice_row *row, const sb_advice_kernel *kernel)
{
    return strcmp(row->kernel, kernel->kernel) == 0 && strcmp(row->machine, kernel->machine) == 0;
}

static void print_rows(const sb_advice *advice, const sb_advice_kernel *kernel)
{
    sb_table table;
    size_t kept = 0;
    sb_table_start(&table, (const char *const[]) { "parameter", "default", ">problems", ">beaten",
                                                   ">mostly by", ">times", ">compared", ">gain",
                                                   ">worst", "advice", NULL });
    for (size_t i = 0; i < advice->row_count; i++)
        if (belongs_to(&advice->rows[i], kernel) && advice->rows[i].beaten)
            add_row(&table, &advice->rows[i], false);
    if (sb_table_rows(&table)) {
        putchar('\n');
        sb_table_print(&table, stdout);
    }
    sb_table_free(&table);
    for (size_t i = 0; i < advice->row_count; i++)
        if (belongs_to(&advice->rows[i], kernel) && advice->rows[i].verdict != SB_ADVICE_KEEP) {
            fputs(kept++ ? "" : "\n", stdout);
            print_sentence(&advice->rows[i]);
        }
}

static void print_text(const sb_advice *advice)
{
    for (size_t i = 0; i < advice->kernel_count; i++) {
        fputs(i ? "\n" : "", stdout);
        print_kernel(&advice->kernels[i]);
        print_rows(advice, &advice->kernels[i]);
    }
}

int sb_tuning_advice_print(sb_tunedb *db, const char *kernels, bool csv, sb_error *error)
{
    sb_text glob = { 0 };
    sb_advice advice;
    sb_text_add(&glob, "%s%s", kernels, strchr(kernels, '/') ? "" : "/*");
    int rc = sb_advice_make(db, glob.data, &advice, error);
    sb_text_free(&glob);
    if (rc == 0 && advice.kernel_count == 0)
        rc = sb_fail(error,
                     "nothing of %s is tuned; run 'sepbench tune CONFIG' first, or see "
                     "'sepbench tuning list'",
                     kernels);
    if (rc == 0 && csv)
        print_csv(&advice);
    else if (rc == 0)
        print_text(&advice);
    sb_advice_free(&advice);
    return rc;
}
