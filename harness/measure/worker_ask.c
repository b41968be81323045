/* SPDX-License-Identifier: Apache-2.0 */
/* Asks kernels what they support: problems, values of parameters, layouts. */
#include "conv/problem.h"
#include "measure/misfit.h"
#include "measure/worker_process.h"
#include "measure/worker_refuse.h"
#include "plugin/complete.h"
#include "plugin/rules.h"

#include <stdio.h>
#include <string.h>

/* Fills reply->values: those in the request, and what goes with them. */
static void choose_values(sb_worker_process *w, const sb_loaded_kernel *l, const sb_request *q,
                          sb_reply *reply)
{
    memcpy(reply->values, q->values, sizeof reply->values);
    sb_complete_values(l, &q->problem, &w->cpu, q->given, reply->values);
}

/* A kernel is not asked about needs that it does not handle: they are not its fault. */
static bool is_supported(sb_worker_process *w, const sb_loaded_kernel *l, const sb_request *q,
                         sb_reply *reply)
{
    const uint64_t missing = q->problem.needs & ~l->kernel.handles;
    char names[128], text[SB_MAX_WHY];
    sb_why why = { .size = sizeof why };
    if (missing) {
        snprintf(text, sizeof text, "does not handle %s",
                 sb_needs_text(missing, names, sizeof names));
        sb_reply_refuse(reply, SB_VERDICT_UNSUPPORTED, text);
        return false;
    }
    if (l->kernel.supports(&q->problem, &w->cpu, &why))
        return true;
    sb_reply_refuse_why(reply, SB_VERDICT_UNSUPPORTED, &why, "refused without a reason");
    return false;
}

bool sb_worker_accepts(sb_worker_process *w, const sb_loaded_kernel *l, const sb_request *q,
                       sb_reply *reply)
{
    if (!is_supported(w, l, q, reply))
        return false;
    choose_values(w, l, q, reply);
    for (size_t i = 0; i < l->parameter_count; i++)
        if (!sb_rules_legal(&l->parameters[i], reply->values[i])) {
            sb_reply_refuse(reply, SB_VERDICT_ERROR,
                            "its defaults give a parameter an illegal value");
            return false;
        }
    if (l->kernel.valid && !l->kernel.valid(&q->problem, &w->cpu, reply->values)) {
        char text[SB_MAX_WHY];
        sb_misfit_tell(l, &q->problem, &w->cpu, reply->values, q->given, text, sizeof text);
        sb_reply_refuse(reply, SB_VERDICT_SKIPPED, text);
        return false;
    }
    sb_layouts layouts = { .size = sizeof layouts, .input = SB_NCHW, .output = SB_NCHW };
    if (l->kernel.layouts)
        l->kernel.layouts(&q->problem, &w->cpu, reply->values, &layouts);
    reply->input_layout = layouts.input;
    reply->output_layout = layouts.output;
    if (layouts.input > SB_NCHW16C || layouts.output > SB_NCHW16C) {
        reply->input_layout = reply->output_layout = SB_NCHW;
        sb_reply_refuse(reply, SB_VERDICT_ERROR, "asks for a layout that does not exist");
    }
    return reply->verdict == SB_VERDICT_OK;
}

void sb_worker_validate(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    const sb_loaded_kernel *l = sb_worker_kernel(w, q, reply);
    if (!l || !is_supported(w, l, q, reply))
        return;
    if (q->count > SB_VALID_BATCH || q->count * l->parameter_count != q->batch_count) {
        sb_reply_refuse(reply, SB_VERDICT_ERROR, "not as many values as the parameter sets have");
        return;
    }
    const int64_t *values = q->batch;
    for (uint32_t i = 0; i < q->count; i++, values += l->parameter_count)
        reply->valid[i] = !l->kernel.valid || l->kernel.valid(&q->problem, &w->cpu, values) != 0;
}

void sb_worker_tell_ranges(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    const sb_loaded_kernel *l = sb_worker_kernel(w, q, reply);
    if (!l)
        return;
    for (size_t i = 0; i < l->parameter_count; i++)
        reply->ranges[i] = (sb_range) { l->parameters[i].min, l->parameters[i].max };
    if (l->kernel.ranges)
        l->kernel.ranges(&q->problem, &w->cpu, reply->ranges);
}

void sb_worker_tell_layouts(sb_worker_process *w, const sb_request *q, sb_reply *reply)
{
    const sb_loaded_kernel *l = sb_worker_kernel(w, q, reply);
    if (l)
        (void)sb_worker_accepts(w, l, q, reply);
}
