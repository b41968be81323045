/* SPDX-License-Identifier: Apache-2.0 */
#include "import_fixture.h"

#include "core/random.h"

/* ------------------------------------------------------------------------------- a flatbuffer */

/* A FlatBuffer, written from front to back. The target of a reference comes after it. */
typedef struct flat {
    uint8_t *bytes;
    size_t length;
} flat;

enum { MOST = 1 << 20 };
#define ABSENT INT64_MIN

static void put(flat *f, uint64_t value, size_t size)
{
    assert_true(f->length + size <= MOST);
    for (size_t i = 0; i < size; i++)
        f->bytes[f->length++] = (uint8_t)(value >> (8 * i));
}

static void align(flat *f)
{
    while (f->length % 4)
        put(f, 0, 1);
}

static void refer(flat *f, size_t place, size_t to)
{
    for (size_t i = 0; i < 4; i++)
        f->bytes[place + i] = (uint8_t)((to - place) >> (8 * i));
}

/* Writes a table of four-byte fields; returns its position. */
static size_t table(flat *f, const int64_t *fields, size_t count)
{
    align(f);
    put(f, 4 + 2 * count, 2);
    put(f, 4 + 4 * count, 2);
    for (size_t i = 0; i < count; i++)
        put(f, fields[i] == ABSENT ? 0 : 4 + 4 * i, 2);
    align(f);
    const size_t fields_at = f->length - ((4 + 2 * count + 3) & ~(size_t)3), at = f->length;
    put(f, at - fields_at, 4);
    for (size_t i = 0; i < count; i++)
        put(f, fields[i] == ABSENT ? 0 : (uint64_t)fields[i], 4);
    return at;
}

#define TABLE(f, ...)                           \
    table(f, (const int64_t[]) { __VA_ARGS__ }, \
          sizeof((const int64_t[]) { __VA_ARGS__ }) / sizeof(int64_t))

static size_t field(size_t at, int number)
{
    return at + 4 + 4 * (size_t)number;
}

/* Writes a list of numbers and the reference to it at `place`. Returns the position of its first
 * element. */
static size_t list(flat *f, size_t place, size_t size, const int64_t *values, size_t count)
{
    align(f);
    refer(f, place, f->length);
    put(f, count, 4);
    const size_t start = f->length;
    for (size_t i = 0; i < count; i++)
        put(f, values ? (uint64_t)values[i] : 0, size);
    return start;
}

static void text(flat *f, size_t place, const char *value)
{
    align(f);
    refer(f, place, f->length);
    put(f, strlen(value), 4);
    for (; *value; value++)
        put(f, (uint8_t)*value, 1);
    put(f, 0, 1);
}

/* -------------------------------------------------------------------------------------- a model */

enum { TENSORS = 256, OPERATORS = 128 };

typedef struct tensor {
    int64_t dims[4];
    size_t rank;
    int64_t type;
    char name[48];
    size_t constant; /* bytes */
    int64_t data[8];
} tensor;

typedef struct operator_ {
    int64_t code, inputs[3], output, options[8];
    size_t input_count, option_count;
} operator_;

typedef struct model {
    tensor tensors[TENSORS];
    operator_ operators[OPERATORS];
    size_t tensor_count, operator_count;
    int64_t type; /* the type of the tensors that are added next */
} model;

static int64_t add_tensor(model *m, const char *name, const int64_t *dims, size_t rank,
                          size_t constant)
{
    assert_true(m->tensor_count < TENSORS);
    tensor *t = &m->tensors[m->tensor_count];
    *t = (tensor) { .rank = rank, .type = m->type, .constant = constant };
    memcpy(t->dims, dims, rank * sizeof *dims);
    snprintf(t->name, sizeof t->name, "%s", name);
    return (int64_t)m->tensor_count++;
}

static int64_t image(model *m, const char *name, int64_t h, int64_t c)
{
    return add_tensor(m, name, (const int64_t[]) { 1, h, h, c }, 4, 0);
}

