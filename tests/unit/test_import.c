/* SPDX-License-Identifier: Apache-2.0 */
#include "import_fixture.h"

static sb_import_shape square(int64_t c, int64_t size, int64_t k, int64_t kernel)
{
    sb_import_shape shape = sb_import_shape_initial();
    shape.c = c;
    shape.h = shape.w = size;
    shape.k = k;
    shape.r = shape.s = kernel;
    return shape;
}

static void add(sb_imported *imported, const char *name, sb_import_shape shape)
{
    sb_import_layer layer = { .name = name ? sb_copy_text(name) : NULL,
                              .shape = shape,
                              .repeat = 1 };
    sb_imported_add(imported, layer);
}

/* --------------------------------------------------------------------------------------- YAML */

static void writes_each_member(void **state)
{
    (void)state;
    sb_imported imported = { 0 };
    sb_import_shape s = square(3, 224, 32, 3);
    add(&imported, "plain", s);
    s.h = 112;
    s.s = 5;
    s.stride_h = s.stride_w = 2;
    s.pad_top = s.pad_bottom = 1;
    s.pad_left = s.pad_right = 2;
    s.dilation_h = 2;
    s.n = 8;
    add(&imported, "uneven", s);
    s = square(64, 56, 64, 2); /* with the padding below, input and output have the same size */
    s.pad_bottom = s.pad_right = 1;
    s.groups = 64;
    s.bias[0] = 1;
    s.residual = 1;
    s.activation[0] = SB_IMPORT_HARD_SWISH;
    add(&imported, "a.b/c-d+e_1", s);
    assert_layer(&imported, 0,
                 "- {name: plain, input: [3, 224, 224], out_channels: 32, kernel: 3}");
    assert_layer(&imported, 1,
                 "- {name: uneven, input: [8, 3, 112, 224], out_channels: 32, kernel: [3, 5], "
                 "stride: 2, padding: [1, 2], dilation: [2, 1]}");
    assert_layer(&imported, 2,
                 "- {name: a.b/c-d+e_1, input: [64, 56, 56], out_channels: 64, kernel: 2, padding: "
                 "[0, 1, 0, 1], groups: 64, bias: true, activation: hard_swish, residual: true}");
    sb_imported_strip(&imported);
    imported.layers[2].repeat = 4;
    assert_layer(&imported, 2,
                 "- {name: a.b/c-d+e_1, input: [64, 56, 56], out_channels: 64, kernel: 2, padding: "
                 "[0, 1, 0, 1], groups: 64, repeat: 4}");
    sb_imported_free(&imported);
}

