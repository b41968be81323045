/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operations on a sum before it is stored: activation(sum + bias + residual). A kernel applies them
 * in registers, with the vector code of activate.h, only after the last of its input channels.
 */
#ifndef SB_PLUGINS_EPILOGUE_H
#define SB_PLUGINS_EPILOGUE_H

#include "common/conv.h"

#include <string.h>

/* Of a tile, or of a whole tensor. */
typedef struct epilogue {
    const float *bias;     /* of its first output channel; NULL: none */
    const float *residual; /* at its first element, laid out as the output; NULL: none */
    uint32_t activation;   /* sb_activation */
} epilogue;

static inline bool epilogue_is_empty(const epilogue *e)
{
    return e->bias == NULL && e->residual == NULL && e->activation == SB_ACTIVATION_NONE;
}

/* A bias that a kernel keeps: vectors of up to so many channels may begin at any channel. */
enum { BIAS_PADDING = 16 };

/*
 * Copies the bias of a step with one, zeros behind; NULL in `*to` for a step without. The caller
 * frees it. 0, or -1 without memory.
 */
static inline int copy_bias(const sb_host *host, const conv *b, const float *bias, float **to)
{
    *to = NULL;
    if (b->bias == 0)
        return 0;
    *to = alloc_floats(host, b->k + BIAS_PADDING);
    if (*to == NULL)
        return -1;
    memcpy(*to, bias, (size_t)b->k * sizeof **to);
    return 0;
}

#endif