static operator_ *add_operator(model *m, int64_t code, int64_t output)
{
    assert_true(m->operator_count < OPERATORS);
    operator_ *op = &m->operators[m->operator_count++];
    *op = (operator_) { .code = code, .output = output };
    return op;
}

/* Adds a CONV_2D (3) or a DEPTHWISE_CONV_2D (4) with padding SAME. */
static int64_t conv(model *m, int64_t in, const char *name, int64_t k, int64_t kernel,
                    int64_t stride, int64_t activation, int64_t code)
{
    const int64_t c = m->tensors[in].dims[3], h = m->tensors[in].dims[1];
    const int64_t plain[] = { k, kernel, kernel, c }, deep[] = { 1, kernel, kernel, k };
    char weights[64];
    snprintf(weights, sizeof weights, "%s/weights", name);
    const int64_t w = add_tensor(m, weights, code == 4 ? deep : plain, 4, 16);
    const int64_t bias = add_tensor(m, "bias", &k, 1, 16);
    const int64_t out = image(m, "out", (h + stride - 1) / stride, k);
    operator_ *op = add_operator(m, code, out);
    const int64_t options[2][8] = { { 0, stride, stride, activation, 1, 1 },
                                    { 0, stride, stride, k / c, activation, 1, 1 } };
    memcpy(op->options, options[code == 4], sizeof op->options);
    op->option_count = code == 4 ? 7 : 6;
    op->inputs[0] = in;
    op->inputs[1] = w;
    op->inputs[2] = bias;
    op->input_count = 3;
    return out;
}

static void write_tensor(flat *f, size_t place, const tensor *t, size_t buffer)
{
    const size_t at = TABLE(f, 0, t->type, (int64_t)buffer, 0);
    refer(f, place, at);
    list(f, field(at, 0), 4, t->dims, t->rank);
    text(f, field(at, 3), t->name);
}

static void write_operator(flat *f, size_t place, const operator_ *op)
{
    /* The code is its own index in the list of codes, which holds all codes up to 127. */
    const size_t at = TABLE(f, op->code, 0, 0, 1, op->option_count ? 0 : ABSENT);
    refer(f, place, at);
    list(f, field(at, 1), 4, op->inputs, op->input_count);
    list(f, field(at, 2), 4, &op->output, 1);
    if (op->option_count) {
        const size_t options = table(f, op->options, op->option_count);
        refer(f, field(at, 4), options);
    }
}

static flat write_model(const model *m)
{
    flat f = { .bytes = sb_new(MOST, 1) };
    put(&f, 0, 4);
    put(&f, 0x334c4654, 4); /* "TFL3" */
    const size_t root = TABLE(&f, 3, 0, 0, ABSENT, 0);
    refer(&f, 0, root);
    const size_t codes = list(&f, field(root, 1), 4, NULL, 128);
    const size_t graphs = list(&f, field(root, 2), 4, NULL, 1);
    const size_t buffers = list(&f, field(root, 4), 4, NULL, m->tensor_count + 1);
    for (int64_t i = 0; i < 128; i++) /* low codes in the older field only, the others in both */
        refer(&f, codes + 4 * (size_t)i, TABLE(&f, i, ABSENT, ABSENT, i > 100 ? i : ABSENT));
    refer(&f, buffers, TABLE(&f, ABSENT));
    for (size_t i = 0; i < m->tensor_count; i++) {
        const tensor *t = &m->tensors[i];
        const size_t at = TABLE(&f, t->constant ? 0 : ABSENT);
        refer(&f, buffers + 4 * (i + 1), at);
        if (t->constant)
            list(&f, field(at, 0), 1, NULL, t->constant);
        for (size_t j = 0; j < t->constant / 4 && j < 8; j++)
            f.bytes[f.length - t->constant + 4 * j] = (uint8_t)t->data[j];
    }
    const int64_t last = (int64_t)m->tensor_count - 1;
    const size_t graph = TABLE(&f, 0, 0, 0, 0);
    refer(&f, graphs, graph);
    const size_t tensors = list(&f, field(graph, 0), 4, NULL, m->tensor_count);
    list(&f, field(graph, 1), 4, (const int64_t[]) { 0 }, 1);
    list(&f, field(graph, 2), 4, &last, 1);
    const size_t operators = list(&f, field(graph, 3), 4, NULL, m->operator_count);
    for (size_t i = 0; i < m->tensor_count; i++)
        write_tensor(&f, tensors + 4 * i, &m->tensors[i], i + 1);
    for (size_t i = 0; i < m->operator_count; i++)
        write_operator(&f, operators + 4 * i, &m->operators[i]);
    return f;
}

