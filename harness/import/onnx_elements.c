/* SPDX-License-Identifier: Apache-2.0 */
/* Element-wise operators, and those that make constants. Contents are tracked as far as exporters
 * compute shapes with them. */
#include "import/onnx_rules.h"

#include <math.h>
#include <string.h>

static void keep_shape(const sb_onnx_rule_context *at)
{
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    if (in)
        sb_onnx_set(at, 0, sb_onnx_shape_of(in));
}

/* -------------------------------------------------------------------------------- one operand */

static double apply_one(const char *type, double x, bool integer)
{
    if (strcmp(type, "Floor") == 0)
        return floor(x);
    if (strcmp(type, "Ceil") == 0)
        return ceil(x);
    if (strcmp(type, "Round") == 0)
        return rint(x);
    if (strcmp(type, "Neg") == 0)
        return -x;
    if (strcmp(type, "Abs") == 0)
        return fabs(x);
    if (strcmp(type, "Sqrt") == 0)
        return sqrt(x);
    return integer ? trunc(x) : x; /* Cast, Identity */
}

/* ONNX's element types that are not integers: float, float16, double, bfloat16. */
static bool is_float_type(int64_t type)
{
    return type == 1 || type == 10 || type == 11 || type == 16;
}

static void infer_one(const sb_onnx_rule_context *at)
{
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    const char *type = at->node->type;
    if (!in)
        return;
    sb_onnx_tensor out = sb_onnx_shape_of(in);
    if (strcmp(type, "Cast") == 0)
        out.integer = !is_float_type(sb_onnx_integer(at->node, "to", 1));
    if (in->content && sb_onnx_make_content(&out))
        for (size_t i = 0; i < out.count; i++)
            out.content[i] = apply_one(type, in->content[i], out.integer);
    sb_onnx_set(at, 0, out);
}

/* ------------------------------------------------------------------------------- two and more */

/* NumPy's broadcasting; an unknown dimension is taken to equal the other, unless that is 1. */
static bool broadcast(sb_onnx_tensor *to, const sb_onnx_tensor *with)
{
    const int rank = to->rank > with->rank ? to->rank : with->rank;
    sb_onnx_tensor result = sb_onnx_tensor_of(rank);
    for (int i = 1; i <= rank; i++) {
        const int64_t a = i <= to->rank ? to->dims[to->rank - i] : 1;
        const int64_t b = i <= with->rank ? with->dims[with->rank - i] : 1;
        if (a > 1 && b > 1 && a != b)
            return false;
        result.dims[rank - i] = a == 1 ? b : b == 1 ? a : a < 0 ? b : a;
    }
    result.integer = to->integer && with->integer;
    *to = result;
    return true;
}

static double apply_two(const char *type, double a, double b, bool integer)
{
    switch (type[0]) {
    case 'A':
        return a + b;
    case 'S':
        return a - b;
    case 'D':
        return b == 0 ? NAN : integer ? trunc(a / b) : a / b;
    case 'P':
        return pow(a, b);
    default: /* Mul, Max, Min, Mod */
        return type[1] == 'u'   ? a * b
               : type[1] == 'a' ? fmax(a, b)
               : type[1] == 'o' ? (b == 0 ? NAN : fmod(a, b))
                                : fmin(a, b);
    }
}

/* Contents of the same shape, or one of a single element. */
static void compute_two(const char *type, const sb_onnx_tensor *a, const sb_onnx_tensor *b,
                        sb_onnx_tensor *out)
{
    if ((a->count != b->count && a->count != 1 && b->count != 1) || a->rank > 1 || b->rank > 1 ||
        !sb_onnx_make_content(out))
        return;
    for (size_t i = 0; i < out->count; i++)
        out->content[i] = apply_two(type, a->content[a->count == 1 ? 0 : i],
                                    b->content[b->count == 1 ? 0 : i], out->integer);
}

