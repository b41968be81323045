/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON, token by token, in the memory of one token: for recordings of hundreds of megabytes, and
 * for those without their last brackets, such as an interrupted tuner leaves. NaN and Infinity,
 * which Python writes, are accepted as numbers.
 */
#ifndef SB_TUNE_JSON_SCAN_H
#define SB_TUNE_JSON_SCAN_H

#include "tune/source.h"

enum {
    SB_JSON_TEXT = 2048, /* longer texts are cut here */
    SB_JSON_DEPTH = 64   /* deeper nesting is refused */
};

typedef enum sb_json_token {
    SB_JSON_FAILED, /* the error says what is wrong */
    SB_JSON_END,
    SB_JSON_CUT, /* the text ends within `depth` brackets; the caller decides whether that is an
                    error */
    SB_JSON_OBJECT,
    SB_JSON_ARRAY,
    SB_JSON_CLOSE, /* of either */
    SB_JSON_NAME,  /* of a member; its value follows */
    SB_JSON_STRING,
    SB_JSON_NUMBER,
    SB_JSON_TRUE,
    SB_JSON_FALSE,
    SB_JSON_NULL
} sb_json_token;

/* Start with {.source = ...}. */
typedef struct sb_json_scan {
    sb_source *source;
    char text[SB_JSON_TEXT]; /* of a name or string; may contain any bytes */
    double number;
    size_t depth; /* brackets that are open */
    bool torn;    /* the text ends within a token, or between a name and its value */

    /* private */
    bool object[SB_JSON_DEPTH]; /* the kind of each */
    int expected;
} sb_json_scan;

sb_json_token sb_json_next(sb_json_scan *scan);

/* Skips the rest of the value that `token` begins. Returns its last token, or FAILED or CUT. */
sb_json_token sb_json_skip(sb_json_scan *scan, sb_json_token token);

#endif
