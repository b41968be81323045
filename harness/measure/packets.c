/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/packets.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

int sb_request_send(int socket, const sb_request *request, const int *fds, int fd_count)
{
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control = { { 0 } };
    struct iovec parts[2] = {
        { .iov_base = (void *)(uintptr_t)request, .iov_len = sizeof *request },
        { .iov_base = (void *)(uintptr_t)request->batch,
          .iov_len = request->batch_count * sizeof *request->batch },
    };
    size_t length = parts[0].iov_len + parts[1].iov_len;
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = request->batch_count ? 2 : 1 };
    if (fd_count > 0) {
        size_t bytes = (size_t)fd_count * sizeof(int);
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(bytes);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(bytes);
        memcpy(CMSG_DATA(header), fds, bytes);
    }
    ssize_t sent;
    while ((sent = sendmsg(socket, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        ;
    return sent == (ssize_t)length ? SB_OK : SB_FAILED;
}

ssize_t sb_reply_receive(int socket, sb_reply *reply, char *extra)
{
    static char none[1];
    struct iovec parts[2] = {
        { .iov_base = reply, .iov_len = sizeof *reply },
        { .iov_base = extra ? extra : none, .iov_len = extra ? SB_MAX_DESCRIPTION : 0 },
    };
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
    ssize_t got;
    while ((got = recvmsg(socket, &message, MSG_DONTWAIT)) < 0 && errno == EINTR)
        ;
    return message.msg_flags & MSG_TRUNC ? -1 : got;
}
