/* SPDX-License-Identifier: Apache-2.0 */
#include "report/style.h"

#include "core/words.h"

#include <string.h>

/*
 * Widths are those of IEEE's and ACM's two columns; a slide is 16 to 9 and read from a distance.
 * IEEE asks for letters of 8 points or more in figures.
 */
static const sb_style styles[] = {
    { "paper", 85, 178, 225, 7, 0.62, 1 },
    { "ieee", 88.9, 181.8, 225, 8, 0.7, 1 },
    { "acm", 84.5, 177.8, 225, 7.5, 0.65, 1 },
    { "slides", 254, 254, 138, 14, 1.2, 2 },
};

#define COUNT (sizeof styles / sizeof *styles)

const sb_style *sb_style_named(const char *name, sb_error *error)
{
    const char *names[COUNT + 1] = { NULL };
    for (size_t i = 0; i < COUNT; i++) {
        names[i] = styles[i].name;
        if (!name || strcmp(name, names[i]) == 0)
            return &styles[i];
    }
    sb_fail_unknown(error, "style", name, names, NULL);
    return NULL;
}
