/* SPDX-License-Identifier: Apache-2.0 */
#include "import/onnx_rules.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

const sb_onnx_tensor *sb_onnx_in(const sb_onnx_rule_context *at, uint32_t i)
{
    const sb_onnx_value *value = sb_onnx_input(at->graph, at->node, i);
    return value && value->tensor.rank >= 0 ? &value->tensor : NULL;
}

const sb_onnx_tensor *sb_onnx_content(const sb_onnx_rule_context *at, uint32_t i)
{
    const sb_onnx_tensor *tensor = sb_onnx_in(at, i);
    return tensor && tensor->content ? tensor : NULL;
}

void sb_onnx_set(const sb_onnx_rule_context *at, uint32_t i, sb_onnx_tensor tensor)
{
    sb_onnx_value *value = sb_onnx_output(at->graph, at->node, i);
    if (!value) {
        free(tensor.content);
        return;
    }
    free(value->tensor.content);
    value->tensor = tensor;
}

sb_onnx_tensor sb_onnx_tensor_of(int rank)
{
    sb_onnx_tensor tensor = { .rank = rank <= SB_ONNX_RANK ? rank : -1 };
    for (int i = 0; i < SB_ONNX_RANK; i++)
        tensor.dims[i] = -1;
    return tensor;
}

sb_onnx_tensor sb_onnx_shape_of(const sb_onnx_tensor *tensor)
{
    sb_onnx_tensor copy = *tensor;
    copy.content = NULL;
    copy.count = 0;
    return copy;
}

bool sb_onnx_make_content(sb_onnx_tensor *tensor)
{
    size_t count = 1;
    for (int i = 0; i < tensor->rank; i++) {
        if (tensor->dims[i] < 0 || tensor->dims[i] > SB_ONNX_ELEMENTS)
            return false;
        count *= (size_t)tensor->dims[i];
        if (count > SB_ONNX_ELEMENTS)
            return false;
    }
    if (tensor->rank < 0)
        return false;
    tensor->content = sb_new(count, sizeof *tensor->content);
    tensor->count = count;
    return true;
}

/* Bounds of a dimension or an index; a slice's end is often the largest integer. */
static int64_t to_integer(double number)
{
    const double most = 0x1p62;
    return (int64_t)(number > most ? most : number < -most ? -most : number == number ? number : 0);
}

size_t sb_onnx_list(const sb_onnx_rule_context *at, const char *attribute, uint32_t input,
                    int64_t list[SB_ONNX_RANK * 2])
{
    const sb_onnx_attribute *a = sb_onnx_attribute_of(at->node, attribute);
    const sb_onnx_tensor *tensor = sb_onnx_content(at, input);
    const size_t count = a ? a->int_count : tensor ? tensor->count : 0;
    if (count > SB_ONNX_RANK * 2)
        return 0;
    for (size_t i = 0; i < count; i++)
        list[i] = a ? a->ints[i] : to_integer(tensor->content[i]);
    return count;
}

int sb_onnx_axis(int64_t axis, int rank)
{
    if (axis < -rank || axis >= rank)
        return -1;
    return (int)(axis < 0 ? axis + rank : axis);
}

/* Of all axes in older models; newer ones may name the axes. */
bool sb_onnx_pads(const sb_onnx_rule_context *at, int rank, int64_t pads[SB_ONNX_RANK * 2])
{
    int64_t list[SB_ONNX_RANK * 2], axes[SB_ONNX_RANK * 2];
    const char *name = sb_onnx_attribute_of(at->node, "paddings") ? "paddings" : "pads";
    const size_t count = sb_onnx_list(at, name, 1, list), named = sb_onnx_list(at, "axes", 3, axes);
    const size_t each = named ? named : (size_t)rank;
    if (count != 2 * each || (!named && sb_onnx_input(at->graph, at->node, 3)))
        return false;
    memset(pads, 0, SB_ONNX_RANK * 2 * sizeof *pads);
    for (size_t i = 0; i < each; i++) {
        const int axis = sb_onnx_axis(named ? axes[i] : (int64_t)i, rank);
        if (axis < 0)
            return false;
        pads[axis] = list[i];
        pads[rank + axis] = list[each + i];
    }
    return true;
}