/* Writes a single word if it means the same as the list. */
static void writes_activations_by_step(void **state)
{
    (void)state;
    static const struct {
        int64_t kind, activation[3];
        const char *text; /* NULL: none */
    } cases[] = {
        { SB_IMPORT_SINGLE, { SB_IMPORT_RELU }, "relu" },
        { SB_IMPORT_PAIR, { SB_IMPORT_RELU6, SB_IMPORT_RELU6 }, "relu6" },
        { SB_IMPORT_PAIR, { SB_IMPORT_RELU6, SB_IMPORT_NONE }, "[relu6, none]" },
        { SB_IMPORT_PAIR, { SB_IMPORT_NONE, SB_IMPORT_SWISH }, "[none, swish]" },
        { SB_IMPORT_PAIR, { SB_IMPORT_NONE, SB_IMPORT_NONE }, NULL },
        { SB_IMPORT_BOTTLENECK, { SB_IMPORT_RELU6, SB_IMPORT_RELU6, SB_IMPORT_NONE }, "relu6" },
        { SB_IMPORT_BOTTLENECK,
          { SB_IMPORT_RELU, SB_IMPORT_RELU, SB_IMPORT_RELU },
          "[relu, relu, relu]" },
        { SB_IMPORT_BOTTLENECK,
          { SB_IMPORT_RELU, SB_IMPORT_NONE, SB_IMPORT_RELU },
          "[relu, none, relu]" },
        { SB_IMPORT_BOTTLENECK, { SB_IMPORT_NONE, SB_IMPORT_NONE, SB_IMPORT_NONE }, NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_import_layer layer = { .name = (char *)(uintptr_t) "x",
                                  .shape = square(8, 7, 8, 3),
                                  .repeat = 1 };
        sb_text text = { 0 }, wanted = { 0 };
        layer.shape.kind = cases[i].kind;
        memcpy(layer.shape.activation, cases[i].activation, sizeof cases[i].activation);
        sb_import_yaml_layer(&layer, &text);
        sb_text_add(&wanted, "activation: %s%s", cases[i].text ? cases[i].text : "",
                    cases[i].kind == SB_IMPORT_SINGLE ? "}" : ", operations");
        assert_int_equal(strstr(text.data, cases[i].text ? wanted.data : "activation") != NULL,
                         cases[i].text != NULL);
        sb_text_free(&text);
        sb_text_free(&wanted);
    }
}

static void writes_operations_of_each_kind(void **state)
{
    (void)state;
    sb_imported imported = { 0 };
    sb_import_shape s = square(32, 28, 64, 3);
    s.kind = SB_IMPORT_PAIR;
    s.multiplier = 2;
    add(&imported, "pair", s);
    s.kind = SB_IMPORT_BOTTLENECK;
    s.multiplier = 1;
    s.expand = 192;
    add(&imported, "block", s);
    assert_layer(&imported, 0,
                 "- {name: pair, input: [32, 28, 28], out_channels: 64, kernel: 3, multiplier: 2, "
                 "operations: [standard, separable]}");
    assert_layer(&imported, 1,
                 "- {name: block, input: [32, 28, 28], expand: 192, out_channels: 64, kernel: 3, "
                 "operations: [standard, separable, bottleneck]}");
    /* 26 x 26 outputs: taps and pointwise products; the expansion on 28 x 28. */
    assert_int_equal(sb_import_multiply_adds(&imported.layers[0].shape),
                     26 * 26 * (64 * 9 + 64 * 64));
    assert_int_equal(sb_import_multiply_adds(&imported.layers[1].shape),
                     28 * 28 * 32 * 192 + 26 * 26 * (192 * 9 + 192 * 64));
    sb_imported_free(&imported);
}

/* Names that YAML could mistake for something else, or that could control a terminal, are quoted or
 * changed. */
static void quotes_names(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        { "conv1", "name: conv1," },
        { "1x1", "name: \"1x1\"," },
        { "true", "name: \"true\"," },
        { "net:conv", "name: \"net:conv\"," },
        { "a, b: {c}", "name: \"a, b: {c}\"," },
        { "say \"x\\y\"", "name: \"say \\\"x\\\\y\\\"\"," },
        { "a\n- {evil: 1}", "name: \"a_- {evil: 1}\"," },
        { "\x1b[31m", "name: \"_[31m\"," },
        { "", "name: c3_hw7_r1_k4," },
        { "# x", "name: \"# x\"," },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        sb_imported imported = { 0 };
        sb_text text = { 0 };
        add(&imported, names[i][0], square(3, 7, 4, 1));
        sb_imported_name(&imported);
        sb_import_yaml_layer(&imported.layers[0], &text);
        assert_non_null(strstr(text.data, names[i][1]));
        sb_text_free(&text);
        sb_imported_free(&imported);
    }
}

static void writes_a_file(void **state)
{
    (void)state;
    sb_imported imported = { 0 };
    sb_text text = { 0 };
    sb_imported_start(&imported, "folder/net\n.v1.onnx", "ONNX");
    sb_import_shape s = square(3, 8, 4, 3);
    add(&imported, "conv1", s);
    s.n = 16;
    add(&imported, "longer", s);
    add(&imported, "bad", square(3, 2, 4, 3));
    sb_imported_note(&imported, SB_IMPORT_LEFT_OUT, "a\nb\xff", 2.5e6, "things");
    sb_imported_note(&imported, SB_IMPORT_FOLDED, "x", 0, "other things");
    sb_imported_name(&imported);
    sb_import_yaml(&imported, &text);
    assert_string_equal(
        text.data,
        "# Imported from net?.v1.onnx (ONNX):\n"
        "# 2 convolutions in 2 layers\n"
        "# 0.1 million multiply-adds, repeats counted\n"
        "# left out, the kernel covers 3 elements of height, must be at most the padded input's 2 "
        "(1): bad\n"
        "# left out, things (1): a?b? (2.5 million multiply-adds)\n"
        "name: net_.v1\n"
        "operations: [standard]\n"
        "layers:\n"
        "  - {name: conv1,  input: [3, 8, 8],     out_channels: 4, kernel: 3}\n"
        "  - {name: longer, input: [16, 3, 8, 8], out_channels: 4, kernel: 3}\n"
        "threads: [1, max]\n");
    sb_text_free(&text);
    sb_imported_free(&imported);
}

