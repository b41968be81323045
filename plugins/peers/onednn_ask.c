/* SPDX-License-Identifier: Apache-2.0 */
#include "peers/onednn_step.h"

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

/* One attempt, with these layouts; `out` is owned by the caller where it returns success. */
static dnnl_status_t describe(const sb_problem *b, dnn_question question, int input, int output,
                              dnnl_primitive_desc_t *out)
{
    const dnnl_dims_t source = { b->n, b->c, b->h, b->w }, result = { b->n, b->k, b->p, b->q };
    const dnnl_dims_t plain = { b->k, b->c, b->r, b->s };
    const dnnl_dims_t grouped = { b->groups, b->k / b->groups, b->c / b->groups, b->r, b->s };
    dnn_tensor tensor[3];
    dnnl_status_t status = dnnl_out_of_memory;
    int made = 0;

    if (dnn_tensor_make(&tensor[0], 4, source, tag_of(input)) < 0)
        goto done;
    made++;
    if (dnn_tensor_make(&tensor[1], 4, result, tag_of(output)) < 0)
        goto done;
    made++;
    if (dnn_tensor_make(&tensor[2], b->groups > 1 ? 5 : 4, b->groups > 1 ? grouped : plain,
                        dnnl_format_tag_any) < 0)
        goto done;
    made++;
    const dnn_convolution convolution = {
        .kind = question.format == DNN_INFERENCE || question.format == DNN_NHWC
                    ? dnnl_forward_inference
                    : dnnl_forward_training,
        .algorithm = question.algorithm,
        .source = tensor[0].desc,
        .result = tensor[1].desc,
        .weights = tensor[2].desc,
        .strides = { b->stride_h, b->stride_w },
        .dilation = { b->dilation_h - 1, b->dilation_w - 1 },
        .before = { b->pad_top, b->pad_left },
        .after = { b->pad_bottom, b->pad_right },
    };
    status = dnn_describe_convolution(&convolution, out);

done:
    for (int i = 0; i < made; i++)
        dnn_tensor_free(&tensor[i]);
    return status;
}

/* ----------------------------------------------------------------------------------- the answer */

/* The layout in which a tensor of the answer lies, or -1 if it is none of ours. */
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

typedef struct pair {
    int input, output;
} pair;

static pair layouts_of(const sb_problem *b, dnnl_primitive_desc_t desc)
{
    return (pair) {
        layout_of(dnn.dnnl_primitive_desc_query_md(desc, dnnl_query_src_md, 0), b->n, b->c, b->h,
                  b->w),
        layout_of(dnn.dnnl_primitive_desc_query_md(desc, dnnl_query_dst_md, 0), b->n, b->k, b->p,
                  b->q),
    };
}

/* Rounds channels up to whole blocks. False if the groups do not allow it. */
static bool fill_blocks(sb_problem *b, pair layouts)
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

int dnn_ask(const sb_problem *problem, dnn_question question, dnn_answer *answer, sb_why *why)
{
    const int wanted = explicit_layout(question.format);
    pair layouts = { question.input == DNN_ANY_LAYOUT ? wanted : question.input, wanted };
    dnnl_primitive_desc_t desc;

    *answer = (dnn_answer) { .problem = *problem };
    dnnl_status_t status = describe(problem, question, layouts.input, layouts.output, &desc);
    if (status != dnnl_success)
        return fail(why, status);
    layouts = layouts_of(problem, desc);
    const bool known = layouts.input >= 0 && layouts.output >= 0;
    if (!known || !fill_blocks(&answer->problem, layouts)) {
        if (question.input != DNN_ANY_LAYOUT) {
            dnn.dnnl_primitive_desc_destroy(desc);
            return refuse(why, "oneDNN wants a layout that is not supported");
        }
        layouts = (pair) { SB_NHWC, SB_NHWC };
    }
    /* Once more, with the layouts said and the blocks full. */
    dnn.dnnl_primitive_desc_destroy(desc);
    status = describe(&answer->problem, question, layouts.input, layouts.output, &answer->desc);
    if (status != dnnl_success)
        return fail(why, status);
    answer->input = (sb_layout)layouts.input;
    answer->output = (sb_layout)layouts.output;
    return 0;
}

void dnn_forget(dnn_answer *answer)
{
    if (answer->desc != NULL)
        dnn.dnnl_primitive_desc_destroy(answer->desc);
    answer->desc = NULL;
}
