/* SPDX-License-Identifier: Apache-2.0 */
/* Locks a run's folder. */
#ifndef SB_STORE_LOCK_H
#define SB_STORE_LOCK_H

#include "core/error.h"

/* Locks the folder by its file .lock until the descriptor *lock is closed, or the process ends;
 * refused if another process holds the lock. On a file system without locks it always succeeds. */
int sb_lock_folder(const char *folder, int *lock, sb_error *error);

#endif
