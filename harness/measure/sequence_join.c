/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/sequence_join.h"

#include "conv/reference.h"
#include "core/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STEP_L2 2e-5 /* of each step */

static bool is_same_shape(sb_shape a, sb_shape b)
{
    return a.n == b.n && a.c == b.c && a.h == b.h && a.w == b.w;
}

size_t sb_sequence_join_end(const sb_sequence_job *job, size_t first)
{
    size_t end = first + 1;
    for (; end < job->count; end++) {
        const sb_problem before = sb_sequence_problem(job, end - 1),
                         after = sb_sequence_problem(job, end);
        if (!is_same_shape(sb_output_shape(&before), sb_input_shape(&after)))
            break;
    }
    return end;
}

int64_t sb_sequence_join_residual(const sb_sequence_job *job, size_t first, size_t place)
{
    if (!sb_sequence_problem(job, place).residual)
        return -1;
    size_t entered = place;
    while (entered > first && !job->places[entered].enters)
        entered--;
    return (int64_t)(entered - first);
}

/* ----------------------------------------------------------------------------------- the legs */

static void add_leg(sb_sequence_legs *legs, size_t place, const sb_leg *leg)
{
    legs->place[legs->count] = place;
    legs->legs[legs->count++] = *leg;
}

static void add_reorder(sb_sequence_legs *legs, size_t place, const sb_sequence_memory *memory,
                        int from, int to, sb_shape shape, bool to_nchw)
{
    add_leg(legs, place,
            &(sb_leg) {
                .slot = -1,
                .input = sb_sequence_buffer(memory, from),
                .residual = -1,
                .output = sb_sequence_buffer(memory, to),
                .n = shape.n,
                .c = shape.c,
                .h = shape.h,
                .w = shape.w,
                .from = to_nchw ? SB_NHWC : SB_NCHW,
                .to = to_nchw ? SB_NCHW : SB_NHWC,
            });
}

void sb_sequence_join_lay(const sb_sequence_job *job, const sb_sequence_memory *memory,
                          sb_sequence_legs *legs)
{
    const sb_problem front = sb_sequence_problem(job, 0),
                     back = sb_sequence_problem(job, job->count - 1);
    int buffer = 1;
    legs->count = 0;
    add_reorder(legs, 0, memory, 0, buffer, sb_input_shape(&front), true);
    for (size_t first = 0, end; first < job->count; first = end) {
        const int from = buffer;
        end = sb_sequence_join_end(job, first);
        buffer = buffer % (SB_SEQUENCE_BUFFERS - 1) + 1;
        add_leg(legs, end - 1,
                &(sb_leg) {
                    .slot = (int64_t)first,
                    .input = sb_sequence_buffer(memory, from),
                    .residual = -1,
                    .output = sb_sequence_buffer(memory, buffer),
                });
    }
    add_reorder(legs, job->count - 1, memory, buffer, buffer % (SB_SEQUENCE_BUFFERS - 1) + 1,
                sb_output_shape(&back), false);
}

/* ------------------------------------------------------------------------------------ the check */

/* The input of each place of a model, NCHW, and last the output. */
typedef struct chain {
    float **tensors; /* owned */
    size_t count;
} chain;

static void free_chain(chain *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->tensors[i]);
    free(c->tensors);
}

static float *copy_floats(const float *from, size_t count)
{
    return memcpy(sb_new(count, sizeof *from), from, count * sizeof *from);
}

static int add_place(const sb_sequence_ground *g, size_t first, chain *c, sb_error *error)
{
    const size_t place = first + c->count - 1;
    const sb_problem problem = sb_sequence_problem(g->job, place);
    const size_t count = (size_t)sb_output_elements(&problem);
    const int64_t residual = sb_sequence_join_residual(g->job, first, place);
    double *value = sb_new(count, sizeof *value);
    sb_request unused = { 0 };
    sb_tensors tensors = sb_sequence_ground_fill(g, &problem, &unused);
    tensors.input = c->tensors[c->count - 1];
    tensors.residual = residual < 0 ? NULL : c->tensors[residual];
    const int rc =
        sb_reference(&problem, &tensors, g->job->options->reference_threads, value, NULL, error);
    float *made = sb_new(count, sizeof *made);
    for (size_t i = 0; i < count; i++)
        made[i] = (float)value[i];
    c->tensors[c->count++] = made;
    free(value);
    return rc;
}

/* The norm of the difference over that of what is wanted; infinite if anything is not finite. */
static double find_error(const float *wanted, const float *is, size_t count)
{
    double off = 0, all = 0;
    for (size_t i = 0; i < count; i++) {
        const double difference = (double)is[i] - (double)wanted[i];
        off += difference * difference;
        all += (double)wanted[i] * (double)wanted[i];
    }
    if (!isfinite(off))
        return INFINITY;
    return off > 0 ? sqrt(off / all) : 0;
}

bool sb_sequence_join_check(const sb_sequence_ground *g, size_t first, const float *input,
                            const float *output, sb_error *error)
{
    const size_t end = sb_sequence_join_end(g->job, first);
    chain c = { sb_new(end - first + 1, sizeof *c.tensors), 0 };
    sb_problem problem = sb_sequence_problem(g->job, first);
    int rc = SB_OK;
    double bound = 0;
    c.tensors[c.count++] = copy_floats(input, (size_t)sb_input_elements(&problem));
    for (size_t place = first; place < end && rc == SB_OK; place++) {
        problem = sb_sequence_problem(g->job, place);
        bound += STEP_L2 * problem.step_count;
        rc = add_place(g, first, &c, error);
    }
    if (rc == SB_OK) {
        const double off =
            find_error(c.tensors[c.count - 1], output, (size_t)sb_output_elements(&problem));
        if (!(off <= bound))
            rc = sb_fail(error, "relative L2 error %.3g, must be at most %.3g", off, bound);
    }
    free_chain(&c);
    return rc == SB_OK;
}
