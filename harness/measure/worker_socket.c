/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/worker_socket.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

/* After a failed call: may it be repeated? A plugin may have made the socket non-blocking. */
static bool may_repeat(int socket, short event)
{
    struct pollfd one = { .fd = socket, .events = event };
    if (errno == EAGAIN)
        (void)poll(&one, 1, -1);
    else if (errno != EINTR)
        return false;
    return true;
}

int sb_worker_receive(int socket, sb_request *request, int *fds)
{
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control;
    static int64_t batch[SB_VALID_VALUES];
    struct iovec parts[2] = {
        { .iov_base = request, .iov_len = sizeof *request },
        { .iov_base = batch, .iov_len = sizeof batch },
    };
    struct msghdr message = {
        .msg_iov = parts,
        .msg_iovlen = 2,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes,
    };
    ssize_t got;
    while ((got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && may_repeat(socket, POLLIN))
        ;
    if (got < (ssize_t)sizeof *request)
        return -1;
    request->batch = batch;
    request->batch_count = (uint32_t)(((size_t)got - sizeof *request) / sizeof *batch);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(2 * sizeof(int)))
        return 0;
    memcpy(fds, CMSG_DATA(header), 2 * sizeof(int));
    return 2;
}

int sb_worker_send(int socket, const sb_reply *reply, const char *description)
{
    struct iovec parts[2] = {
        { .iov_base = (void *)(uintptr_t)reply, .iov_len = sizeof *reply },
        { .iov_base = (void *)(uintptr_t)description, .iov_len = reply->description },
    };
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = description ? 2 : 1 };
    ssize_t sent;
    while ((sent = sendmsg(socket, &message, MSG_NOSIGNAL)) < 0 && may_repeat(socket, POLLOUT))
        ;
    return sent < 0 ? -1 : 0;
}
