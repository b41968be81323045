/* SPDX-License-Identifier: Apache-2.0 */
/* Operators that rearrange elements, or select some of them. */
#include "import/onnx_rules.h"

#include <math.h>
#include <string.h>

enum { LIST = SB_ONNX_RANK * 2 };

/* The product of dimensions [from, to), or -1 if one is not known, or it is too large. */
static int64_t product(const sb_onnx_tensor *tensor, int from, int to)
{
    int64_t all = 1;
    for (int i = from; i < to; i++)
        if (tensor->dims[i] < 0 || __builtin_mul_overflow(all, tensor->dims[i], &all))
            return -1;
    return all;
}

static void copy_content(const sb_onnx_tensor *in, sb_onnx_tensor *out)
{
    if (in->content && sb_onnx_make_content(out)) {
        const size_t count = out->count < in->count ? out->count : in->count;
        memcpy(out->content, in->content, count * sizeof *out->content);
    }
}

/* ------------------------------------------------------------------------------------ reshape */

static void infer_reshape(const sb_onnx_rule_context *at)
{
    int64_t dims[LIST];
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    const size_t count = sb_onnx_list(at, "shape", 1, dims);
    const bool keeps_zero = sb_onnx_integer(at->node, "allowzero", 0) != 0;
    if (!in || count == 0 || count > SB_ONNX_RANK)
        return;
    sb_onnx_tensor out = sb_onnx_tensor_of((int)count);
    int open = -1;
    for (size_t i = 0; i < count; i++) {
        out.dims[i] = dims[i];
        if (dims[i] == 0 && !keeps_zero)
            out.dims[i] = (int)i < in->rank ? in->dims[i] : -1;
        else if (dims[i] < 0)
            open = (int)i;
    }
    if (open >= 0) {
        const int64_t all = product(in, 0, in->rank);
        out.dims[open] = 1;
        const int64_t others = product(&out, 0, out.rank);
        out.dims[open] = all >= 0 && others > 0 && all % others == 0 ? all / others : -1;
    }
    out.integer = in->integer;
    copy_content(in, &out);
    sb_onnx_set(at, 0, out);
}

static void infer_flatten(const sb_onnx_rule_context *at)
{
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    const int64_t axis = in ? sb_onnx_integer(at->node, "axis", 1) : 0;
    if (!in || axis < -in->rank || axis > in->rank)
        return;
    const int cut = (int)(axis < 0 ? axis + in->rank : axis);
    sb_onnx_tensor out = sb_onnx_tensor_of(2);
    out.dims[0] = product(in, 0, cut);
    out.dims[1] = product(in, cut, in->rank);
    sb_onnx_set(at, 0, out);
}

static void infer_squeeze(const sb_onnx_rule_context *at)
{
    int64_t axes[LIST];
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    const size_t count = sb_onnx_list(at, "axes", 1, axes);
    if (!in || (count == 0 && sb_onnx_input(at->graph, at->node, 1)))
        return;
    bool gone[SB_ONNX_RANK] = { false };
    for (int i = 0; i < in->rank; i++)
        gone[i] = count == 0 && in->dims[i] == 1;
    for (size_t i = 0; i < count; i++) {
        const int axis = sb_onnx_axis(axes[i], in->rank);
        if (axis >= 0)
            gone[axis] = true;
    }
    sb_onnx_tensor out = sb_onnx_tensor_of(0);
    for (int i = 0; i < in->rank; i++)
        if (!gone[i])
            out.dims[out.rank++] = in->dims[i];
    out.integer = in->integer;
    copy_content(in, &out);
    sb_onnx_set(at, 0, out);
}

static void infer_unsqueeze(const sb_onnx_rule_context *at)
{
    int64_t axes[LIST];
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    const size_t count = sb_onnx_list(at, "axes", 1, axes);
    if (!in || count == 0 || in->rank + (int)count > SB_ONNX_RANK)
        return;
    sb_onnx_tensor out = sb_onnx_tensor_of(in->rank + (int)count);
    bool fresh[SB_ONNX_RANK] = { false };
    for (size_t i = 0; i < count; i++) {
        const int axis = sb_onnx_axis(axes[i], out.rank);
        if (axis >= 0)
            fresh[axis] = true;
    }
    for (int i = 0, from = 0; i < out.rank; i++)
        out.dims[i] = fresh[i] || from >= in->rank ? 1 : in->dims[from++];
    out.integer = in->integer;
    copy_content(in, &out);
    sb_onnx_set(at, 0, out);
}

