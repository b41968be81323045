/* SPDX-License-Identifier: Apache-2.0 */
/* Convolutions, pools and products of matrices. */
#include "import/onnx_rules.h"

#include <string.h>

/* An attribute's value for an axis; false if the list is there but too short. */
static bool number_of(const sb_onnx_node *node, const char *name, int index, int64_t otherwise,
                      int64_t low, int64_t *value)
{
    const sb_onnx_attribute *a = sb_onnx_attribute_of(node, name);
    *value = otherwise;
    if (!a || a->int_count == 0)
        return true;
    if ((size_t)index >= a->int_count)
        return false;
    *value = a->ints[index];
    return *value >= low && *value <= SB_IMPORT_MOST;
}

static bool pad_axis(const sb_onnx_node *node, int index, int count, sb_import_axis *axis)
{
    const sb_onnx_attribute *automatic = sb_onnx_attribute_of(node, "auto_pad");
    const char *how = automatic ? automatic->s : "";
    if (strcmp(how, "SAME_UPPER") == 0 || strcmp(how, "SAME_LOWER") == 0) {
        sb_import_axis_same(axis, how[5] == 'L');
        return true;
    }
    if (strcmp(how, "VALID") == 0)
        return true;
    return number_of(node, "pads", index, 0, 0, &axis->before) &&
           number_of(node, "pads", index + count, 0, 0, &axis->after);
}