static void infer_many(const sb_onnx_rule_context *at)
{
    const sb_onnx_tensor *first = sb_onnx_in(at, 0);
    if (!first)
        return;
    sb_onnx_tensor out = sb_onnx_shape_of(first);
    for (uint32_t i = 1; i < at->node->input_count; i++) {
        const sb_onnx_tensor *in = sb_onnx_in(at, i);
        if (!in || !broadcast(&out, in))
            return;
    }
    const sb_onnx_tensor *a = sb_onnx_content(at, 0), *b = sb_onnx_content(at, 1);
    if (a && b && at->node->input_count == 2)
        compute_two(at->node->type, a, b, &out);
    sb_onnx_set(at, 0, out);
}

/* Only shapes: logic, comparisons, sums of many. */
static void infer_shape_of_many(const sb_onnx_rule_context *at)
{
    sb_onnx_tensor out = sb_onnx_tensor_of(0);
    for (uint32_t i = 0; i < at->node->input_count; i++) {
        const sb_onnx_tensor *in = sb_onnx_in(at, i);
        if (!in || !broadcast(&out, in))
            return;
    }
    sb_onnx_set(at, 0, out);
}

/* ---------------------------------------------------------------------------------- constants */

static sb_onnx_tensor vector_of(size_t count, bool integer)
{
    sb_onnx_tensor out = sb_onnx_tensor_of(1);
    out.dims[0] = (int64_t)count;
    out.integer = integer;
    return out;
}

static void infer_constant(const sb_onnx_rule_context *at)
{
    for (size_t i = 0; i < at->node->attribute_count; i++) {
        const sb_onnx_attribute *a = &at->node->attributes[i];
        sb_onnx_tensor out;
        if (strcmp(a->name, "value") == 0) {
            out = sb_onnx_shape_of(&a->tensor);
            if (a->tensor.content && sb_onnx_make_content(&out))
                memcpy(out.content, a->tensor.content, out.count * sizeof *out.content);
        } else if (strcmp(a->name, "value_int") == 0 || strcmp(a->name, "value_float") == 0) {
            out = sb_onnx_tensor_of(0);
            out.integer = a->has_i;
            if (sb_onnx_make_content(&out))
                out.content[0] = a->has_i ? (double)a->i : a->f;
        } else if (strcmp(a->name, "value_ints") == 0 || strcmp(a->name, "value_floats") == 0) {
            const bool integer = a->int_count > 0;
            out = vector_of(integer ? a->int_count : a->float_count, integer);
            if (sb_onnx_make_content(&out))
                for (size_t j = 0; j < out.count; j++)
                    out.content[j] = integer ? (double)a->ints[j] : (double)a->floats[j];
        } else {
            continue;
        }
        sb_onnx_set(at, 0, out);
        return;
    }
}

static void infer_shape(const sb_onnx_rule_context *at)
{
    const sb_onnx_tensor *in = sb_onnx_in(at, 0);
    if (!in)
        return;
    int64_t start = sb_onnx_integer(at->node, "start", 0);
    int64_t end = sb_onnx_integer(at->node, "end", in->rank);
    start = start < -in->rank ? 0 : start < 0 ? start + in->rank : start;
    end = end < -in->rank ? 0 : end < 0 ? end + in->rank : end > in->rank ? in->rank : end;
    sb_onnx_tensor out = vector_of(end > start ? (size_t)(end - start) : 0, true);
    bool known = true;
    for (int64_t i = start; i < end; i++)
        known = known && in->dims[i] >= 0;
    if (known && sb_onnx_make_content(&out))
        for (size_t i = 0; i < out.count; i++)
            out.content[i] = (double)in->dims[(size_t)start + i];
    sb_onnx_set(at, 0, out);
}

static void infer_constant_of_shape(const sb_onnx_rule_context *at)
{
    int64_t dims[SB_ONNX_RANK * 2];
    const size_t count = sb_onnx_list(at, "shape", 0, dims);
    if (!sb_onnx_content(at, 0) || count > SB_ONNX_RANK)
        return;
    const sb_onnx_attribute *value = sb_onnx_attribute_of(at->node, "value");
    sb_onnx_tensor out = sb_onnx_tensor_of((int)count);
    for (size_t i = 0; i < count; i++)
        out.dims[i] = dims[i];
    out.integer = value && value->tensor.integer;
    if (sb_onnx_make_content(&out))
        for (size_t i = 0; i < out.count; i++)
            out.content[i] = value && value->tensor.content ? value->tensor.content[0] : 0;
    sb_onnx_set(at, 0, out);
}

