/* SPDX-License-Identifier: Apache-2.0 */
#include "import_fixture.h"

#include "core/random.h"

#include <inttypes.h>
#include <sys/stat.h>

static void benchdnn(const char *text, sb_imported *imported)
{
    sb_error error = { "" };
    if (import_text(sb_import_benchdnn, text, &(sb_import_options) { 0 }, imported, &error) < 0)
        fail_msg("%s", error.text);
}

/* A problem with options in front, and the layer that it describes. */
static void reads_descriptors(void **state)
{
    (void)state;
    static const struct {
        const char *text, *layer;
    } cases[] = {
        { "mb1_ic3oc64_ih224oh112kh7sh2dh0ph3_iw224ow112kw7sw2dw0pw3_n\"conv1\"",
          "- {name: conv1, input: [3, 224, 224], out_channels: 64, kernel: 7, stride: 2, padding: "
          "3, bias: true}" },
        { "--dir=FWD_D ic64ih56oc64kh3ph1n\"res:a*4\"",
          "- {name: \"res:a\", input: [2, 64, 56, 56], out_channels: 64, kernel: 3, padding: 1, "
          "repeat: 4}" },
        { "--dir=FWD_I mb1g128ic128iw16oc128kw3pw1ndw",
          "- {name: dw, input: [128, 1, 16], out_channels: 128, kernel: [1, 3], padding: [0, 1], "
          "groups: 128}" },
        { "--dir=FWD_I mb1ic8oc8_iw5ow2kw3sw1dw2pw3nd",
          "- {name: d, input: [8, 1, 5], out_channels: 8, kernel: [1, 3], padding: [0, 0, 3, 0], "
          "dilation: [1, 3]}" },
        { "--dir=FWD_D mb1ic16ih8oc16oh7kh3nmore",
          "- {name: more, input: [16, 8, 8], out_channels: 16, kernel: 3, padding: [0, 1, 0, 1]}" },
        { "--dir=FWD_D mb1ic16ih8oc16oh5kh3nless",
          "- {name: less, input: [16, 7, 7], out_channels: 16, kernel: 3}" },
        { "--dir=FWD_D mb1ic16ih8iw9oc16oh8ow9kh3kw5nsame",
          "- {name: same, input: [16, 8, 9], out_channels: 16, kernel: [3, 5], padding: [1, 2]}" },
        { "--dir=FWD_D mb1ic4id1ih8iw8oc4od1oh8ow8kd1kh3kw3pd0ph1pw1nflat",
          "- {name: flat, input: [4, 8, 8], out_channels: 4, kernel: 3, padding: 1}" },
        { "--dir=FWD_D --mb=0 ic4ih8oc4kh1nbatch",
          "- {name: batch, input: [2, 4, 8, 8], out_channels: 4, kernel: 1}" },
        { "--dir=FWD_D --mb=7 mb1ic4ih8oc4kh1nbatch",
          "- {name: batch, input: [7, 4, 8, 8], out_channels: 4, kernel: 1}" },
        { "--attr-post-ops=sum+relu mb1ic4ih8oc4kh1nsum",
          "- {name: sum, input: [4, 8, 8], out_channels: 4, kernel: 1, bias: true, activation: "
          "relu, residual: true}" },
        { "--attr-post-ops=clip:0:6 mb1ic4ih8oc8kh1nclip",
          "- {name: clip, input: [4, 8, 8], out_channels: 8, kernel: 1, bias: true, activation: "
          "relu6}" },
        { "--attr-post-ops=hardswish mb1ic4ih8oc8kh1nhs",
          "- {name: hs, input: [4, 8, 8], out_channels: 8, kernel: 1, bias: true, activation: "
          "hard_swish}" },
        { "--attr-post-ops=swish:1 mb1ic4ih8oc8kh1nsw",
          "- {name: sw, input: [4, 8, 8], out_channels: 8, kernel: 1, bias: true, activation: "
          "swish}" },
        { "--attr=\"oscale=common:2;post_ops='sum;bounded_relu:6';\" mb1ic4ih8oc4kh1nold",
          "- {name: old, input: [4, 8, 8], out_channels: 4, kernel: 1, bias: true, activation: "
          "relu6, residual: true}" },
        { "# a comment\n./benchdnn --conv -v5 --mode=P \\\n --dir=FWD_D mb1ic4ih8oc4kh1n\"a b\"",
          "- {name: \"a b\", input: [4, 8, 8], out_channels: 4, kernel: 1}" },
        { "--dir=BWD_W --reset --dir=FWD_D mb1ic4ih8oc4kh1nreset",
          "- {name: reset, input: [4, 8, 8], out_channels: 4, kernel: 1}" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_imported imported;
        benchdnn(cases[i].text, &imported);
        assert_int_equal(imported.layer_count, 1);
        assert_layer(&imported, 0, cases[i].layer);
        sb_imported_free(&imported);
    }
}

/* Lists are multiplied out; what a configuration cannot express is reported. */
static void tells_what_it_leaves(void **state)
{
    (void)state;
    sb_imported imported;
    benchdnn("--dir=FWD_B,FWD_D,BWD_D --mb=1,4 --attr-post-ops=,relu,tanh+relu,relu:0.5\n"
             "ic4ih8oc8kh1na ic4ih8oc8kh1na\n"
             "--reset --dt=f32,bf16,u8:s8:f32,f32:f32:f32 --cfg=f32_full --stag=any,nchw\n"
             "ic4id8oc8kd3n3d ic3ih8oc4oh900kh3ph1nfar\n"
             "--attr-post-ops=sum ic4ih8oc8kh1nsum\n"
             "--deconv ic4ih8oc8kh1nt --matmul 8x8:8x8 --conv ic4ih8oc8kh1nlast\n",
             &imported);
    /* With and without bias, two batches, and three epilogues; those with tanh+relu and relu:0.5
     * are dropped. */
    assert_int_equal(imported.layer_count, 2 * 2 * 2 + 2);
    assert_int_equal(noted(&imported, SB_IMPORT_FOLDED, "the same problem again"),
                     2 * 2 * 2 * 4 - 2 * 2 * 2);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "direction BWD_D"), 2);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "post-operations from 'tanh' on"), 8);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "post-operations from 'relu:0.5' on"), 8);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "post-operations from 'sum' on"), 2);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "three spatial dimensions"), 1);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "outputs that need more padding"), 1);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "transposed convolutions"), 1);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "problems of the driver matmul"), 1);
    assert_int_equal(noted(&imported, SB_IMPORT_CHANGED, "types that are taken as f32"), 2);
    assert_int_equal(noted(&imported, SB_IMPORT_LEFT_OUT, "options without a meaning"), 1);
    sb_imported_free(&imported);
}

