/* SPDX-License-Identifier: Apache-2.0 */
#include "peers/onednn_stage.h"

#include <string.h>

static const dnnl_format_tag_t tags[] = {
    [SB_NCHW] = dnnl_nchw,
    [SB_NHWC] = dnnl_nhwc,
    [SB_NCHW8C] = dnnl_nChw8c,
    [SB_NCHW16C] = dnnl_nChw16c,
};
enum { LAYOUTS = sizeof tags / sizeof *tags };

static dnnl_format_tag_t tag_of(int layout)
{
    return layout == DNN_ANY_LAYOUT ? dnnl_format_tag_any : tags[layout];
}

static int64_t block_of(int layout)
{
    return layout == SB_NCHW16C ? 16 : layout == SB_NCHW8C ? 8 : 1;
}

/* --------------------------------------------------------------------------------- the question */

typedef struct pair {
    int input, output; /* sb_layout or DNN_ANY_LAYOUT */
} pair;

enum { SOURCE, RESULT, WEIGHTS, BIAS, TENSORS };

/* Makes the descriptors of a convolution's tensors; oneDNN may choose the layout of the weights.
 * Returns 0 or -1. Either way, the caller frees the first `*made` descriptors. */
static int make_tensors(const conv *b, pair layouts, dnn_tensor *tensor, int *made)
{
    const dnnl_dims_t source = { b->n, b->c, b->h, b->w }, result = { b->n, b->k, b->p, b->q };
    const dnnl_dims_t plain = { b->k, b->c, b->r, b->s };
    const dnnl_dims_t grouped = { b->groups, b->k / b->groups, b->c / b->groups, b->r, b->s };
    const dnnl_dims_t each = { b->k };
    const struct {
        int dims;
        const dnnl_dim_t *dim;
        dnnl_format_tag_t tag;
    } wanted[TENSORS] = {
        [SOURCE] = { 4, source, tag_of(layouts.input) },
        [RESULT] = { 4, result, tag_of(layouts.output) },
        [WEIGHTS] = { b->groups > 1 ? 5 : 4, b->groups > 1 ? grouped : plain, dnnl_format_tag_any },
        [BIAS] = { 1, each, dnnl_x },
    };
    for (*made = 0; *made < TENSORS; ++*made)
        if (dnn_tensor_make(&tensor[*made], wanted[*made].dims, wanted[*made].dim,
                            wanted[*made].tag) < 0)
            return -1;
    return 0;
}

/* Describes the convolution with the given layouts. On success the caller owns `*out`. A residual
 * with a tensor of its own is included only if the output layout is given, because its descriptor
 * needs the layout. */
static dnnl_status_t describe(const conv *b, dnn_question question, pair layouts,
                              dnnl_primitive_desc_t *out)
{
    const bool binary = b->residual && question.residual == DNN_BINARY;
    dnn_tensor tensor[TENSORS];
    dnnl_primitive_attr_t after_sum = NULL;
    dnnl_status_t status = dnnl_out_of_memory;
    int made;

    if (make_tensors(b, layouts, tensor, &made) < 0)
        goto done;
    const dnn_post_ops post_ops = {
        .binary = binary && layouts.output != DNN_ANY_LAYOUT ? tensor[RESULT].desc : NULL,
        .sum = b->residual && question.residual == DNN_SUM,
        .activation = b->activation,
    };
    if (dnn_post_ops_make(&post_ops, &after_sum) < 0)
        goto done;
    const dnn_convolution convolution = {
        .kind = question.format == DNN_INFERENCE || question.format == DNN_NHWC
                    ? dnnl_forward_inference
                    : dnnl_forward_training,
        .algorithm = question.algorithm,
        .source = tensor[SOURCE].desc,
        .result = tensor[RESULT].desc,
        .weights = tensor[WEIGHTS].desc,
        .bias = b->bias ? tensor[BIAS].desc : NULL,
        .after_sum = after_sum,
        .strides = { b->stride_h, b->stride_w },
        .dilation = { b->dilation_h - 1, b->dilation_w - 1 },
        .before = { b->pad_top, b->pad_left },
        .after = { b->pad_bottom, b->pad_right },
    };
    status = dnn_describe_convolution(&convolution, out);

done:
    if (after_sum != NULL)
        dnn.dnnl_primitive_attr_destroy(after_sum);
    for (int i = 0; i < made; i++)
        dnn_tensor_free(&tensor[i]);
    return status;
}

/* ----------------------------------------------------------------------------------- the answer */

/* The layout that a descriptor of the answer has, or -1 if sepbench does not have that layout. */
static int layout_of(dnn_desc desc, int64_t n, int64_t c, int64_t h, int64_t w)
{
    const dnnl_dims_t dims = { n, c, h, w };
    int found = -1;
    for (int i = 0; i < LAYOUTS && found < 0; i++) {
        dnn_tensor candidate;
        if (dnn_tensor_make(&candidate, 4, dims, tags[i]) < 0)
            continue;
        if (dnn.dnnl_memory_desc_equal(desc, candidate.desc))
            found = i;
        dnn_tensor_free(&candidate);
    }
    return found;
}

static pair layouts_of(const conv *b, dnnl_primitive_desc_t desc)
{
    return (pair) {
        layout_of(dnn.dnnl_primitive_desc_query_md(desc, dnnl_query_src_md, 0), b->n, b->c, b->h,
                  b->w),
        layout_of(dnn.dnnl_primitive_desc_query_md(desc, dnnl_query_dst_md, 0), b->n, b->k, b->p,
                  b->q),
    };
}

