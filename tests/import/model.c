/* SPDX-License-Identifier: Apache-2.0 */
/* model NETWORK FILE [MIB]: writes the model of a network, followed by MIB MiB of weights, which
 * use no space on a file system with sparse files. Without arguments, lists the networks. */
#include "networks.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void put_varint(FILE *file, uint64_t value)
{
    for (; value > 0x7f; value >>= 7)
        putc((int)(value & 0x7f) | 0x80, file);
    putc((int)value, file);
}

static int varint_size(uint64_t value)
{
    int size = 1;
    for (; value > 0x7f; value >>= 7)
        size++;
    return size;
}

/* A second part of the graph: one tensor of zeros. */
static int append_weights(FILE *file, uint64_t bytes)
{
    static const unsigned char head[] = { 0x08, 1, 0x10, 1, 0x42, 4, 'b', 'u', 'l', 'k', 0x4a };
    const uint64_t tensor = sizeof head + (uint64_t)varint_size(bytes) + bytes;
    const uint64_t graph = 1 + (uint64_t)varint_size(tensor) + tensor;
    putc(0x3a, file);
    put_varint(file, graph);
    putc(0x2a, file);
    put_varint(file, tensor);
    fwrite(head, 1, sizeof head, file);
    put_varint(file, bytes);
    return fflush(file) == 0 && ftruncate(fileno(file), ftell(file) + (off_t)bytes) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    size_t length;
    for (const network *n = networks; argc == 1 && n->name; n++)
        puts(n->name);
    if (argc < 3)
        return argc == 1 ? 0 : 2;
    uint8_t *bytes = make_network(argv[1], &length);
    FILE *file = fopen(argv[2], "w");
    if (!bytes || !file)
        return 2;
    int status = fwrite(bytes, 1, length, file) == length ? 0 : 1;
    if (argc > 3 && status == 0)
        status = append_weights(file, strtoull(argv[3], NULL, 10) << 20);
    free(bytes);
    return fclose(file) == 0 ? status : 1;
}
