/* SPDX-License-Identifier: Apache-2.0 */
/* Models of published networks, made from the papers' tables, each in the manner of another
 * exporter. Weights have sizes and no data. */
#ifndef SB_TESTS_NETWORKS_H
#define SB_TESTS_NETWORKS_H

#include <stddef.h>
#include <stdint.h>

typedef struct network {
    const char *name;
    int64_t convolutions;    /* their multiply-adds */
    int64_t fully_connected; /* those of products with weights */
} network;

/* Ends with name NULL. */
extern const network networks[];

/* The model's bytes; free() them. NULL where there is no network of the name. */
uint8_t *make_network(const char *name, size_t *length);

#endif
