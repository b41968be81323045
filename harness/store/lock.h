/* SPDX-License-Identifier: Apache-2.0 */
/* Who works in a folder. */
#ifndef SB_STORE_LOCK_H
#define SB_STORE_LOCK_H

#include "core/error.h"

/* Holds the folder by its file .lock until the descriptor *lock is closed, or the process ends;
 * refused where another process holds it. A file system without locks refuses nobody. */
int sb_lock_folder(const char *folder, int *lock, sb_error *error);

#endif
