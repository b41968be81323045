/* SPDX-License-Identifier: Apache-2.0 */
/* How alike two values of a parameter are: what the model knows of one axis of a space. Inner to
 * the model. */
#ifndef SB_TUNE_DIMENSION_H
#define SB_TUNE_DIMENSION_H

#include "tune/space.h"

/* An axis with more values is learnt in as many classes of neighbouring values. */
enum { SB_DIMENSION_LEVELS = 64 };

/* In what ways two values of a parameter can be unlike. */
typedef enum sb_way { SB_BY_POSITION, SB_BY_IDENTITY, SB_BY_POWER, SB_WAYS } sb_way;

typedef struct sb_dimension {
    size_t axis; /* of the space */
    uint32_t levels;
    bool has[SB_WAYS];
    double relevance[SB_WAYS];
    double share;                         /* among the main effects */
    double position[SB_DIMENSION_LEVELS]; /* in [0, 1] */
    bool power[SB_DIMENSION_LEVELS];
    float likeness[SB_DIMENSION_LEVELS][SB_DIMENSION_LEVELS];
} sb_dimension;

/* An axis with more than one value; what matters how much is as good as anybody's guess. */
void sb_dimension_start(sb_dimension *d, const sb_space *space, size_t axis);

/* Fills the table of likeness after a relevance has changed. */
void sb_dimension_tabulate(sb_dimension *d);

/* How unlike two levels are in one way: 0 to 1. */
double sb_dimension_unlike(const sb_dimension *d, sb_way how, uint32_t i, uint32_t j);

/* How much the axis matters, in all ways together. */
double sb_dimension_relevance(const sb_dimension *d);

/* Of a digit of an axis with `count` values. */
uint8_t sb_dimension_level(const sb_dimension *d, uint32_t count, uint32_t digit);

#endif
