/* SPDX-License-Identifier: Apache-2.0 */
/* Writes problems as an ONNX model: a Conv for each step, with what follows it as an exporter of a
 * network would write it. */
#ifndef SB_PEERS_ONNX_MODEL_H
#define SB_PEERS_ONNX_MODEL_H

#include "peers/onnx_bytes.h"
#include "sepbench/plugin.h"

#define ONNX_INPUT    "input"
#define ONNX_RESIDUAL "residual" /* an input, too, if the problem has one */
#define ONNX_OUTPUT   "output"

/* Parts that follow each other; one alone with a residual and no part to take it from has a second
 * input. The weights become part of the model. Fails only for lack of memory: bytes->failed. */
void onnx_write_model(onnx_bytes *bytes, const sb_network_part *parts, size_t count);

#endif