bool sb_onnx_windows(const sb_onnx_node *node, const sb_onnx_tensor *input, const int64_t *kernel,
                     sb_import_axis axes[SB_ONNX_RANK])
{
    const int count = input->rank - 2;
    for (int i = 0; i < count; i++) {
        axes[i] = (sb_import_axis) { .in = input->dims[i + 2] };
        if (axes[i].in < 1 || axes[i].in > SB_IMPORT_MOST || kernel[i] > SB_IMPORT_MOST ||
            !number_of(node, "kernel_shape", i, kernel[i], 1, &axes[i].taps) || axes[i].taps < 1 ||
            !number_of(node, "strides", i, 1, 1, &axes[i].stride) ||
            !number_of(node, "dilations", i, 1, 1, &axes[i].dilation) ||
            !pad_axis(node, i, count, &axes[i]))
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------------------- convolutions */

static void infer_conv(const sb_onnx_rule_context *at)
{
    /* The quantised operators have scales and zero points between their inputs. */
    const uint32_t weights = strcmp(at->node->type, "QLinearConv") == 0 ? 3 : 1;
    const sb_onnx_tensor *in = sb_onnx_in(at, 0), *w = sb_onnx_in(at, weights);
    sb_import_axis axes[SB_ONNX_RANK];
    if (!in || !w || in->rank < 3 || w->rank != in->rank)
        return;
    sb_onnx_tensor out = sb_onnx_tensor_of(in->rank);
    out.dims[0] = in->dims[0];
    out.dims[1] = w->dims[0];
    if (sb_onnx_windows(at->node, in, w->dims + 2, axes))
        for (int i = 2; i < in->rank; i++) {
            const int64_t size = sb_import_axis_output(&axes[i - 2]);
            out.dims[i] = size > 0 ? size : -1;
        }
    sb_onnx_set(at, 0, out);
}

/* Sizes are those of output_shape, or follow from the windows in reverse. */
static void infer_transposed(const sb_onnx_rule_context *at)
{
    const sb_onnx_tensor *in = sb_onnx_in(at, 0), *w = sb_onnx_in(at, 1);
    const int64_t groups = sb_onnx_integer(at->node, "group", 1);
    const sb_onnx_attribute *sizes = sb_onnx_attribute_of(at->node, "output_shape");
    const sb_onnx_attribute *automatic = sb_onnx_attribute_of(at->node, "auto_pad");
    const bool same = automatic && strncmp(automatic->s, "SAME", 4) == 0;
    sb_import_axis axes[SB_ONNX_RANK];
    if (!in || !w || in->rank < 3 || w->rank != in->rank || groups < 1 || w->dims[1] < 0 ||
        groups > SB_IMPORT_MOST || w->dims[1] > SB_IMPORT_MOST)
        return;
    sb_onnx_tensor out = sb_onnx_tensor_of(in->rank);
    out.dims[0] = in->dims[0];
    out.dims[1] = w->dims[1] * groups;
    const bool known = sb_onnx_windows(at->node, in, w->dims + 2, axes);
    for (int i = 2; i < in->rank; i++) {
        const sb_import_axis *a = &axes[i - 2];
        const size_t spatial = (size_t)in->rank - 2, index = (size_t)i - 2;
        int64_t extra, size = -1;
        if (sizes && sizes->int_count >= spatial)
            size = sizes->ints[sizes->int_count - spatial + index];
        else if (known && same)
            size = a->in * a->stride;
        else if (known && number_of(at->node, "output_padding", i - 2, 0, 0, &extra))
            size = (a->in - 1) * a->stride + extra + (a->taps - 1) * a->dilation + 1 - a->before -
                   a->after;
        out.dims[i] = size > 0 ? size : -1;
    }
    sb_onnx_set(at, 0, out);
}

/* -------------------------------------------------------------------------------------- pools */

static int64_t pooled_size(const sb_import_axis *axis, bool round_up)
{
    const int64_t size = sb_import_axis_output(axis);
    const int64_t room =
        axis->in + axis->before + axis->after - (axis->taps - 1) * axis->dilation - 1;
    if (!round_up || size == 0 || room % axis->stride == 0)
        return size;
    /* No window begins in the padding after the image. */
    return size * axis->stride < axis->in + axis->before ? size + 1 : size;
}

static void infer_pool(const sb_onnx_rule_context *at)
{
    static const int64_t none[SB_ONNX_RANK] = { 0 };
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    const bool round_up = sb_onnx_integer(at->node, "ceil_mode", 0) != 0;
    sb_import_axis axes[SB_ONNX_RANK];
    if (!in || in->rank < 3)
        return;
    sb_onnx_tensor out = sb_onnx_tensor_of(in->rank);
    out.dims[0] = in->dims[0];
    out.dims[1] = in->dims[1];
    if (sb_onnx_windows(at->node, in, none, axes))
        for (int i = 2; i < in->rank; i++) {
            const int64_t size = pooled_size(&axes[i - 2], round_up);
            out.dims[i] = size > 0 ? size : -1;
        }
    for (uint32_t i = 0; i < at->node->output_count; i++)
        sb_onnx_set(at, i, out);
}

static void infer_global_pool(const sb_onnx_rule_context *at)
{
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    if (!in || in->rank < 2)
        return;
    sb_onnx_tensor out = sb_onnx_shape_of(in);
    for (int i = 2; i < in->rank; i++)
        out.dims[i] = 1;
    sb_onnx_set(at, 0, out);
}

/* ----------------------------------------------------------------------------------- products */

static void infer_gemm(const sb_onnx_rule_context *at)
{
    const sb_onnx_tensor *a = sb_onnx_in(at, 0), *b = sb_onnx_in(at, 1);
    if (!a || !b || a->rank != 2 || b->rank != 2)
        return;
    sb_onnx_tensor out = sb_onnx_tensor_of(2);
    out.dims[0] = a->dims[sb_onnx_integer(at->node, "transA", 0) ? 1 : 0];
    out.dims[1] = b->dims[sb_onnx_integer(at->node, "transB", 0) ? 0 : 1];
    sb_onnx_set(at, 0, out);
}

static void infer_matmul(const sb_onnx_rule_context *at)
{
    const sb_onnx_tensor *a = sb_onnx_in(at, 0), *b = sb_onnx_in(at, 1);
    if (!a || !b || a->rank < 2 || b->rank < 2)
        return;
    const sb_onnx_tensor *longer = a->rank >= b->rank ? a : b;
    sb_onnx_tensor out = sb_onnx_shape_of(longer);
    for (int i = 3; i <= longer->rank; i++) {
        const int64_t x = i <= a->rank ? a->dims[a->rank - i] : 1;
        const int64_t y = i <= b->rank ? b->dims[b->rank - i] : 1;
        out.dims[longer->rank - i] = x == 1 ? y : x;
    }
    out.dims[out.rank - 2] = a->dims[a->rank - 2];
    out.dims[out.rank - 1] = b->dims[b->rank - 1];
    sb_onnx_set(at, 0, out);
}

const sb_onnx_rule_entry sb_onnx_window_rules[] = {
    { "Conv", infer_conv },
    { "ConvInteger", infer_conv },
    { "QLinearConv", infer_conv },
    { "ConvTranspose", infer_transposed },
    { "MaxPool", infer_pool },
    { "AveragePool", infer_pool },
    { "LpPool", infer_pool },
    { "GlobalAveragePool", infer_global_pool },
    { "GlobalMaxPool", infer_global_pool },
    { "GlobalLpPool", infer_global_pool },
    { "Gemm", infer_gemm },
    { "MatMul", infer_matmul },
    { NULL, NULL },
};
