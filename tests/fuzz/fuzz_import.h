/* SPDX-License-Identifier: Apache-2.0 */
/* The four imports. The result of an import must be a configuration that can be read. */
#ifndef TESTS_FUZZ_IMPORT_H
#define TESTS_FUZZ_IMPORT_H

#include "fuzz.h"

#include "config/config.h"
#include "import/import.h"
#include "import/import_yaml.h"

static inline void read_configuration(const char *text)
{
    sb_config config;
    sb_error error = { "" };
    const int rc = sb_config_parse("imported", text, NULL, NULL, &config, &error);
    fuzz_promise(rc == 0, error.text);
    sb_config_free(&config);
}

static inline void fuzz_import(sb_import_reader *read, const char *name, const uint8_t *data,
                               size_t size)
{
    const sb_import_options options = { .join = SB_IMPORT_JOIN_BOTTLENECKS,
                                        .fully_connected = true };
    sb_imported imported = { 0 };
    sb_text text = { 0 };
    sb_error error = { "" };
    if (read(fuzz_file(name, data, size), &options, &imported, &error) < 0) {
        fuzz_promise(error.text[0] != '\0', "what is refused is refused with a reason");
        return;
    }
    sb_imported_merge(&imported);
    sb_imported_name(&imported);
    sb_import_yaml(&imported, &text);
    if (imported.layer_count > 0)
        read_configuration(text.data);
    sb_text_free(&text);
    sb_imported_free(&imported);
}

#endif
