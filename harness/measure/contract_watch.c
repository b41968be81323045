/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/contract_watch.h"

#include "core/visible.h"
#include "measure/contract_traces.h"

#include <stdarg.h>
#include <stdio.h>

void sb_contract_find(sb_contract *c, const char *what, const char *format, ...)
{
    char detail[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    sb_make_visible(detail);
    c->failed = true;
    c->watch->found(c->watch->context,
                    &(sb_finding) { c->layer, c->threads, c->params, what, detail });
}

void sb_contract_enter(const sb_contract *c, const char *phase)
{
    sb_traces_phase(phase, c->layer, c->params);
    if (c->watch->at)
        c->watch->at(c->watch->context, c->layer, c->threads, c->params, phase);
}
