/* SPDX-License-Identifier: Apache-2.0 */
/* The shape of a layer, and the one table of its members that all other code reads. */
#ifndef SB_CONV_GEOMETRY_H
#define SB_CONV_GEOMETRY_H

#include <stddef.h>
#include <stdint.h>

/* Limits that no real layer reaches. */
#define SB_MAX_DIMENSION INT64_C(1048576)

/* From the layer's input [n][c][h][w] to its output [n][k][p][q]. */
typedef struct sb_geometry {
    int64_t n;      /* images */
    int64_t c;      /* input channels */
    int64_t h, w;   /* input height and width */
    int64_t expand; /* channels that a bottleneck's first step makes of c; 0: no such step */
    int64_t k;      /* output channels */
    int64_t r, s;   /* kernel height and width */
    int64_t stride_h, stride_w;
    int64_t pad_top, pad_bottom, pad_left, pad_right;
    int64_t dilation_h, dilation_w;
    int64_t groups;
    int64_t multiplier; /* outputs of the depthwise step for each of its inputs */
    int64_t p, q;       /* output height and width; computed */
} sb_geometry;

/* A member of sb_geometry. To add a member, add its row. */
typedef struct sb_geometry_member {
    const char *name; /* its column in CSV files and databases */
    const char *text; /* in messages: "kernel height" */
    const char *key;  /* its key in a configuration; members with the same key are adjacent */
    const char *tag;  /* the key's letters in the names of a sweep's layers */
    size_t offset;
    int64_t low, high, initial; /* initial value; 0 where low is 1: the member must be given */
} sb_geometry_member;

extern const sb_geometry_member sb_geometry_members[];
extern const size_t sb_geometry_member_count;

static inline int64_t *sb_geometry_at(sb_geometry *geometry, const sb_geometry_member *member)
{
    return (int64_t *)(void *)((char *)geometry + member->offset);
}

static inline int64_t sb_geometry_value(const sb_geometry *geometry,
                                        const sb_geometry_member *member)
{
    return *(const int64_t *)(const void *)((const char *)geometry + member->offset);
}

/* A geometry whose members all have their initial values. */
sb_geometry sb_geometry_initial(void);

/* A square image and a square filter with padding of half its size: the output has the input's
 * size if the filter's is odd. */
sb_geometry sb_geometry_square(int64_t channels, int64_t size, int64_t outputs, int64_t filter);

#endif
