/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign/check_print.h"

#include <string.h>

/* Columns of the two tables, as created by campaign/check.c. */
enum { KERNEL = 0, VERDICT = 5 };
enum { LAYER = 1, THREADS, PARAMS, FAILURE, DETAIL };

static const char *cell(const sb_table *table, size_t row, size_t column)
{
    return table->cells[(row + 1) * table->columns + column];
}

void sb_check_print_text(const sb_check_report *report, FILE *stream)
{
    sb_table_print(&report->kernels, stream);
    if (sb_table_rows(&report->idle)) {
        fputs("\nNothing ran, so nothing is known of these:\n", stream);
        sb_table_print(&report->idle, stream);
    }
    if (sb_table_rows(&report->failures) == 0)
        return;
    fprintf(stream,
            "\nFailures (at most %d of a kernel's gates, and the smallest case of each "
            "promise):\n",
            SB_CHECK_SHOWN);
    sb_table_print(&report->failures, stream);
    if (report->commands.length)
        fprintf(stream, "\nTo repeat one:\n%s", report->commands.data);
}

static bool is_well(const sb_check_report *report, size_t row)
{
    return strcmp(cell(&report->kernels, row, VERDICT), "ok") == 0;
}

static bool is_skipped(const sb_check_report *report, size_t row)
{
    return strcmp(cell(&report->kernels, row, VERDICT), "nothing ran") == 0;
}

/* Why nothing ran of the kernel in that row. */
static const char *idle_reason(const sb_check_report *report, size_t row)
{
    const char *kernel = cell(&report->kernels, row, KERNEL);
    for (size_t i = 0; i < sb_table_rows(&report->idle); i++)
        if (strcmp(cell(&report->idle, i, KERNEL), kernel) == 0)
            return cell(&report->idle, i, 1);
    return "";
}

/* Calls `print` for each failure of the kernel in that row. */
static void each_failure(const sb_check_report *report, size_t row, FILE *stream,
                         void (*print)(const sb_table *failures, size_t failure, FILE *stream))
{
    const char *kernel = cell(&report->kernels, row, KERNEL);
    for (size_t i = 0; i < sb_table_rows(&report->failures); i++)
        if (strcmp(cell(&report->failures, i, KERNEL), kernel) == 0)
            print(&report->failures, i, stream);
}

static void print_remark(const sb_table *f, size_t i, FILE *stream)
{
    fprintf(stream, "# layer %s, threads %s, parameters '%s': %s: %s\n", cell(f, i, LAYER),
            cell(f, i, THREADS), cell(f, i, PARAMS), cell(f, i, FAILURE), cell(f, i, DETAIL));
}

void sb_check_print_tap(const sb_check_report *report, FILE *stream)
{
    const size_t count = sb_table_rows(&report->kernels);
    fprintf(stream, "1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        const bool skipped = is_skipped(report, i);
        fprintf(stream, "%s %zu - %s%s%s\n", is_well(report, i) || skipped ? "ok" : "not ok", i + 1,
                cell(&report->kernels, i, KERNEL), skipped ? " # SKIP nothing ran: " : "",
                skipped ? idle_reason(report, i) : "");
        each_failure(report, i, stream, print_remark);
    }
}

static void print_xml(const char *text, FILE *stream)
{
    static const char special[] = "<>&\"'";
    static const char *const names[] = { "&lt;", "&gt;", "&amp;", "&quot;", "&apos;" };
    for (; *text; text++) {
        const char *found = strchr(special, *text);
        if (found)
            fputs(names[found - special], stream);
        else
            fputc(*text, stream);
    }
}

static void print_failure(const sb_table *f, size_t i, FILE *stream)
{
    fputs("      <failure type=\"", stream);
    print_xml(cell(f, i, FAILURE), stream);
    fputs("\" message=\"", stream);
    print_xml(cell(f, i, DETAIL), stream);
    fputs("\">layer ", stream);
    print_xml(cell(f, i, LAYER), stream);
    fprintf(stream, ", threads %s, parameters ", cell(f, i, THREADS));
    print_xml(cell(f, i, PARAMS), stream);
    fputs("</failure>\n", stream);
}

void sb_check_print_junit(const sb_check_report *report, FILE *stream)
{
    const size_t count = sb_table_rows(&report->kernels);
    size_t bad = 0, skipped = 0;
    for (size_t i = 0; i < count; i++) {
        skipped += is_skipped(report, i);
        bad += !is_well(report, i) && !is_skipped(report, i);
    }
    fprintf(stream,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites>\n  <testsuite name=\"sepbench check\" tests=\"%zu\" failures=\"%zu\" "
            "skipped=\"%zu\">\n",
            count, bad, skipped);
    for (size_t i = 0; i < count; i++) {
        fputs("    <testcase name=\"", stream);
        print_xml(cell(&report->kernels, i, KERNEL), stream);
        fputs("\" classname=\"sepbench\">\n", stream);
        if (is_skipped(report, i)) {
            fputs("      <skipped message=\"nothing ran: ", stream);
            print_xml(idle_reason(report, i), stream);
            fputs("\"/>\n", stream);
        }
        each_failure(report, i, stream, print_failure);
        fputs("    </testcase>\n", stream);
    }
    fputs("  </testsuite>\n</testsuites>\n", stream);
}
