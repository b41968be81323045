/* SPDX-License-Identifier: Apache-2.0 */
#include "store/lock.h"

#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>

/* The kernel releases a flock when the last process with the file open ends, so that no lock
 * outlives a crash; O_CLOEXEC keeps it from the workers. */
int sb_lock_folder(const char *folder, int *lock, sb_error *error)
{
    char *path = sb_path_join(folder, ".lock");
    *lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    int rc = SB_OK;
    if (*lock < 0)
        rc = sb_fail_errno(error, "%s cannot be written", path);
    else if (flock(*lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        rc = sb_fail(error,
                     "another sepbench is running in %s: wait until it ends, or choose another "
                     "folder with -o",
                     folder);
    free(path);
    return rc;
}
