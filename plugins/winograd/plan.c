/* SPDX-License-Identifier: Apache-2.0 */
#include "winograd/wino.h"

#include <string.h>

enum { LINE = 16 }; /* floats in a cache line */

#define TRANSFORMS(set, needs) [VARIANT_##set] = wino_transforms__##set,

const wino_transform *const wino_transforms[VARIANT_COUNT] = { VARIANTS(TRANSFORMS) };

#define PRODUCTS(set, needs) [VARIANT_##set] = &gemm_blocked__##set,

/* The only kind of kernels needed here. gemm_of() would link all kinds into the plugin. */
static const gemm_kernels *const products[VARIANT_COUNT] = { VARIANTS(PRODUCTS) };

static int64_t share_of_tiles(const conv *b, const wino_cut *cut)
{
    return divide_up(wino_tiles(b, cut), b->threads);
}

/*
 * Should each thread get blocks of its own? Then every thread reads all weights. If the threads
 * share a block instead, each phase reads data that other cores wrote in the phase before, which is
 * slow. Measured with two threads on two cores that share no cache, own blocks against shared ones:
 * 191 against 265 us for 128 channels at 28 x 28 by F(6x6), 232 against 266 us for 256 at 14 x 14
 * by F(4x4), but 423 against 408 us for 512 at 7 x 7 by F(2x2).
 */
static bool has_block_for_each(const conv *b, const wino_cut *cut, int64_t height)
{
    return b->threads > 1 && share_of_tiles(b, cut) >= height / 2 &&
           b->c * b->k <= 10 * wino_tiles(b, cut) * (b->c + b->k);
}

/*
 * Chooses the block size so that the transformed input and the products of a block fill about two
 * thirds of L2; the rest is for the weights, which stream through. A block has at least enough
 * tiles for two register tiles, because all weights are read again for each block.
 */
wino_choice wino_default(const conv *b, const sb_cpu *cpu, const wino_cut *cut, int lanes)
{
    const int64_t l2 = l2_floats(cpu);
    const int64_t tile = wino_elements(cut) * (wino_pieces(cut) * round_up(b->c, WINO_BLOCK) +
                                               round_up(b->k, WINO_BLOCK));
    const int64_t height = lanes == 16 ? 14 : 6;
    const int64_t fit = l2 * 2 / 3 / tile / height * height;
    const int64_t most = larger(fit, 2 * height);
    return (wino_choice) {
        .vectors = 2,
        .tiles = has_block_for_each(b, cut, height) ? smaller(most, share_of_tiles(b, cut)) : most,
    };
}

/* Splits the output channels into panels and returns their number. Only counts if `panels` is
 * NULL. */
static int64_t cut_panels(const wino *own, wino_panel *panels)
{
    const int64_t all = own->out_blocks * WINO_BLOCK / own->isa->lanes;
    int64_t count = 0;
    for (int64_t at = 0; at < all; count++) {
        const int64_t now = smaller(own->choice.vectors, all - at);
        if (panels != NULL)
            panels[count] = (wino_panel) {
                .channel = at * own->isa->lanes,
                .weights = at * own->isa->lanes * own->in_blocks * WINO_BLOCK,
                .vectors = (int)now,
            };
        at += now;
    }
    return count;
}

/* -------------------------------------------------------------------------------------- plan */

/* Rounds a distance from one xi to the next up to an odd number of cache lines. A transform writes
 * to all xi in turn; with an odd distance these lines fall into different sets of L1. (Packing 256
 * to 256 channels for F(4x4) takes 1.5 ms then, and 2.1 ms at a distance of a power of two.) */
static int64_t odd_lines(int64_t floats)
{
    return (divide_up(floats, LINE) | 1) * LINE;
}

static void measure(wino *own)
{
    const conv *b = &own->conv;
    const int64_t elements = wino_elements(&own->cut);
    own->piece_blocks = divide_up(b->c, WINO_BLOCK);
    own->in_blocks = wino_pieces(&own->cut) * own->piece_blocks;
    own->out_blocks = divide_up(b->k, WINO_BLOCK);
    own->tile_rows = divide_up(b->p, own->cut.y.out);
    own->tile_cols = divide_up(b->q, own->cut.x.out);
    own->tiles = b->n * own->tile_rows * own->tile_cols;
    own->block_count = divide_up(own->tiles, own->choice.tiles);
    /* Otherwise some threads would have twice the work of others, or none at all. */
    own->together = own->block_count < 2 * b->threads && own->block_count % b->threads != 0;

    const int64_t most = divide_up(own->tiles, own->block_count);
    own->weight_step = odd_lines(own->in_blocks * own->out_blocks * WINO_BLOCK * WINO_BLOCK);
    own->input_step = odd_lines(own->in_blocks * most * WINO_BLOCK);
    own->product_step = odd_lines(own->out_blocks * most * WINO_BLOCK);
    own->scratch_floats = elements * (own->input_step + own->product_step);
}