static void refuses_what_is_no_problem(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        { "hello", ":1: 'hello' is not a problem descriptor" },
        { "\n\nic3ih8oc4", ":3: 'ic3ih8oc4': ih and kh must both be given" },
        { "ic3oc4", "no spatial dimension" },
        { "ih8kh3", "ic and oc must both be given" },
        { "ic3ih2oc4kh5", "kernel is larger" },
        { "ic3ih8oc4kh3sh0", "sh is 0" },
        { "ic99999999999ih8oc4kh3", "after 'ic'" },
        { "ic-3ih8oc4kh3", "after 'ic'" },
        { "ic3id8ih8oc4kd3kh3", "give both height and width, or neither" },
        { "--dir=SIDEWAYS ic3ih8oc4kh3", "there is no 'SIDEWAYS'" },
        { "--mb=x ic3ih8oc4kh3", "'x' is not a batch size" },
        { "--batch=no/such/file", "cannot be read" },
        { "--batch=/dev/zero", "not a regular file" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sb_imported imported;
        sb_error error = { "" };
        assert_int_equal(import_text(sb_import_benchdnn, bad[i][0], &(sb_import_options) { 0 },
                                     &imported, &error),
                         SB_FAILED);
        if (!strstr(error.text, bad[i][1]))
            fail_msg("'%s' does not say '%s'", error.text, bad[i][1]);
    }
}