/* Rounds the channels up to whole blocks. Returns false if the groups do not allow that. */
static bool fill_blocks(conv *b, pair layouts)
{
    const int64_t c = round_up(b->c, block_of(layouts.input));
    const int64_t k = round_up(b->k, block_of(layouts.output));
    if (c == b->c && k == b->k)
        return true;
    if (b->groups > 1 && !(b->groups == b->c && b->k == b->c && c == k))
        return false;
    if (b->groups > 1)
        b->groups = c;
    b->c = c;
    b->k = k;
    return true;
}

static int explicit_layout(dnn_format format)
{
    return format == DNN_NHWC      ? SB_NHWC
           : format == DNN_NCHW16C ? SB_NCHW16C
           : format == DNN_NCHW8C  ? SB_NCHW8C
                                   : DNN_ANY_LAYOUT;
}

static int fail(sb_why *why, dnnl_status_t status)
{
    return refuse(why,
                  status == dnnl_unimplemented
                      ? "oneDNN has no such implementation for this problem"
                      : "oneDNN cannot describe the convolution (status %d)",
                  (int)status);
}

/*
 * Does the answer run into a bug of version 2.6.3? Convolutions by matrix products read a residual
 * from the wrong addresses unless the tensors are NCHW. The kernels for SSE 4.1 add it with an
 * instruction that faults if pixels are not aligned to 16 bytes.
 */
static bool mishandles_residual(const dnn_answer *answer)
{
    const char *name = answer->implementation;
    if (!answer->conv.residual)
        return false;
    return answer->residual == DNN_BINARY
               ? answer->output != SB_NCHW && strstr(name, "gemm") != NULL
               : answer->output == SB_NHWC && answer->conv.k % 4 != 0 &&
                     strstr(name, "sse41") != NULL;
}

/* Asks for exactly the format and the way to add a residual that `question` names. */
static int ask_once(const conv *b, dnn_question question, dnn_answer *answer, sb_why *why)
{
    const int wanted = explicit_layout(question.format);
    pair layouts = { question.input == DNN_ANY_LAYOUT ? wanted : question.input, wanted };
    dnnl_primitive_desc_t desc;

    *answer = (dnn_answer) { .conv = *b, .residual = question.residual, .implementation = "?" };
    dnnl_status_t status = describe(b, question, layouts, &desc);
    if (status != dnnl_success)
        return fail(why, status);
    layouts = layouts_of(b, desc);
    const bool known = layouts.input >= 0 && layouts.output >= 0;
    if (!known || !fill_blocks(&answer->conv, layouts)) {
        if (question.input != DNN_ANY_LAYOUT) {
            dnn.dnnl_primitive_desc_destroy(desc);
            return refuse(why, "oneDNN wants a layout that is not supported");
        }
        layouts = (pair) { SB_NHWC, SB_NHWC };
    }
    /* Ask again, now with explicit layouts and whole blocks of channels. */
    dnn.dnnl_primitive_desc_destroy(desc);
    status = describe(&answer->conv, question, layouts, &answer->desc);
    if (status != dnnl_success)
        return fail(why, status);
    answer->input = (sb_layout)layouts.input;
    answer->output = (sb_layout)layouts.output;
    dnn.dnnl_primitive_desc_query(answer->desc, dnnl_query_impl_info_str, 0,
                                  &answer->implementation);
    if (!mishandles_residual(answer))
        return 0;
    dnn_forget(answer);
    return refuse(why, "oneDNN is at fault where it adds this residual");
}

bool dnn_is_reference(const dnn_answer *answer)
{
    return strstr(answer->implementation, "ref") != NULL;
}

/* Tries all other formats and ways to add a residual. Returns 0 with an answer that is not
 * reference code, or -1. */
static int ask_otherwise(const conv *b, dnn_question wanted, dnn_answer *answer)
{
    const unsigned residuals = b->residual ? DNN_RESIDUALS : 1;
    for (unsigned i = 1; i < DNN_FORMATS * residuals; i++) {
        dnn_question question = wanted;
        sb_why why;
        question.format = (dnn_format)((wanted.format + i / residuals) % DNN_FORMATS);
        question.residual = (dnn_residual)((wanted.residual + i) % residuals);
        if (ask_once(b, question, answer, &why) < 0)
            continue;
        if (!dnn_is_reference(answer))
            return 0;
        dnn_forget(answer);
    }
    return -1;
}

int dnn_ask(const conv *b, dnn_question question, dnn_answer *answer, sb_why *why)
{
    dnn_answer other;
    const int rc = ask_once(b, question, answer, why);
    if ((rc == 0 && !dnn_is_reference(answer)) || question.algorithm != dnnl_convolution_direct ||
        ask_otherwise(b, question, &other) < 0)
        return rc;
    if (rc == 0)
        dnn_forget(answer);
    *answer = other;
    return 0;
}

void dnn_forget(dnn_answer *answer)
{
    if (answer->desc != NULL)
        dnn.dnnl_primitive_desc_destroy(answer->desc);
    answer->desc = NULL;
}

void dnn_describe(const dnn_answer *answer, char *text, size_t size)
{
    static const char *const names[] = { "NCHW", "NHWC", "NCHW8c", "NCHW16c" };
    const char *residual = !answer->conv.residual           ? ""
                           : answer->residual == DNN_BINARY ? ", residual read"
                                                            : ", residual copied, then summed";
    snprintf(text, size, "%s %s>%s%s", answer->implementation, names[answer->input],
             names[answer->output], residual);
}