/* -------------------------------------------------------------------------------------- lists */

static void merges_equal_layers(void **state)
{
    (void)state;
    sb_imported imported = { 0 };
    add(&imported, "a", square(3, 8, 4, 3));
    add(&imported, "b", square(4, 8, 4, 3));
    add(&imported, "c", square(3, 8, 4, 3));
    add(&imported, "b", square(5, 8, 4, 3));
    add(&imported, "b_2", square(6, 8, 4, 3));
    add(&imported, NULL, square(7, 8, 4, 3));
    imported.layers[2].repeat = 5;
    sb_imported_merge(&imported);
    sb_imported_name(&imported);
    static const char *const names[] = { "a", "b", "b_2", "b_2_2", "c7_hw8_r3_k4" };
    assert_int_equal(imported.layer_count, 5);
    assert_int_equal(imported.merged, 1);
    assert_int_equal(imported.layers[0].repeat, 6);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(imported.layers[i].name, names[i]);
    sb_imported_free(&imported);
}

static void account_is_bounded(void **state)
{
    (void)state;
    sb_imported imported = { 0 };
    sb_text text = { 0 };
    char *thing = sb_new(100001, 1);
    memset(thing, 'x', 100000);
    for (int i = 0; i < 2000; i++)
        sb_imported_note(&imported, SB_IMPORT_LEFT_OUT, thing, 0, "reason %d", i % 1000);
    for (int i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%d", i);
        sb_imported_note(&imported, SB_IMPORT_LEFT_OUT, name, 0, "reason 0");
    }
    sb_imported_account(&imported, "", true, &text);
    assert_true(text.length < 100000);
    assert_non_null(strstr(text.data, "left out, other reasons (1600)"));
    assert_non_null(strstr(text.data, "n10 and 89 more"));
    sb_text_free(&text);
    free(thing);
    sb_imported_free(&imported);
}

/* --------------------------------------------------------------------------------------- axes */

static void fits_axes_to_outputs(void **state)
{
    (void)state;
    static const struct {
        sb_import_axis axis;
        int64_t out;
        bool fits;
        int64_t in, after;
    } cases[] = {
        { { 224, 7, 1, 2, 3, 0 }, 112, true, 224, 3 }, /* the same padding at the end as before */
        { { 8, 3, 1, 1, 0, 0 }, 7, true, 8, 1 },       /* more padding at the end */
        { { 8, 3, 1, 1, 0, 0 }, 5, true, 7, 0 },       /* a row that no tap reads */
        { { 9, 1, 1, 2, 0, 0 }, 3, true, 5, 0 },       { { 5, 3, 2, 1, 2, 0 }, 5, true, 5, 2 },
        { { 8, 3, 1, 1, 0, 0 }, 100, false, 0, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_import_axis axis = cases[i].axis;
        assert_int_equal(sb_import_axis_fit(&axis, cases[i].out), cases[i].fits);
        if (!cases[i].fits)
            continue;
        assert_int_equal(axis.in, cases[i].in);
        assert_int_equal(axis.after, cases[i].after);
        assert_int_equal(sb_import_axis_output(&axis), cases[i].out);
    }
    sb_import_axis same = { .in = 224, .taps = 3, .dilation = 1, .stride = 2 };
    sb_import_axis_same(&same, false);
    assert_int_equal(same.before, 0);
    assert_int_equal(same.after, 1);
    sb_import_axis_same(&same, true);
    assert_int_equal(same.before, 1);
    assert_int_equal(same.after, 0);
}

/* ---------------------------------------------------------------------------------------- CSV */

static void csv(const char *text, const sb_import_options *options, sb_imported *imported)
{
    sb_error error = { "" };
    if (import_text(sb_import_csv, text, options, imported, &error) < 0)
        fail_msg("%s", error.text);
}

static void csv_reads_names_and_aliases(void **state)
{
    (void)state;
    sb_imported imported;
    csv("name,N,in_channels,height,width,filters,kernel,stride,padding,dilation,group,count,bias,"
        "activation,notes\n"
        "a,1,3,224,224,32,3,2,same,1,1,1,true,relu6,first\n"
        "\"b, c\",4,32,56,28,32,\"(1, 7)\",1,\"0,3\",1,32,2,0,,\n"
        "\n"
        "d,1,16,10,10,8,3x3,\"[2, 1]\",SAME_LOWER,2,,,,,\n"
        "e,1,16,10,10,8,2,1,\"[0, 1, 2, 3]\",,,,,,\n"
        "f,1,16,2,2,8,5,1,VALID,,,,,,\n",
        &(sb_import_options) { 0 }, &imported);
    assert_int_equal(imported.layer_count, 4);
    assert_layer(&imported, 0,
                 "- {name: a, input: [3, 224, 224], out_channels: 32, kernel: 3, stride: 2, "
                 "padding: [0, 1, 0, 1], bias: true, activation: relu6}");
    assert_layer(&imported, 1,
                 "- {name: \"b, c\", input: [4, 32, 56, 28], out_channels: 32, kernel: [1, 7], "
                 "padding: [0, 3], groups: 32, repeat: 2}");
    assert_layer(&imported, 2,
                 "- {name: d, input: [16, 10, 10], out_channels: 8, kernel: 3, stride: [2, 1], "
                 "padding: [2, 1, 2, 2], dilation: 2}");
    assert_layer(&imported, 3,
                 "- {name: e, input: [16, 10, 10], out_channels: 8, kernel: 2, padding: "
                 "[0, 1, 2, 3]}");
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "columns without a meaning"), 1);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "the kernel covers"), 1);
    sb_imported_free(&imported);
}

