/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Locks of databases on file systems without locks: a folder beside the file, FILE.lock, that a
 * process makes for a transaction, and removes (SQLite's VFS "unix-dotfile").
 */
#ifndef SB_CORE_DOT_LOCK_H
#define SB_CORE_DOT_LOCK_H

/* Removes the lock of the file if it is older than a minute: transactions take a moment, so its
 * process was killed. */
void sb_dot_lock_clear(const char *path);

#endif