static void write_file(const char *dir, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Batch files are found beside the file that names them, options stay in effect in them, and
 * circular references end. */
static void reads_batches(void **state)
{
    (void)state;
    char dir[] = "/tmp/sb-import-XXXXXX", path[64], sub[64];
    assert_non_null(mkdtemp(dir));
    snprintf(sub, sizeof sub, "%s/sub", dir);
    assert_int_equal(mkdir(sub, 0700), 0);
    write_file(dir, "top", "--dir=FWD_D --mb=3 --batch=sub/middle mb1ic4ih8oc4kh1ntop");
    write_file(dir, "sub/middle", "--batch=leaf --attr-post-ops=relu");
    write_file(dir, "sub/leaf", "ic4ih8oc8kh1nleaf # the end");
    write_file(dir, "circle", "--batch=circle");
    write_file(dir, "many", "--batch=many1 --batch=many1 --batch=many1 --batch=many1");
    write_file(dir, "many1", "--batch=many2 --batch=many2 --batch=many2 --batch=many2");
    write_file(dir, "many2", "--batch=many3 --batch=many3 --batch=many3 --batch=many3");
    write_file(dir, "many3", "--batch=many4 --batch=many4 --batch=many4 --batch=many4");
    write_file(dir, "many4", "--batch=sub/leaf --batch=sub/leaf --batch=sub/leaf");
    sb_imported imported = { 0 };
    sb_error error = { "" };
    snprintf(path, sizeof path, "%s/top", dir);
    assert_int_equal(sb_import_benchdnn(path, NULL, &imported, &error), SB_OK);
    assert_int_equal(imported.layer_count, 2);
    assert_layer(&imported, 0, "- {name: leaf, input: [3, 4, 8, 8], out_channels: 8, kernel: 1}");
    assert_layer(
        &imported, 1,
        "- {name: top, input: [3, 4, 8, 8], out_channels: 4, kernel: 1, activation: relu}");
    sb_imported_free(&imported);
    static const char *const endless[] = { "circle", "many" };
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, endless[i]);
        assert_int_equal(sb_import_benchdnn(path, NULL, &imported, &error), SB_FAILED);
        assert_non_null(strstr(error.text, "batches are nested"));
    }
    char command[96];
    snprintf(command, sizeof command, "rm -r '%s'", dir);
    assert_int_equal(system(command), 0);
}

/* ------------------------------------------------------------------------- a thousand problems */

/* The meaning of a line, as the generator that wrote it knows it. */
typedef struct meaning {
    int64_t n, c, k, groups, in[2], taps[2], stride[2], dilation[2], before[2], out[2], repeat;
} meaning;

static int64_t between(sb_random *random, int64_t low, int64_t high)
{
    return low + (int64_t)sb_random_below(random, (uint64_t)(high - low + 1));
}

static bool chance(sb_random *random)
{
    return sb_random_below(random, 2) == 0;
}

static void draw_axis(sb_random *random, meaning *m, int axis)
{
    m->taps[axis] = between(random, 1, 7);
    m->stride[axis] = between(random, 1, 3);
    m->dilation[axis] = between(random, 1, 3);
    m->before[axis] = between(random, 0, 3);
    const int64_t extent = (m->taps[axis] - 1) * m->dilation[axis] + 1;
    m->in[axis] = extent + between(random, 0, 40);
    m->out[axis] = (m->in[axis] + 2 * m->before[axis] - extent) / m->stride[axis] + 1;
}

/* Changes the output size so that the padding at the end differs from that at the beginning. */
static void shift_output(sb_random *random, meaning *m, int axis)
{
    const int64_t out = m->out[axis] + between(random, -1, 1);
    const int64_t extent = (m->taps[axis] - 1) * m->dilation[axis] + 1;
    if (out >= 1 && (out - 1) * m->stride[axis] + extent - m->before[axis] >= 1)
        m->out[axis] = out;
}

static meaning draw(sb_random *random, bool square, bool flat)
{
    meaning m = { .n = between(random, 1, 4), .groups = 1, .repeat = between(random, 1, 9) };
    m.c = 4 * between(random, 1, 16);
    m.k = 4 * between(random, 1, 16);
    if (chance(random))
        m.groups = chance(random) ? 4 : 2;
    draw_axis(random, &m, 1);
    draw_axis(random, &m, 0);
    if (chance(random))
        shift_output(random, &m, 1);
    if (flat) {
        m.in[0] = m.taps[0] = m.stride[0] = m.dilation[0] = m.out[0] = 1;
        m.before[0] = 0;
    } else if (square) {
        m.in[0] = m.in[1];
        m.taps[0] = m.taps[1];
        m.stride[0] = m.stride[1];
        m.dilation[0] = m.dilation[1];
        m.before[0] = m.before[1];
        m.out[0] = m.out[1];
    }
    return m;
}

static void add_key(sb_random *random, sb_text *text, const char *key, char axis, int64_t value)
{
    sb_text_add(text, "%s", chance(random) ? "_" : "");
    if (axis)
        sb_text_add(text, "%s%c%" PRId64, key, axis, value);
    else
        sb_text_add(text, "%s%" PRId64, key, value);
}