static void infer_transpose(const sb_onnx_rule_context *at)
{
    int64_t order[LIST];
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    const size_t count = sb_onnx_list(at, "perm", UINT32_MAX, order);
    if (!in || (count && (int)count != in->rank))
        return;
    sb_onnx_tensor out = sb_onnx_tensor_of(in->rank);
    for (int i = 0; i < in->rank; i++) {
        const int axis = count ? sb_onnx_axis(order[i], in->rank) : in->rank - 1 - i;
        out.dims[i] = axis < 0 ? -1 : in->dims[axis];
    }
    sb_onnx_set(at, 0, out);
}

/* -------------------------------------------------------------------------------------- parts */

static void infer_gather(const sb_onnx_rule_context *at)
{
    const sb_onnx_tensor *in = sb_onnx_in(at, 0), *indices = sb_onnx_in(at, 1);
    const int axis = in ? sb_onnx_axis(sb_onnx_integer(at->node, "axis", 0), in->rank) : -1;
    if (!indices || axis < 0 || in->rank - 1 + indices->rank > SB_ONNX_RANK)
        return;
    sb_onnx_tensor out = sb_onnx_tensor_of(in->rank - 1 + indices->rank);
    for (int i = 0; i < axis; i++)
        out.dims[i] = in->dims[i];
    for (int i = 0; i < indices->rank; i++)
        out.dims[axis + i] = indices->dims[i];
    for (int i = axis + 1; i < in->rank; i++)
        out.dims[indices->rank + i - 1] = in->dims[i];
    out.integer = in->integer;
    if (in->content && indices->content && in->rank == 1 && sb_onnx_make_content(&out))
        for (size_t i = 0; i < out.count; i++) {
            const double from =
                indices->content[i] + (indices->content[i] < 0 ? (double)in->count : 0);
            out.content[i] =
                from >= 0 && from < (double)in->count ? in->content[(size_t)from] : NAN;
        }
    sb_onnx_set(at, 0, out);
}

static void infer_concat(const sb_onnx_rule_context *at)
{
    const sb_onnx_tensor *first = sb_onnx_in(at, 0);
    const int axis = first ? sb_onnx_axis(sb_onnx_integer(at->node, "axis", 1), first->rank) : -1;
    if (axis < 0)
        return;
    sb_onnx_tensor out = sb_onnx_shape_of(first);
    bool known = true;
    for (uint32_t i = 0; i < at->node->input_count; i++) {
        const sb_onnx_tensor *in = sb_onnx_in(at, i);
        if (!in || in->rank != first->rank)
            return;
        known = known && in->content && in->rank == 1;
        if (i == 0)
            continue;
        const bool both = out.dims[axis] >= 0 && in->dims[axis] >= 0;
        if (!both || __builtin_add_overflow(out.dims[axis], in->dims[axis], &out.dims[axis]))
            out.dims[axis] = -1;
        for (int j = 0; j < out.rank; j++)
            if (j != axis && out.dims[j] < 0)
                out.dims[j] = in->dims[j];
    }
    if (known && sb_onnx_make_content(&out))
        for (size_t i = 0, to = 0; i < at->node->input_count; i++) {
            const sb_onnx_tensor *in = sb_onnx_in(at, (uint32_t)i);
            memcpy(out.content + to, in->content, in->count * sizeof *in->content);
            to += in->count;
        }
    sb_onnx_set(at, 0, out);
}

static void infer_split(const sb_onnx_rule_context *at)
{
    int64_t sizes[LIST];
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    const size_t count = sb_onnx_list(at, "split", 1, sizes);
    const int axis = in ? sb_onnx_axis(sb_onnx_integer(at->node, "axis", 0), in->rank) : -1;
    const int64_t parts = sb_onnx_integer(at->node, "num_outputs", at->node->output_count);
    if (axis < 0 || parts < 1 || parts > SB_IMPORT_MOST ||
        (count == 0 && sb_onnx_input(at->graph, at->node, 1)))
        return;
    for (uint32_t i = 0; i < at->node->output_count; i++) {
        sb_onnx_tensor out = sb_onnx_shape_of(in);
        const int64_t all = in->dims[axis], each = all < 0 ? -1 : (all + parts - 1) / parts;
        const int64_t rest = all - each * (parts - 1);
        out.dims[axis] = i < count ? sizes[i] : count || all < 0 ? -1 : i + 1 < parts ? each : rest;
        sb_onnx_set(at, i, out);
    }
}

