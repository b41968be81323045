/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin declares, copied out of it. The harness never loads a plugin's code in its own
 * process, so this is all that it knows. */
#ifndef SB_PLUGIN_INFO_H
#define SB_PLUGIN_INFO_H

#include "conv/problem.h"

typedef struct sb_parameter_info {
    char *id, *summary;
    sb_parameter_kind kind;
    int64_t min, max, step, initial;
    char **choices; /* SB_CHOICE: choice_count names */
    size_t choice_count;
} sb_parameter_info;

typedef struct sb_kernel_info {
    char *id, *technique, *summary;
    uint64_t handles; /* SB_NEED_... */
    sb_arithmetic arithmetic;
    uint32_t flags;
    sb_parameter_info *parameters;
    size_t parameter_count;
} sb_kernel_info;

typedef struct sb_plugin_info {
    char *path; /* path of the shared object */
    char *id, *version, *summary, *license;
    char *compiler;  /* the compiler that built it, with flags; "" if not known */
    char *libraries; /* wrapped libraries and the OpenMP runtime, as loaded; NULL: not asked yet */
    char *notes;     /* SB_MAX_NOTES bytes that its workers read and write, see plugin/notes.h */
    bool peer;
    bool networks;  /* runs whole networks: SB_NETWORK_1 */
    uint64_t build; /* XXH3 of the file: identifies the build of the plugin */
    char *problem;  /* NULL, or why it cannot be used (then there are no kernels) */
    char *absence;  /* NULL, or what it wraps is not on this system, which is also the problem */
    sb_kernel_info *kernels;
    size_t kernel_count;
    char **left_out; /* kernels that this version cannot use, each with the reason */
    size_t left_out_count;
} sb_plugin_info;

/* Everything is owned by the list. */
typedef struct sb_plugin_list {
    sb_plugin_info *plugins;
    size_t count;
} sb_plugin_list;

/* Is this a kernel for the operation, whatever else its problem needs? */
bool sb_kernel_computes(const sb_kernel_info *kernel, sb_operation operation);

void sb_plugin_info_free(sb_plugin_info *plugin); /* frees what it points to, and empties it */
void sb_plugin_info_drop_kernels(sb_plugin_info *plugin);
void sb_plugin_list_free(sb_plugin_list *list);

/* The text "name=value;...", with choices by name and flags as 0 or 1; free() it. */
char *sb_params_text(const sb_kernel_info *kernel, const int64_t *values);

/* The value of a parameter in such a text, its length in *length; NULL if it has none. */
const char *sb_params_find(const char *params, const char *parameter, size_t *length);

/* One value as sb_params_text writes it; free() it. */
char *sb_parameter_value_text(const sb_parameter_info *parameter, int64_t value);

/* Reads one value (an integer, a choice's name, 0/1/true/false) that is legal for the parameter. */
int sb_params_parse_value(const sb_parameter_info *parameter, const char *text, int64_t *value,
                          sb_error *error);

/* May the parameter take this value, other parameters apart? */
bool sb_parameter_legal(const sb_parameter_info *parameter, int64_t value);
/* The number of its values, and the i-th in ascending order. */
int64_t sb_parameter_count(const sb_parameter_info *parameter);
int64_t sb_parameter_value(const sb_parameter_info *parameter, int64_t i);
/* Restricts the parameter to its values from min to max; if there are none, leaves it as it is.
 * Flags and choices are never restricted. */
void sb_parameter_narrow(sb_parameter_info *parameter, int64_t min, int64_t max);

#endif