static void add_axis(sb_random *random, sb_text *text, const meaning *m, int axis)
{
    const char letter = "hw"[axis];
    add_key(random, text, "i", letter, m->in[axis]);
    add_key(random, text, "k", letter, m->taps[axis]);
    if (m->stride[axis] != 1 || chance(random))
        add_key(random, text, "s", letter, m->stride[axis]);
    if (m->dilation[axis] != 1 || chance(random))
        add_key(random, text, "d", letter, m->dilation[axis] - 1);
    add_key(random, text, "p", letter, m->before[axis]);
    const int64_t extent = (m->taps[axis] - 1) * m->dilation[axis] + 1;
    const int64_t usual = (m->in[axis] + 2 * m->before[axis] - extent) / m->stride[axis] + 1;
    if (m->out[axis] != usual || chance(random))
        add_key(random, text, "o", letter, m->out[axis]);
}

static void add_line(sb_random *random, sb_text *text, const meaning *m, bool square, bool flat,
                     int number)
{
    if (m->groups != 1 || chance(random))
        add_key(random, text, "g", 0, m->groups);
    if (m->n != 2 || chance(random))
        add_key(random, text, "mb", 0, m->n);
    add_key(random, text, "ic", 0, m->c);
    if (!flat)
        add_axis(random, text, m, 0);
    if (!square)
        add_axis(random, text, m, 1);
    add_key(random, text, "oc", 0, m->k);
    const char *quote = chance(random) ? "\"" : "";
    sb_text_add(text, "%sn%snet:%d", chance(random) ? "_" : "", quote, number);
    if (m->repeat != 1)
        sb_text_add(text, "*%" PRId64, m->repeat);
    sb_text_add(text, "%s%s", quote, chance(random) ? "\n" : " ");
}

static void assert_means(const sb_import_layer *layer, const meaning *m, int number)
{
    char name[16];
    int64_t height, width;
    const sb_import_shape *s = &layer->shape;
    snprintf(name, sizeof name, "net:%d", number);
    assert_string_equal(layer->name, name);
    sb_import_output(s, &height, &width);
    const int64_t found[] = { s->n,       s->c,        s->k,        s->groups,     s->r,
                              s->s,       s->stride_h, s->stride_w, s->dilation_h, s->dilation_w,
                              s->pad_top, s->pad_left, height,      width,         layer->repeat };
    const int64_t wanted[] = { m->n,           m->c,           m->k,         m->groups,
                               m->taps[0],     m->taps[1],     m->stride[0], m->stride[1],
                               m->dilation[0], m->dilation[1], m->before[0], m->before[1],
                               m->out[0],      m->out[1],      m->repeat };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_int_equal(found[i], wanted[i]);
    assert_true(s->h <= m->in[0] && s->w <= m->in[1]); /* less if unused rows were cut off */
    assert_int_equal(sb_import_multiply_adds(s), m->n * m->k * (m->c / m->groups) * m->taps[0] *
                                                     m->taps[1] * m->out[0] * m->out[1]);
}

static void reads_a_thousand_lines(void **state)
{
    (void)state;
    enum { LINES = 1000 };
    sb_random random = { 18 };
    meaning *all = sb_new(LINES, sizeof *all);
    sb_text text = { 0 };
    double total = 0;
    for (int i = 0; i < LINES; i++) {
        const bool flat = i % 5 == 0, square = !flat && chance(&random);
        meaning m = draw(&random, square, flat);
        if (i % 97 == 0)
            sb_text_add(&text, "# %d\n--reset --stag=any --dt=f32 --alg=AUTO\n", i);
        add_line(&random, &text, &m, square, flat, i);
        all[i] = m;
        total += (double)(m.repeat * m.n * m.k * (m.c / m.groups) * m.taps[0] * m.taps[1] *
                          m.out[0] * m.out[1]);
    }
    sb_imported imported;
    benchdnn(text.data, &imported);
    assert_int_equal(imported.layer_count, LINES);
    for (int i = 0; i < LINES; i++)
        assert_means(&imported.layers[i], &all[i], i);
    assert_true(sb_imported_multiply_adds(&imported) == total);
    sb_imported_merge(&imported);
    assert_true(sb_imported_multiply_adds(&imported) == total);
    sb_imported_free(&imported);
    sb_text_free(&text);
    free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_descriptors),          cmocka_unit_test(tells_what_it_leaves),
        cmocka_unit_test(refuses_what_is_no_problem), cmocka_unit_test(reads_batches),
        cmocka_unit_test(reads_a_thousand_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
