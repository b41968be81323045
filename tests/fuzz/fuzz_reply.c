/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what a plugin could send in place of its worker: a reply and the description after it. */
#include "fuzz.h"

#include "measure/claims.h"
#include "measure/reply.h"
#include "plugin/describe.h"

#include <string.h>

static void use_reply(sb_reply *reply)
{
    const sb_request turn = { .samples = reply->samples, .iterations = 1 };
    sb_claims claims = { 0 };
    if (reply->samples > 0)
        sb_claims_add(&claims, &turn, reply, 1);
    (void)sb_claims_judge(&claims);
    fuzz_promise(strlen(reply->text) < sizeof reply->text, "a reply's text has an end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static sb_reply reply;
    sb_plugin_info info = { 0 };
    sb_error error = { "" };
    const size_t head = size < sizeof reply ? size : sizeof reply;
    memset(&reply, 0, sizeof reply);
    if (head > 0)
        memcpy(&reply, data, head);
    if (sb_reply_check(&reply, size, size > sizeof reply))
        use_reply(&reply);
    /* Try the input as a description alone too: a fuzzer rarely gets past the reply before it. */
    if (size > 0 && data[0] == '{' &&
        sb_describe_read((const char *)data, size, &info, &error) == 0)
        sb_plugin_info_free(&info);
    return 0;
}