/* Fills the list of the pieces that have an element; `y` and `x`: it is infinity there. Returns the
 * end of the list. */
static gemm_tap *fill_list(wino *own, int y, int x, gemm_tap *to, int64_t tiles)
{
    const wino_cut *cut = &own->cut;
    const gemm_tap *first = to;
    for (int i = 0; i < wino_pieces(cut); i++) {
        if ((y && wino_is_short(&cut->y, i / cut->x.pieces)) ||
            (x && wino_is_short(&cut->x, i % cut->x.pieces)))
            continue;
        for (int64_t j = i * own->piece_blocks; j < (i + 1) * own->piece_blocks; j++)
            *to++ = (gemm_tap) {
                .input = j * tiles * WINO_BLOCK,
                .weights = j * WINO_BLOCK,
                .channels = WINO_BLOCK,
            };
    }
    own->lists[y][x] = (wino_list) { first, to - first };
    return to;
}

static void list_taps(wino *own, int64_t tiles)
{
    gemm_tap *to = own->taps;
    for (int i = 0; i < 4; i++)
        to = fill_list(own, i / 2, i % 2, to, tiles);
}

int wino_plan(wino *own, const sb_host *host, const conv *b, const isa *set, const wino_cut *cut,
              sb_layout layout, wino_choice choice, const float *weights, const float *bias)
{
    *own = (wino) {
        .conv = *b,
        .input = view_of(layout, b->c, b->h, b->w),
        .output = view_of(layout, b->k, b->p, b->q),
        .isa = set,
        .cut = *cut,
        .transform = &wino_transforms[set->variant][cut->transform],
        .products = products[set->variant],
        .choice = choice,
    };
    measure(own);
    const int64_t elements = wino_elements(cut);
    const int64_t scratches = own->together ? 1 : b->threads;
    own->ahead = gemm_ahead(host->cpu, elements * own->weight_step);
    own->panel_count = cut_panels(own, NULL);
    own->panels = host->alloc(host, (size_t)own->panel_count * sizeof *own->panels);
    own->taps = host->alloc(host, 4 * (size_t)own->in_blocks * sizeof *own->taps);
    own->weights = alloc_floats(host, elements * own->weight_step);
    if (bias != NULL)
        own->bias = alloc_floats(host, own->out_blocks * WINO_BLOCK);
    own->scratch = alloc_scratches(host, own->scratch_floats, scratches);
    if (own->panels == NULL || own->taps == NULL || own->weights == NULL ||
        (own->bias == NULL && bias != NULL) || own->scratch == NULL) {
        wino_release(own, host);
        return -1;
    }
    cut_panels(own, own->panels);
    list_taps(own, divide_up(own->tiles, own->block_count));
    wino_pack(own, weights);
    if (bias != NULL)
        memcpy(own->bias, bias, (size_t)b->k * sizeof *bias);
    return 0;
}

/* The most tiles of a block that one call of a micro-kernel computes. */
static int largest_part(const wino *own, int vectors)
{
    const int64_t count = divide_up(own->tiles, own->block_count);
    return (int)divide_up(count, divide_up(count, gemm_max_pixels(own->isa, vectors)));
}

void wino_describe(const wino *own, char *text, size_t size)
{
    const char *set = own->isa->name;
    const wino_transform *f = own->transform;
    const int vectors = own->panels[0].vectors;
    char product[64];
    gemm_write_name(own->isa, GEMM_BLOCKED, largest_part(own, vectors), vectors, product,
                    sizeof product);
    snprintf(text, size, "%s__%s > %s > %s__%s, %lld blocks", f->input_name, set, product,
             f->output_name, set, (long long)own->block_count);
}

void wino_release(wino *own, const sb_host *host)
{
    host->free(host, own->panels);
    host->free(host, own->taps);
    host->free(host, own->weights);
    host->free(host, own->bias);
    host->free(host, own->scratch);
    *own = (wino) { 0 };
}