/* Selects from `start` in steps of `step`, clamped like Python's slices; returns how many. */
static int64_t slice_size(int64_t size, int64_t start, int64_t end, int64_t step, int64_t *first)
{
    const int64_t low = step < 0 ? -1 : 0, high = step < 0 ? size - 1 : size;
    start += start < 0 ? size : 0;
    end += end < 0 ? size : 0;
    start = start < low ? low : start > high ? high : start;
    end = end < low ? low : end > high ? high : end;
    *first = start;
    const int64_t span = step > 0 ? end - start : start - end, stride = step > 0 ? step : -step;
    return span > 0 ? (span - 1) / stride + 1 : 0;
}

static void infer_slice(const sb_onnx_rule_context *at)
{
    int64_t starts[LIST], ends[LIST], axes[LIST], steps[LIST], first = 0;
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    const size_t count = sb_onnx_list(at, "starts", 1, starts);
    const size_t axis_count = sb_onnx_list(at, "axes", 3, axes);
    const size_t step_count = sb_onnx_list(at, "steps", 4, steps);
    if (!in || count == 0 || sb_onnx_list(at, "ends", 2, ends) != count ||
        (axis_count && axis_count != count) || (step_count && step_count != count) ||
        (!axis_count && sb_onnx_input(at->graph, at->node, 3)) ||
        (!step_count && sb_onnx_input(at->graph, at->node, 4)))
        return;
    sb_onnx_tensor out = sb_onnx_shape_of(in);
    for (size_t i = 0; i < count; i++) {
        const int axis = sb_onnx_axis(axis_count ? axes[i] : (int64_t)i, in->rank);
        const int64_t step = step_count ? steps[i] : 1;
        if (axis < 0 || step == 0 || step < -SB_IMPORT_MOST)
            return;
        if (in->dims[axis] >= 0)
            out.dims[axis] = slice_size(in->dims[axis], starts[i], ends[i], step, &first);
    }
    if (in->content && in->rank == 1 && count == 1 && sb_onnx_make_content(&out))
        for (size_t i = 0; i < out.count; i++)
            out.content[i] = in->content[first + (int64_t)i * (step_count ? steps[0] : 1)];
    sb_onnx_set(at, 0, out);
}

/* ------------------------------------------------------------------------------------- growing */

static void infer_expand(const sb_onnx_rule_context *at)
{
    int64_t dims[LIST];
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    const size_t count = sb_onnx_list(at, "shape", 1, dims);
    if (!in || count == 0 || count > SB_ONNX_RANK)
        return;
    const int rank = (int)count > in->rank ? (int)count : in->rank;
    sb_onnx_tensor out = sb_onnx_tensor_of(rank);
    for (int i = 1; i <= rank; i++) {
        const int64_t a = i <= in->rank ? in->dims[in->rank - i] : 1;
        const int64_t b = i <= (int)count ? dims[(int)count - i] : 1;
        out.dims[rank - i] = a == 1 ? b : a;
    }
    sb_onnx_set(at, 0, out);
}

static void infer_tile(const sb_onnx_rule_context *at)
{
    int64_t repeats[LIST];
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    const size_t count = sb_onnx_list(at, "repeats", 1, repeats);
    if (!in || (int)count != in->rank)
        return;
    sb_onnx_tensor out = sb_onnx_shape_of(in);
    for (int i = 0; i < in->rank; i++)
        if (in->dims[i] < 0 || __builtin_mul_overflow(in->dims[i], repeats[i], &out.dims[i]))
            out.dims[i] = -1;
    sb_onnx_set(at, 0, out);
}

static void infer_pad(const sb_onnx_rule_context *at)
{
    int64_t pads[LIST];
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    if (!in || !sb_onnx_pads(at, in->rank, pads))
        return;
    sb_onnx_tensor out = sb_onnx_shape_of(in);
    for (int i = 0; i < in->rank; i++) {
        const int64_t before = pads[i], after = pads[in->rank + i];
        if (in->dims[i] >= 0 && before <= SB_IMPORT_MOST && before >= -SB_IMPORT_MOST &&
            after <= SB_IMPORT_MOST && after >= -SB_IMPORT_MOST && in->dims[i] < INT64_MAX / 2)
            out.dims[i] = in->dims[i] + before + after;
        else
            out.dims[i] = -1;
    }
    sb_onnx_set(at, 0, out);
}

/* In Upsample and the first Resize, scales are an attribute or the second input; in later ones they
 * are the third input, and sizes the fourth. */
