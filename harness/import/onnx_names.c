/* SPDX-License-Identifier: Apache-2.0 */
/* Names of layers, derived from the names that exporters give to weights and nodes. */
#include "import/onnx_layers.h"

#include <stdlib.h>
#include <string.h>

/* "onnx::Conv_497", "497": numbered by an exporter, not named by the network's author. */
static bool is_generated(const char *name)
{
    return strstr(name, "::") || name[strspn(name, "0123456789")] == '\0';
}

/* "layer1.0.conv1.weight" without the part that marks a weight; NULL if there is no such part. */
static char *strip_weight(const char *name)
{
    static const char *const suffixes[] = { ".weight",  "_weight", "/weight", ".W",
                                            "_W",       "/kernel", "_kernel", "/weights",
                                            "_weights", ".kernel", "_w_0",    "/depthwise_kernel" };
    const size_t length = strlen(name);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        const size_t tail = strlen(suffixes[i]);
        if (length > tail && strcmp(name + length - tail, suffixes[i]) == 0)
            return strndup(name, length - tail);
    }
    return NULL;
}

/* "Conv", "Conv_12" or TensorFlow's "Conv2D": names the operator, not the layer. */
static bool is_operator(const char *part, size_t length, const char *type)
{
    size_t at = strlen(type);
    if (length < at || strncmp(part, type, at) != 0)
        return false;
    at += strncmp(part + at, "2D", 2) == 0 ? 2 : 0;
    return at == length ||
           (part[at] == '_' && at + 1 + strspn(part + at + 1, "0123456789") == length);
}

/*
 * "/layer1/layer1.0/conv1/Conv" is layer1.0.conv1: a part that begins with the one before it
 * replaces that one, and the operator at the end is dropped. If there are several names, which
 * TensorFlow Lite joins with semicolons after fusing operators, the first one counts. NULL if
 * nothing is left.
 */
static char *flatten_path(const char *name, const char *type)
{
    sb_text path = { 0 };
    size_t last = 0;
    for (const char *at = name; *at && *at != ';';) {
        at += strspn(at, "/");
        const size_t length = strcspn(at, "/;");
        const size_t held = path.length - last;
        const bool ends = at[length] != '/';
        if (ends && path.length && is_operator(at, length, type))
            break;
        if (path.length && held < length && strncmp(path.data + last, at, held) == 0 &&
            at[held] == '.') {
            path.length = last;
        } else {
            sb_text_add(&path, "%s", path.length && length ? "." : "");
            last = path.length;
        }
        sb_text_add_bytes(&path, at, length);
        at += length;
    }
    if (path.length > 0)
        return path.data;
    sb_text_free(&path);
    return NULL;
}

char *sb_onnx_layer_name(const sb_onnx_graph *graph, const sb_onnx_node *node, uint32_t weights)
{
    const char *weight = weights == SB_ONNX_NONE ? "" : graph->values[weights].name;
    char *stripped = is_generated(weight) ? NULL : strip_weight(weight);
    if (stripped) {
        char *name = flatten_path(stripped, node->type);
        free(stripped);
        return name;
    }
    return flatten_path(node->name, node->type);
}

/* A common "_12" at the end of both, as in conv_dw_12 and conv_pw_12. */
static const char *common_number(const char *first, const char *last)
{
    const char *a = strrchr(first, '_'), *b = strrchr(last, '_');
    const bool same = a && b && a > first && b > last && strcmp(a, b) == 0 && a[1] &&
                      a[1 + strspn(a + 1, "0123456789")] == '\0';
    return same ? a : "";
}

char *sb_onnx_joined_name(const char *first, const char *last)
{
    size_t same = 0, cut = 0;
    if (!first || !last)
        return first || last ? sb_copy_text(first ? first : last) : NULL;
    for (; first[same] && first[same] == last[same]; same++)
        if (strchr("._/", first[same]))
            cut = same;
    sb_text name = { 0 };
    if (cut > 0) {
        sb_text_add_bytes(&name, first, cut);
        sb_text_add(&name, "%s", common_number(first + cut, last + cut));
        return name.data;
    }
    sb_text_add(&name, "%s+%s", first, last);
    return name.data;
}
