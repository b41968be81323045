/* SPDX-License-Identifier: Apache-2.0 */
/* The levels of the memory system. */
#ifndef SB_MACHINE_LEVEL_H
#define SB_MACHINE_LEVEL_H

typedef enum sb_level { SB_LEVEL_L1, SB_LEVEL_L2, SB_LEVEL_L3, SB_LEVEL_DRAM, SB_LEVELS } sb_level;
const char *sb_level_name(sb_level level);

#endif
