/* SPDX-License-Identifier: Apache-2.0 */
#include "store/provenance_pack.h"

#include "core/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

json_t *sb_pack_text(const char *bytes)
{
    if (!bytes || !*bytes)
        return json_null();
    json_t *string = json_string(bytes);
    if (string)
        return string;
    char *plain = sb_copy_text(bytes);
    for (char *c = plain; *c; c++)
        if ((unsigned char)*c > 0x7e)
            *c = '?';
    string = json_string(plain);
    free(plain);
    return string;
}

json_t *sb_pack_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *sb_pack_integer(int64_t value)
{
    return json_integer(value);
}

json_t *sb_pack_hexadecimal(uint64_t value)
{
    return json_sprintf("%016" PRIx64, value);
}

json_t *sb_pack_utc(time_t moment)
{
    struct tm parts;
    char buffer[32];
    gmtime_r(&moment, &parts);
    strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return json_string(buffer);
}