static void csv_fits_the_output(void **state)
{
    (void)state;
    sb_imported imported;
    csv("c;h;w;k;r;s;stride;p;q\n16;56;56;32;3;3;2;28;28\n16;56;56;32;3;3;1;54;56\n",
        &(sb_import_options) { 0 }, &imported);
    imported.layers[0].name = sb_copy_text("x");
    assert_layer(
        &imported, 0,
        "- {name: x, input: [16, 56, 56], out_channels: 32, kernel: 3, stride: 2, padding: "
        "[0, 1, 0, 1]}");
    imported.layers[1].name = sb_copy_text("y");
    assert_layer(&imported, 1,
                 "- {name: y, input: [16, 56, 56], out_channels: 32, kernel: 3, padding: [0, 1]}");
    sb_imported_free(&imported);
    csv("c,size,k,kernel,padding,p\n16,56,32,3,1,55\n16,56,32,3,1,56\n", &(sb_import_options) { 0 },
        &imported);
    assert_int_equal(imported.layer_count, 1);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "the output's size"), 1);
    sb_imported_free(&imported);
}

static void csv_reads_presets(void **state)
{
    (void)state;
    sb_imported imported;
    csv("ID,Ni,Ci,Hi,Wi,No,Do,Ho,Wo,Hk,Wk,Hpt,Hpb,Wpl,Wpr,Hs,Ws,Hd,Wd,G,B\n"
        "0,1,3,256,256,1,24,128,128,3,3,1,1,1,1,2,2,1,1,1,24\n"
        "1,1,192,17,17,1,192,17,17,1,7,3,3,0,0,1,1,1,1,1,0\n",
        &(sb_import_options) { .preset = "convbench" }, &imported);
    assert_int_equal(imported.layer_count, 2);
    sb_imported_name(&imported);
    assert_layer(&imported, 0,
                 "- {name: c3_hw256_r3_k24_s2_p1, input: [3, 256, 256], out_channels: 24, kernel: "
                 "3, stride: 2, padding: 1, bias: true}");
    assert_layer(&imported, 1,
                 "- {name: c192_hw17_r1x7_k192_p0x3, input: [192, 17, 17], out_channels: 192, "
                 "kernel: [1, 7], padding: [0, 3]}");
    assert_int_equal(imported.note_count, 0);
    sb_imported_free(&imported);
    static const char header[] =
        "// Vector saves w, h, c, n, k, filter_w(s), ...\n"
        "std::vector<std::tuple<unsigned int>> training_set = {\n"
        "    std::make_tuple(700, 161, 1, 4, 32, 20, 5, 0, 0, 2, 2),\n"
        "    //std::make_tuple(7, 7, 512, 1, 512, 3, 3, 1, 1, 1, 1), slow\n"
        "    std::make_tuple(151, 40, 1, 1, 32, 20, 5, 8, 8, 8, 2)\n"
        "};\n";
    static const char *const forms[] = {
        header,
        "700,161,1,4,32,20,5,0,0,2,2\n151,40,1,1,32,20,5,8,8,8,2\n",
        "w,h,c,n,k,filter_w,filter_h,pad_w,pad_h,wstride,hstride\n700,161,1,4,32,20,5,0,0,2,2\n"
        "151,40,1,1,32,20,5,8,8,8,2\n",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        csv(forms[i], &(sb_import_options) { .preset = "deepbench" }, &imported);
        assert_int_equal(imported.layer_count, 2);
        sb_imported_name(&imported);
        assert_layer(&imported, 0,
                     "- {name: n4_c1_hw161x700_r5x20_k32_s2, input: [4, 1, 161, 700], "
                     "out_channels: 32, kernel: [5, 20], stride: 2}");
        assert_layer(&imported, 1,
                     "- {name: c1_hw40x151_r5x20_k32_s2x8_p8, input: [1, 40, 151], out_channels: "
                     "32, kernel: [5, 20], stride: [2, 8], padding: 8}");
        sb_imported_free(&imported);
    }
}

