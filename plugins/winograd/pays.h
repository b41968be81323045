/* SPDX-License-Identifier: Apache-2.0 */
/* Whether Winograd's algorithm is faster than the definition. */
#ifndef SB_WINOGRAD_PAYS_H
#define SB_WINOGRAD_PAYS_H

#include "winograd/cut.h"

/* False with the reason if the algorithm would not save time, by a model of arithmetic, transforms
 * and the bandwidth of the weights. `lanes`: floats in a vector. */
bool wino_pays(const conv *b, const sb_cpu *cpu, const wino_cut *cut, int lanes, sb_why *why);

/* False with the reason if the tiles of another cut need no more products: they may fill the image
 * better. */
bool wino_saves(const conv *b, const wino_cut *cut, const wino_cut *other, sb_why *why);

#endif
