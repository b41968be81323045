/* SPDX-License-Identifier: Apache-2.0 */
#include "config/reading.h"

#include "core/text.h"

#include <stdlib.h>

sb_document *sb_config_reading_add(sb_config_reading *reading)
{
    sb_document *document = sb_new(1, sizeof *document);
    reading->documents =
        sb_grow(reading->documents, reading->document_count + 1, sizeof(sb_document *));
    reading->documents[reading->document_count++] = document;
    return document;
}

void sb_config_reading_free(sb_config_reading *reading)
{
    for (size_t i = 0; i < reading->document_count; i++) {
        sb_document_free(reading->documents[i]);
        free(reading->documents[i]);
    }
    free(reading->documents);
}