static void csv_refuses_what_it_cannot_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *columns, *preset, *says;
    } bad[] = {
        { "name,h,w,k,r,s\n", NULL, NULL, "no column says input channels" },
        { "c,h,k\n1,2,3\n", NULL, NULL, "no column says the kernel" },
        { "c,h,k,r\n1,x,3,3\n", NULL, NULL, ":2: h is 'x', not a whole number" },
        { "c,h,k,r\n1,99999999999,3,3\n", NULL, NULL, "not a whole number" },
        { "c,h,k,r,activation\n1,8,3,3,gelu\n", NULL, NULL, "activation is 'gelu'" },
        { "c,h,k,r\n1,\"2,3,3\n", NULL, NULL, "a quote is not closed" },
        { "1,2,3\n", "c,h,kk", NULL, "unknown meaning 'kk'; did you mean" },
        { "a,b\n1,2\n", "a=c,b=zz", NULL, "unknown meaning 'zz'" },
        { "a,b\n1,2\n", NULL, "convbensh", "did you mean 'convbench'" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const sb_import_options options = { .columns = bad[i].columns, .preset = bad[i].preset };
        sb_imported imported;
        sb_error error = { "" };
        assert_int_equal(import_text(sb_import_csv, bad[i].text, &options, &imported, &error),
                         SB_FAILED);
        if (!strstr(error.text, bad[i].says))
            fail_msg("'%s' does not say '%s'", error.text, bad[i].says);
        assert_int_equal(imported.layer_count + imported.note_count, 0);
    }
    sb_imported imported;
    sb_error error = { "" };
    assert_int_equal(
        import_bytes(sb_import_csv, "c,h\0,k", 6, &(sb_import_options) { 0 }, &imported, &error),
        SB_FAILED);
    assert_non_null(strstr(error.text, "NUL byte"));
}

/* Each step is small enough, and so is every layer of the sweep in the second row, but the twin of
 * the first row is not. */
static void twins_are_checked(void **state)
{
    (void)state;
    sb_imported imported;
    sb_error error = { "" };
    assert_int_equal(import_text(sb_import_csv,
                                 "name,c,h,k,r,operations\na,16384,8,16384,3,dwsep\n"
                                 "b,16384,8,16384,3,separable\n",
                                 &(sb_import_options) { 0 }, &imported, &error),
                     SB_OK);
    assert_int_equal(imported.layer_count, 1);
    assert_string_equal(imported.layers[0].name, "b");
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "the weights have more than"), 1);
    sb_imported_free(&imported);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_each_member),
        cmocka_unit_test(writes_activations_by_step),
        cmocka_unit_test(writes_operations_of_each_kind),
        cmocka_unit_test(quotes_names),
        cmocka_unit_test(writes_a_file),
        cmocka_unit_test(merges_equal_layers),
        cmocka_unit_test(account_is_bounded),
        cmocka_unit_test(fits_axes_to_outputs),
        cmocka_unit_test(csv_reads_names_and_aliases),
        cmocka_unit_test(csv_fits_the_output),
        cmocka_unit_test(csv_reads_presets),
        cmocka_unit_test(csv_refuses_what_it_cannot_read),
        cmocka_unit_test(twins_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