static int import_model(const model *m, const sb_import_options *options, sb_imported *imported,
                        sb_error *error)
{
    flat f = write_model(m);
    int rc = import_bytes(sb_import_tflite, f.bytes, f.length, options, imported, error);
    free(f.bytes);
    return rc;
}

static const sb_import_options bottlenecks = { .join = SB_IMPORT_JOIN_BOTTLENECKS };

static void import_well(const model *m, sb_imported *imported)
{
    sb_error error = { "" };
    if (import_model(m, &bottlenecks, imported, &error) < 0)
        fail_msg("%s", error.text);
}

/* --------------------------------------------------------------------------------------- tests */

static void make_mobilenet_v1(model *m)
{
    static const int64_t channels[] = { 64,  128, 128, 256, 256,  512, 512,
                                        512, 512, 512, 512, 1024, 1024 };
    int64_t x = image(m, "input", 224, 3);
    x = conv(m, x, "MobilenetV1/Conv2d_0", 32, 3, 2, 3, 3);
    for (int i = 0; i < 13; i++) {
        const int64_t stride = i == 1 || i == 3 || i == 5 || i == 11 ? 2 : 1;
        char dw[48], pw[48];
        snprintf(dw, sizeof dw, "MobilenetV1/Conv2d_%d_depthwise", i + 1);
        snprintf(pw, sizeof pw, "MobilenetV1/Conv2d_%d_pointwise", i + 1);
        x = conv(m, x, dw, m->tensors[x].dims[3], 3, stride, 3, 4);
        x = conv(m, x, pw, channels[i], 1, 1, 3, 3);
    }
}

static void mobilenet_v1_has_the_published_count(void **state)
{
    (void)state;
    model *m = sb_new(1, sizeof *m);
    sb_imported imported;
    make_mobilenet_v1(m);
    import_well(m, &imported);
    assert_int_equal(imported.convolutions, 27);
    assert_int_equal(imported.layer_count, 14);
    assert_true(sb_imported_multiply_adds(&imported) == 567716352);
    assert_layer(
        &imported, 0,
        "- {name: MobilenetV1.Conv2d_0, input: [3, 224, 224], out_channels: 32, kernel: 3, "
        "stride: 2, padding: [0, 1, 0, 1], bias: true, activation: relu6}");
    assert_layer(&imported, 7,
                 "- {name: MobilenetV1.Conv2d_7, input: [512, 14, 14], out_channels: 512, kernel: "
                 "3, padding: 1, bias: true, activation: relu6, operations: [standard, "
                 "separable]}");
    sb_imported_free(&imported);
    free(m);
}