static void infer_range(const sb_onnx_rule_context *at)
{
    const sb_onnx_tensor *start = sb_onnx_content(at, 0), *limit = sb_onnx_content(at, 1),
                         *delta = sb_onnx_content(at, 2);
    if (!start || !limit || !delta || !start->count || !limit->count || !delta->count ||
        delta->content[0] == 0)
        return;
    const double count = ceil((limit->content[0] - start->content[0]) / delta->content[0]);
    if (!(count <= SB_ONNX_ELEMENTS))
        return;
    sb_onnx_tensor out = vector_of(count > 0 ? (size_t)count : 0, start->integer);
    if (sb_onnx_make_content(&out))
        for (size_t i = 0; i < out.count; i++)
            out.content[i] = start->content[0] + (double)i * delta->content[0];
    sb_onnx_set(at, 0, out);
}

const sb_onnx_rule_entry sb_onnx_element_rules[] = {
    { "Relu", keep_shape },
    { "Clip", keep_shape },
    { "BatchNormalization", keep_shape },
    { "Sigmoid", keep_shape },
    { "HardSigmoid", keep_shape },
    { "HardSwish", keep_shape },
    { "Swish", keep_shape },
    { "Mish", keep_shape },
    { "Gelu", keep_shape },
    { "LeakyRelu", keep_shape },
    { "PRelu", keep_shape },
    { "ThresholdedRelu", keep_shape },
    { "Elu", keep_shape },
    { "Celu", keep_shape },
    { "Selu", keep_shape },
    { "Tanh", keep_shape },
    { "Erf", keep_shape },
    { "Exp", keep_shape },
    { "Log", keep_shape },
    { "Reciprocal", keep_shape },
    { "Softplus", keep_shape },
    { "Softsign", keep_shape },
    { "Softmax", keep_shape },
    { "LogSoftmax", keep_shape },
    { "Hardmax", keep_shape },
    { "Dropout", keep_shape },
    { "InstanceNormalization", keep_shape },
    { "GroupNormalization", keep_shape },
    { "LayerNormalization", keep_shape },
    { "LpNormalization", keep_shape },
    { "MeanVarianceNormalization", keep_shape },
    { "LRN", keep_shape },
    { "QuantizeLinear", keep_shape },
    { "DequantizeLinear", keep_shape },
    { "Not", keep_shape },
    { "Sign", keep_shape },
    { "Sin", keep_shape },
    { "Cos", keep_shape },
    { "Identity", infer_one },
    { "Cast", infer_one },
    { "Floor", infer_one },
    { "Ceil", infer_one },
    { "Round", infer_one },
    { "Neg", infer_one },
    { "Abs", infer_one },
    { "Sqrt", infer_one },
    { "Add", infer_many },
    { "Sub", infer_many },
    { "Mul", infer_many },
    { "Div", infer_many },
    { "Pow", infer_many },
    { "Mod", infer_many },
    { "Max", infer_many },
    { "Min", infer_many },
    { "Sum", infer_shape_of_many },
    { "Mean", infer_shape_of_many },
    { "Where", infer_shape_of_many },
    { "Equal", infer_shape_of_many },
    { "Greater", infer_shape_of_many },
    { "GreaterOrEqual", infer_shape_of_many },
    { "Less", infer_shape_of_many },
    { "LessOrEqual", infer_shape_of_many },
    { "And", infer_shape_of_many },
    { "Or", infer_shape_of_many },
    { "Xor", infer_shape_of_many },
    { "Constant", infer_constant },
    { "ConstantOfShape", infer_constant_of_shape },
    { "Shape", infer_shape },
    { "Range", infer_range },
    { NULL, NULL },
};
