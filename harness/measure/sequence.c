/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/sequence.h"

#include <stdlib.h>
#include <string.h>

static void free_leg(sb_sequence_leg *leg)
{
    free(leg->layer);
    free(leg->kernel);
    free(leg->params);
}

void sb_sequence_free(sb_sequence *sequence)
{
    for (size_t i = 0; i < sequence->leg_count; i++)
        free_leg(&sequence->legs[i]);
    free(sequence->legs);
    free(sequence->name);
    sb_series_free(&sequence->passes);
    sb_series_free(&sequence->alone);
    *sequence = (sb_sequence) { 0 };
}

static void free_fault(sb_sequence_fault *fault)
{
    free(fault->name);
    free(fault->layer);
    free(fault->kernel);
    free(fault->params);
    free(fault->detail);
}

void sb_sequence_list_free(sb_sequence_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        sb_sequence_free(&list->items[i]);
    for (size_t i = 0; i < list->fault_count; i++)
        free_fault(&list->faults[i]);
    free(list->items);
    free(list->faults);
    *list = (sb_sequence_list) { 0 };
}

sb_problem sb_sequence_problem(const sb_sequence_job *job, size_t place)
{
    const sb_sequence_place *p = &job->places[place];
    return sb_layer_problem(p->layer, p->operation, job->threads);
}

bool sb_sequence_ask_layouts(sb_session *session, const sb_layer *layer, sb_operation operation,
                             int64_t threads, sb_sequence_option *option)
{
    sb_reply reply;
    sb_request request = {
        .ask = SB_ASK_LAYOUTS,
        .kernel = (uint32_t)option->kernel,
        .given = ~0u,
        .problem = sb_layer_problem(layer, operation, threads),
    };
    memcpy(request.values, option->values, sizeof request.values);
    if (sb_session_call(session, option->plugin, threads, &request, &reply, NULL) != SB_VERDICT_OK)
        return false;
    option->input = (sb_layout)reply.input_layout;
    option->output = (sb_layout)reply.output_layout;
    return true;
}
