/* SPDX-License-Identifier: Apache-2.0 */
/* The setup, and the description of the artifact, from run.json. */
#include "core/text.h"
#include "report/gnuplot.h"
#include "report/tex_parts.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A row of the table, and where run.json has its value. */
static const struct {
    const char *title, *path[3]; /* ends with NULL */
} facts[] = {
    { "Processor", { "machine", "processor" } },
    { "Cores", { "machine", "cores" } },
    { "Hardware threads", { "machine", "hardware_threads" } },
    { "Vector instructions", { "machine", "features" } },
    { "L1 data cache (bytes)", { "machine", "l1d_bytes" } },
    { "L2 cache (bytes)", { "machine", "l2_bytes" } },
    { "L3 cache (bytes)", { "machine", "l3_bytes" } },
    { "Memory (bytes)", { "machine", "memory_bytes" } },
    { "Microcode", { "system", "microcode" } },
    { "Clock as measured (GHz)", { "clock_ghz" } },
    { "System", { "system", "name" } },
    { "C library", { "system", "libc" } },
    { "Huge pages", { "system", "transparent_huge_pages" } },
    { "Kernel", { "conditions", "before" } },
    { "Governor", { "conditions", "governor" } },
    { "sepbench", { "sepbench", "version" } },
    { "Commit", { "sepbench", "commit" } },
    { "Compiler", { "sepbench", "compiler" } },
    { "Flags", { "sepbench", "flags" } },
};

/* "conditions" has everything twice; the table shows the state before the run. */
static const json_t *find_fact(const json_t *root, const char *const *path)
{
    const json_t *at = json_object_get(root, path[0]);
    if (strcmp(path[0], "conditions") == 0)
        return json_object_get(json_object_get(at, "before"),
                               strcmp(path[1], "before") == 0 ? "kernel" : path[1]);
    return path[1] ? json_object_get(at, path[1]) : at;
}

static char *text_of(const json_t *value)
{
    sb_text text = { 0 };
    if (json_is_string(value))
        sb_text_add_visible(&text, json_string_value(value));
    else if (json_is_integer(value))
        sb_text_add(&text, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        sb_text_add(&text, "%.4g", json_real_value(value));
    return text.data;
}

static void add_fact(sb_tex_run *run, sb_tex_table *table, const char *title, const char *value)
{
    sb_text shown = { 0 };
    sb_tex_add(&shown, value);
    sb_tex_begin_row(table);
    sb_text_add(table->to, "%s & %s", title, shown.data ? shown.data : "");
    sb_tex_end_row(table);
    sb_tex_define(&run->macros, "Fact", (const char *const[]) { title, NULL },
                  shown.data ? shown.data : "");
    sb_text_free(&shown);
}

static void add_libraries(sb_tex_run *run, sb_tex_table *table, json_t *root)
{
    sb_text list = { 0 };
    const char *name;
    json_t *version;
    json_object_foreach(json_object_get(root, "libraries"), name, version)
    {
        sb_text_add(&list, "%s", list.length ? ", " : "");
        sb_text_add_visible(&list, name);
        sb_text_add(&list, " ");
        sb_text_add_visible(&list, json_is_string(version) ? json_string_value(version) : "?");
    }
    if (list.length)
        add_fact(run, table, "Libraries", list.data);
    sb_text_free(&list);
}

void sb_tex_setup(sb_tex_run *run, sb_text *to)
{
    json_t *root = json_loads(run->json, 0, NULL);
    sb_tex_table table = {
        .to = to,
        .label = "setup",
        .caption = "Set-up",
        .columns = "l>{\\raggedright\\arraybackslash}p{44mm}",
        .head = "What & Value",
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        char *value = text_of(find_fact(root, facts[i].path));
        if (value)
            add_fact(run, &table, facts[i].title, value);
        free(value);
    }
    add_libraries(run, &table, root);
    sb_tex_end_table(&table);
    json_decref(root);
}

/* ------------------------------------------------------------------------------------- artifact */

static void add_item(sb_text *to, const char *title, const char *visible)
{
    sb_text_add(to, "\\item[%s] ", title);
    sb_tex_add(to, visible);
    sb_text_add(to, "\n");
}

static void add_results(const sb_tex_run *run, sb_text *to)
{
    sb_text_add(to, "\\item[Expected result] ");
    for (size_t i = 0; i < run->answer->block_count; i++) {
        const sb_answer_block *block = &run->answer->blocks[i];
        sb_text_add(to, "With %lld thread%s: %zu layer%s, %zu results, of which ok: %zu. ",
                    (long long)block->threads, sb_plural(block->threads), block->part_count,
                    sb_plural(block->part_count), block->counts.results, block->counts.ok);
    }
    sb_text_add(to, "On the same machine no speedup should leave its interval by more than a "
                    "tenth, and \\texttt{sepbench compare} of two runs should call at most "
                    "5\\,\\%% of rows different; on another machine, which technique is best may "
                    "differ.\n");
}

void sb_tex_artifact(sb_tex_run *run, sb_text *to)
{
    json_t *root = json_loads(run->json, 0, NULL);
    sb_text software = { 0 }, hardware = { 0 }, obtain = { 0 }, time = { 0 };
    char *command = sb_provenance_command(run->json);
    char *version = text_of(json_object_get(json_object_get(root, "sepbench"), "version"));
    char *commit = text_of(json_object_get(json_object_get(root, "sepbench"), "commit"));
    char *system = text_of(json_object_get(json_object_get(root, "system"), "name"));
    char *processor = text_of(json_object_get(json_object_get(root, "machine"), "processor"));
    const json_t *spent = json_object_get(json_object_get(root, "run"), "time");
    double wall = json_number_value(json_object_get(spent, "wall_ns")) / 1e9;
    sb_text_add(&obtain, "The sources of sepbench %s%s%s; the configuration is in run.json.",
                version ? version : "?", commit ? ", commit " : "", commit ? commit : "");
    sb_text_add(&hardware, "Measured on %s. Any x86-64 processor will do.",
                processor ? processor : "an unknown processor");
    sb_text_add(&software,
                "Measured on %s. A C17 compiler with OpenMP, libyaml, SQLite, hwloc, "
                "jansson, xxhash and zlib; gnuplot for figures.",
                system ? system : "an unknown system");
    const double minutes = fmax(1, round(wall / 60));
    sb_text_add(&time, "%.0f minute%s.", minutes, minutes > 1 ? "s" : "");
    sb_text_add(to, "\\begin{description}\\raggedright\n");
    add_item(to, "Obtain", obtain.data);
    add_item(to, "Hardware", hardware.data);
    add_item(to, "Software", software.data);
    add_item(to, "Install",
             "./quickstart, or autoreconf -fi && ./configure && make && make install");
    add_item(to, "Run", *command ? command : "sepbench run run.json");
    add_item(to, "Expected time", time.data);
    add_results(run, to);
    sb_text_add(to, "\\end{description}\n");
    char *const owned[] = { command, version, commit, system, processor };
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        free(owned[i]);
    sb_text *const texts[] = { &software, &hardware, &obtain, &time };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        sb_text_free(texts[i]);
    json_decref(root);
}