/* A bottleneck with explicit padding and a residual, and operators that are left out. */
static void a_bottleneck_and_what_is_left(void **state)
{
    (void)state;
    model *m = sb_new(1, sizeof *m);
    const int64_t in = image(m, "input", 14, 16);
    int64_t x = conv(m, in, "b/expand", 96, 1, 1, 3, 3);
    const int64_t pads = add_tensor(m, "pads", (const int64_t[]) { 4, 2 }, 2, 32);
    const int64_t sides[] = { 0, 0, 1, 1, 1, 1, 0, 0 };
    memcpy(m->tensors[pads].data, sides, sizeof sides);
    m->tensors[pads].type = 2;
    const int64_t padded = image(m, "padded", 16, 96);
    operator_ *pad = add_operator(m, 34, padded);
    pad->inputs[0] = x;
    pad->inputs[1] = pads;
    pad->input_count = 2;
    x = conv(m, padded, "b/depthwise", 96, 3, 1, 3, 4);
    m->operators[m->operator_count - 1].options[0] = 1; /* VALID */
    m->tensors[x].dims[1] = m->tensors[x].dims[2] = 14;
    x = conv(m, x, "b/project", 16, 1, 1, 0, 3);
    const int64_t sum = image(m, "sum", 14, 16);
    operator_ *add = add_operator(m, 0, sum);
    add->inputs[0] = in;
    add->inputs[1] = x;
    add->input_count = 2;
    add->option_count = 1;
    const int64_t up = image(m, "up", 28, 16);
    operator_ *transposed = add_operator(m, 67, up);
    transposed->inputs[0] = sum;
    transposed->input_count = 1;
    m->type = 9; /* int8 */
    const int64_t small = image(m, "small", 14, 16);
    conv(m, small, "quantised", 8, 1, 1, 0, 3);
    sb_imported imported;
    import_well(m, &imported);
    assert_int_equal(imported.layer_count, 1);
    assert_layer(&imported, 0,
                 "- {name: b, input: [16, 14, 14], expand: 96, out_channels: 16, kernel: 3, "
                 "padding: 1, bias: true, activation: relu6, residual: true, operations: "
                 "[standard, separable, bottleneck]}");
    assert_int_equal(noted(&imported, SB_IMPORT_FOLDED, "into a convolution's padding"), 1);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "transposed convolutions"), 1);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "quantised convolutions"), 1);
    sb_imported_free(&imported);
    free(m);
}

static void survives_damage(void **state)
{
    (void)state;
    model *m = sb_new(1, sizeof *m);
    make_mobilenet_v1(m);
    flat f = write_model(m);
    sb_random random = { 9 };
    uint8_t *copy = sb_new(f.length, 1);
    for (int round = 0; round < 600; round++) {
        memcpy(copy, f.bytes, f.length);
        const size_t length = round % 3 ? f.length : sb_random_below(&random, f.length);
        for (int i = 0; i < 1 + round % 9 && length > 8; i++)
            copy[8 + sb_random_below(&random, length - 8)] = (uint8_t)sb_random_next(&random);
        sb_imported imported;
        sb_error error = { "" };
        if (import_bytes(sb_import_tflite, copy, length, &bottlenecks, &imported, &error) == SB_OK)
            sb_imported_free(&imported);
        else
            assert_true(error.text[0]);
    }
    free(copy);
    free(f.bytes);
    free(m);
}

static void refuses_what_is_none(void **state)
{
    (void)state;
    sb_imported imported;
    sb_error error = { "" };
    assert_int_equal(import_text(sb_import_tflite, "TFL3", &bottlenecks, &imported, &error),
                     SB_FAILED);
    assert_non_null(strstr(error.text, "not a TensorFlow Lite model"));
    assert_int_equal(import_text(sb_import_tflite, "xxxxTFL3xxxx", &bottlenecks, &imported, &error),
                     SB_FAILED);
    assert_non_null(strstr(error.text, "contains no operators"));
    assert_int_equal(sb_import_tflite("/nowhere", &bottlenecks, &imported, &error), SB_FAILED);
    assert_non_null(strstr(error.text, "cannot be read"));
    assert_int_equal(sb_import_tflite("/tmp", &bottlenecks, &imported, &error), SB_FAILED);
    model *m = sb_new(1, sizeof *m);
    make_mobilenet_v1(m);
    const sb_import_options sized = { .shapes = (const char *const[]) { "1x3x8x8", NULL } };
    assert_int_equal(import_model(m, &sized, &imported, &error), SB_FAILED);
    assert_non_null(strstr(error.text, "--shape is for ONNX"));
    m->operators[1].output = m->operators[0].output;
    m->operators[1].inputs[0] = 0;
    assert_int_equal(import_model(m, &bottlenecks, &imported, &error), SB_FAILED);
    assert_non_null(strstr(error.text, "is made twice"));
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mobilenet_v1_has_the_published_count),
        cmocka_unit_test(a_bottleneck_and_what_is_left),
        cmocka_unit_test(survives_damage),
        cmocka_unit_test(refuses_what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
