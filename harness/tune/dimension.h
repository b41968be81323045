/* SPDX-License-Identifier: Apache-2.0 */
/* The similarity of two values of a parameter: the model of one axis of a space. Internal to the
 * model. */
#ifndef SB_TUNE_DIMENSION_H
#define SB_TUNE_DIMENSION_H

#include "tune/space.h"

/* An axis with more values is divided into this many classes of neighbouring values. */
enum { SB_DIMENSION_LEVELS = 64 };

/* The ways in which two values of a parameter can differ. */
typedef enum sb_way { SB_BY_POSITION, SB_BY_IDENTITY, SB_BY_POWER, SB_WAYS } sb_way;

typedef struct sb_dimension {
    size_t axis; /* of the space */
    uint32_t levels;
    float *likeness; /* levels x levels; compact, because all of them are read for each pair */
    double share;    /* weight among the main effects */
    bool has[SB_WAYS];
    double relevance[SB_WAYS];
    double position[SB_DIMENSION_LEVELS]; /* in [0, 1] */
    bool power[SB_DIMENSION_LEVELS];
} sb_dimension;

/* Initialises an axis with more than one value, with default relevances. */
void sb_dimension_start(sb_dimension *d, const sb_space *space, size_t axis);
void sb_dimension_free(sb_dimension *d);

/* Fills the similarity table after a relevance has changed. */
void sb_dimension_tabulate(sb_dimension *d);

/* The difference of two levels in one way: 0 to 1. */
double sb_dimension_unlike(const sb_dimension *d, sb_way how, uint32_t i, uint32_t j);

/* The similarity of two levels: 1 if they are the same. */
static inline double sb_dimension_alike(const sb_dimension *d, uint32_t i, uint32_t j)
{
    return d->likeness[i * d->levels + j];
}

/* The relevance of the axis, in all ways together. */
double sb_dimension_relevance(const sb_dimension *d);

/* The level of a digit of an axis with `count` values. */
uint8_t sb_dimension_level(const sb_dimension *d, uint32_t count, uint32_t digit);

#endif