static void infer_resize(const sb_onnx_rule_context *at)
{
    const sb_onnx_tensor *in = sb_onnx_in(at, 0), *sizes = sb_onnx_content(at, 3);
    const sb_onnx_attribute *attribute = sb_onnx_attribute_of(at->node, "scales");
    const sb_onnx_tensor *scales = sb_onnx_content(at, at->node->input_count > 2 ? 2 : 1);
    if (!in || sb_onnx_attribute_of(at->node, "axes"))
        return;
    sb_onnx_tensor out = sb_onnx_tensor_of(in->rank);
    for (int i = 0; i < in->rank; i++) {
        const size_t at_i = (size_t)i;
        double size = -1;
        if (sizes && sizes->count == (size_t)in->rank)
            size = sizes->content[i];
        else if (in->dims[i] >= 0 && scales && scales->count == (size_t)in->rank)
            size = floor((double)in->dims[i] * scales->content[i]);
        else if (in->dims[i] >= 0 && attribute && at_i < attribute->float_count)
            size = floor((double)in->dims[i] * (double)attribute->floats[at_i]);
        out.dims[i] = size >= 0 && size <= (double)SB_IMPORT_MOST ? (int64_t)size : -1;
    }
    sb_onnx_set(at, 0, out);
}

static void infer_blocks(const sb_onnx_rule_context *at)
{
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    const int64_t size = sb_onnx_integer(at->node, "blocksize", 0);
    const bool to_space = strcmp(at->node->type, "DepthToSpace") == 0;
    if (!in || in->rank != 4 || size < 1 || size > 1024)
        return;
    sb_onnx_tensor out = sb_onnx_shape_of(in);
    for (int i = 1; i < 4; i++) {
        const int64_t by = i == 1 ? size * size : size;
        const bool shrinks = (i == 1) == to_space;
        if (in->dims[i] < 0 || in->dims[i] > SB_IMPORT_MOST)
            out.dims[i] = -1;
        else
            out.dims[i] = shrinks ? in->dims[i] / by : in->dims[i] * by;
    }
    sb_onnx_set(at, 0, out);
}

static void infer_reduce(const sb_onnx_rule_context *at)
{
    int64_t axes[LIST];
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    const bool arg = strncmp(at->node->type, "Arg", 3) == 0;
    const bool keep = sb_onnx_integer(at->node, "keepdims", 1) != 0;
    size_t count = arg ? 1 : sb_onnx_list(at, "axes", 1, axes);
    if (arg)
        axes[0] = sb_onnx_integer(at->node, "axis", 0);
    if (!in || (count == 0 && sb_onnx_input(at->graph, at->node, 1)) ||
        (count == 0 && sb_onnx_integer(at->node, "noop_with_empty_axes", 0)))
        return;
    bool reduced[SB_ONNX_RANK] = { false };
    for (int i = 0; i < in->rank; i++)
        reduced[i] = count == 0;
    for (size_t i = 0; i < count; i++) {
        const int axis = sb_onnx_axis(axes[i], in->rank);
        if (axis >= 0)
            reduced[axis] = true;
    }
    sb_onnx_tensor out = sb_onnx_tensor_of(0);
    for (int i = 0; i < in->rank; i++)
        if (!reduced[i] || keep)
            out.dims[out.rank++] = reduced[i] ? 1 : in->dims[i];
    sb_onnx_set(at, 0, out);
}

const sb_onnx_rule_entry sb_onnx_layout_rules[] = {
    { "Reshape", infer_reshape },
    { "Flatten", infer_flatten },
    { "Squeeze", infer_squeeze },
    { "Unsqueeze", infer_unsqueeze },
    { "Transpose", infer_transpose },
    { "Gather", infer_gather },
    { "Concat", infer_concat },
    { "Split", infer_split },
    { "Slice", infer_slice },
    { "Expand", infer_expand },
    { "Tile", infer_tile },
    { "Pad", infer_pad },
    { "Resize", infer_resize },
    { "Upsample", infer_resize },
    { "DepthToSpace", infer_blocks },
    { "SpaceToDepth", infer_blocks },
    { "ReduceMean", infer_reduce },
    { "ReduceSum", infer_reduce },
    { "ReduceMax", infer_reduce },
    { "ReduceMin", infer_reduce },
    { "ReduceProd", infer_reduce },
    { "ReduceL1", infer_reduce },
    { "ReduceL2", infer_reduce },
    { "ReduceLogSum", infer_reduce },
    { "ReduceLogSumExp", infer_reduce },
    { "ReduceSumSquare", infer_reduce },
    { "ArgMax", infer_reduce },
    { "ArgMin", infer_reduce },
    { NULL, NULL },
};
