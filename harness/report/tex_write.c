/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tex_write.h"

#include "core/file.h"
#include "core/text.h"
#include "report/gnuplot.h"
#include "report/tex_parts.h"

#include <stdlib.h>

/* In the order of the example. To add a table, write its function and add it here. */
static const struct {
    const char *file;
    sb_tex_part *make;
    bool floats;
} parts[] = {
    { "layers", sb_tex_layers, true },
    { "speedups", sb_tex_speedups, true },
    { "networks", sb_tex_networks, true },
    { "sequences", sb_tex_sequences, true },
    { "techniques", sb_tex_techniques, true },
    { "classes", sb_tex_classes, true },
    { "recommendation", sb_tex_recommendation, true },
    { "setup", sb_tex_setup, true },
    { "artifact", sb_tex_artifact, false },
};
enum { PARTS = sizeof parts / sizeof *parts };

/* The beginning of every file. Engines that know all of Unicode show the character itself. */
static const char head[] =
    "% Made by sepbench. Needs the packages booktabs and array.\n"
    "\\providecommand{\\sbCharacter}[1]{\\ifdefined\\Umathchar\\symbol{\"#1}\\else"
    "{\\scriptsize U+#1}\\fi}\n";

/* A macro, the number of parts in its key, and its meaning. */
static const struct {
    const char *kind;
    int parts;
    const char *what;
} kinds[] = {
    { "Speedup", 3, "network, technique, threads: separable over standard, all its layers" },
    { "SpeedupInterval", 3, "its interval" },
    { "LayerSpeedup", 3, "layer, technique, threads" },
    { "LayerSpeedupInterval", 3, "its interval" },
    { "Bound", 3, "layer, technique, threads: the speedup that the roofline allows" },
    { "Base", 3, "layer, technique, threads: the standard convolution in microseconds" },
    { "Theory", 1, "layer: quotient of multiplications" },
    { "Time", 2, "layer, threads: microseconds a call with the fastest kernel" },
    { "TimeInterval", 2, "its interval" },
    { "Kernel", 2, "layer, threads: the fastest kernel" },
    { "Margin", 2, "layer, threads: how many times as long the next kernel takes" },
    { "MarginInterval", 2, "its interval" },
    { "Reach", 2, "layer, threads: per cent of the roofline" },
    { "NetworkTime", 2, "network, threads: milliseconds with the fastest kernels" },
    { "NetworkTimeInterval", 2, "its interval" },
    { "TwinTime", 2, "network, threads: the same with standard convolution" },
    { "NetworkTheory", 2, "network, threads: how much less arithmetic" },
    { "NetworkGain", 2, "network, threads: how much less time" },
    { "NetworkGainInterval", 2, "its interval" },
    { "SequenceTime", 2, "sequence, threads: milliseconds of all layers in sequence" },
    { "SequenceTimeInterval", 2, "its interval" },
    { "SequenceAlone", 2, "sequence, threads: the same calls, each alone" },
    { "SequenceAloneInterval", 2, "its interval" },
    { "SequenceRatio", 2, "sequence, threads: in sequence over alone" },
    { "SequenceRatioInterval", 2, "its interval" },
    { "ClassTime", 2, "class, threads: milliseconds" },
    { "ClassShare", 2, "class, threads: per cent" },
    { "Fact", 1, "what the set-up says: its first column" },
};

static void make_macros(const sb_tex_run *run, sb_text *to)
{
    sb_text_add(to, "%s", head);
    sb_text_add(to,
                "%% A macro for every number of the tables: \\sbSpeedup{mobilenet_v2}{direct}{1}.\n"
                "%% In a key, what is no letter, digit or one of _./:+- stands as a '-'.\n"
                "\\providecommand{\\sbSet}[2]{\\expandafter\\def\\csname sb@#1\\endcsname{#2}}\n"
                "\\providecommand{\\sbGet}[1]{\\ifcsname sb@#1\\endcsname\\csname "
                "sb@#1\\endcsname\\else\\errmessage{sepbench has no \\detokenize{#1}}\\fi}\n");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        sb_text_add(to, "%% %s\n\\providecommand{\\sb%s}[%d]{\\sbGet{%s", kinds[i].what,
                    kinds[i].kind, kinds[i].parts, kinds[i].kind);
        for (int part = 1; part <= kinds[i].parts; part++)
            sb_text_add(to, "@#%d", part);
        sb_text_add(to, "}}\n");
    }
    if (run->macros.text.length)
        sb_text_add_bytes(to, run->macros.text.data, run->macros.text.length);
}

/* ------------------------------------------------------------------------------------ the paper */

