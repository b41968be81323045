/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/validity.h"

#include "plugin/info.h"

#include <string.h>

static size_t count_parameters(const sb_validity *v)
{
    return v->plugin->kernels[v->kernel].parameter_count;
}

static sb_verdict call(const sb_validity *v, sb_request *request, sb_reply *reply)
{
    request->kernel = (uint32_t)v->kernel;
    request->problem = v->problem;
    return sb_session_call(v->session, v->plugin, v->problem.threads, request, reply, NULL);
}

sb_verdict sb_validity_support(const sb_validity *v)
{
    sb_request request = { .ask = SB_ASK_VALID };
    sb_reply reply;
    return call(v, &request, &reply);
}

sb_verdict sb_validity_complete(const sb_validity *v, uint32_t given, int64_t *values)
{
    sb_request request = { .ask = SB_ASK_LAYOUTS, .given = given };
    sb_reply reply;
    memcpy(request.values, values, count_parameters(v) * sizeof *values);
    const sb_verdict verdict = call(v, &request, &reply);
    if (verdict == SB_VERDICT_OK)
        memcpy(values, reply.values, count_parameters(v) * sizeof *values);
    return verdict;
}

void sb_validity_narrow(const sb_validity *v, sb_parameter_info *parameters)
{
    sb_request request = { .ask = SB_ASK_RANGES };
    sb_reply reply;
    if (call(v, &request, &reply) != SB_VERDICT_OK)
        return;
    for (size_t i = 0; i < count_parameters(v); i++)
        sb_parameter_narrow(&parameters[i], reply.ranges[i].min, reply.ranges[i].max);
}

static int ask_batch(const sb_validity *v, const int64_t *values, uint32_t count, unsigned char *ok,
                     sb_error *error)
{
    sb_request request = {
        .ask = SB_ASK_VALID,
        .count = count,
        .batch_count = count * (uint32_t)count_parameters(v),
        .batch = values,
    };
    sb_reply reply;
    if (call(v, &request, &reply) != SB_VERDICT_OK)
        return sb_fail(error, "cannot tell which parameters are valid: %s", reply.text);
    for (uint32_t i = 0; i < count; i++)
        ok[i] = reply.valid[i] != 0;
    return SB_OK;
}

int sb_validity_ask(const sb_validity *v, const int64_t *values, size_t count, unsigned char *ok,
                    sb_error *error)
{
    size_t parameters = count_parameters(v);
    size_t most = parameters > 0 ? SB_VALID_VALUES / parameters : 1;
    int rc = SB_OK;
    if (most > SB_VALID_BATCH)
        most = SB_VALID_BATCH;
    for (size_t done = 0; done < count && rc == SB_OK; done += most) {
        size_t left = count - done;
        uint32_t part = (uint32_t)(left < most ? left : most);
        rc = ask_batch(v, values + done * parameters, part, ok + done, error);
    }
    return rc;
}
