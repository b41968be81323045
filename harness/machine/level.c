/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/level.h"

const char *sb_level_name(sb_level level)
{
    static const char *const names[SB_LEVELS] = { "L1", "L2", "L3", "DRAM" };
    return names[level];
}