static const char preamble[] = "\\documentclass[twocolumn]{article}\n"
                               "\\usepackage[a4paper,margin=15mm]{geometry}\n"
                               "\\usepackage{array,booktabs,graphicx}\n"
                               "\\graphicspath{{../figures/}}\n"
                               "\\extrafloats{200}\n"
                               "\\input{macros}\n"
                               "\\begin{document}\n";

/* A sentence whose numbers come from macros. */
static void add_sentence(const sb_tex_run *run, sb_text *to)
{
    const sb_answer *answer = run->answer;
    sb_text key = { 0 };
    if (answer->block_count == 0 || answer->blocks[0].part_count == 0)
        return;
    const sb_answer_part *part = &answer->blocks[0].parts[0];
    sb_tex_add_key(&key, part->layer);
    sb_text_add(to, "The fastest kernel of ");
    sb_tex_add(to, part->layer);
    sb_text_add(to,
                " is \\sbKernel{%s}{%lld}: it takes \\sbTime{%s}{%lld}\\,$\\mu$s "
                "\\sbTimeInterval{%s}{%lld}.\n",
                key.data, (long long)answer->blocks[0].threads, key.data,
                (long long)answer->blocks[0].threads, key.data,
                (long long)answer->blocks[0].threads);
    sb_text_free(&key);
}

static void add_figures(const sb_model *model, sb_text *to)
{
    static const char *const names[] = { "speedup", "gflops", "roofline", "cost" };
    for (size_t t = 0; t < model->thread_count; t++)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            sb_text stem = { 0 };
            sb_text_add(&stem, "%s_t%lld", names[i], (long long)model->threads[t]);
            sb_text_add(to,
                        "\\IfFileExists{../figures/%s.pdf}{\\begin{figure*}[tbp]\\centering"
                        "\\includegraphics{%s}\\caption{The figure %s, with %lld thread%s}"
                        "\\end{figure*}}{}\n",
                        stem.data, stem.data, names[i], (long long)model->threads[t],
                        sb_plural(model->threads[t]));
            sb_text_free(&stem);
        }
}

static void make_example(const sb_tex_run *run, const bool *there, sb_text *to)
{
    sb_text name = { 0 };
    sb_text_add_visible(&name, run->model->caption.name);
    sb_text_add(to, "%s%s\\section*{", head, preamble);
    sb_tex_add(to, name.data);
    sb_text_add(to, "}\n");
    add_sentence(run, to);
    for (size_t i = 0; i < PARTS; i++)
        if (there[i])
            sb_text_add(to, "%s\\input{%s}\n", parts[i].floats ? "" : "\\section*{Artifact}\n",
                        parts[i].file);
    add_figures(run->model, to);
    sb_text_add(to, "\\clearpage\n\\end{document}\n");
    sb_text_free(&name);
}

/* ------------------------------------------------------------------------------------ the files */

static int write_file(const char *folder, const char *name, const sb_text *text, sb_error *error)
{
    sb_text file = { 0 };
    sb_text_add(&file, "%s/%s.tex", folder, name);
    int rc = sb_file_write(file.data, text->data, text->length, error);
    sb_text_free(&file);
    return rc;
}

static int write_parts(sb_tex_run *run, const char *folder, bool *there, sb_error *error)
{
    int rc = SB_OK;
    for (size_t i = 0; i < PARTS && rc == SB_OK; i++) {
        sb_text text = { 0 };
        sb_text_add(&text, "%s", head);
        size_t begun = text.length;
        parts[i].make(run, &text);
        there[i] = text.length > begun;
        if (there[i])
            rc = write_file(folder, parts[i].file, &text, error);
        sb_text_free(&text);
    }
    return rc;
}

static int write_all(sb_tex_run *run, const char *folder, sb_error *error)
{
    bool there[PARTS] = { false };
    sb_text macros = { 0 }, example = { 0 };
    int rc = write_parts(run, folder, there, error);
    make_macros(run, &macros);
    make_example(run, there, &example);
    if (rc == SB_OK)
        rc = write_file(folder, "macros", &macros, error);
    if (rc == SB_OK)
        rc = write_file(folder, "example", &example, error);
    sb_text_free(&macros);
    sb_text_free(&example);
    return rc;
}

int sb_tex_write(sb_rundb *db, const sb_answer *answer, const char *dir,
                 const sb_selection *selection, sb_error *error)
{
    sb_model model;
    if (sb_model_read(db, selection, &model, error) < 0)
        return SB_FAILED;
    char *folder = sb_path_join(dir, "tables");
    char *json = sb_rundb_provenance(db, error);
    sb_tex_run run = { .model = &model, .answer = answer, .json = json };
    int rc = json ? sb_folder_make(folder, error) : SB_FAILED;
    if (rc == SB_OK)
        rc = write_all(&run, folder, error);
    sb_tex_macros_free(&run.macros);
    free(json);
    free(folder);
    sb_model_free(&model);
    return rc;
}
