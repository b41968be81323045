/* SPDX-License-Identifier: Apache-2.0 */
/* make_run DIR LAYERS: a run of so many made-up layers with seven results each, to see what large
 * runs look like. */
#include "../unit/run_fixture.h"

#include "store/rundb.h"

#include <stdio.h>
#include <stdlib.h>

static const char provenance[] =
    "{\"configuration\": {\"name\": \"many\"}, \"machine\": {\"processor\": \"made up\"},"
    " \"run\": {\"complete\": true, \"started\": \"2026-01-01T00:00:00Z\"}}";

/* The samples are the same for all; a layer has its own name and size. */
static int put_layers(sb_rundb *db, long count, sb_error *error)
{
    static const char *const techniques[] = { "naive", "im2col_gemm", "*onednn", NULL };
    sb_random random = { 4 };
    sb_layer model = make_layer("model", 64, 28, 3, 128);
    sb_group group = make_group(&model, 1, techniques, 12, &random);
    int rc = SB_OK;
    for (long i = 0; i < count && rc == SB_OK; i++) {
        sb_text name = { 0 };
        sb_text_add(&name, "net%ld/layer_%04ld", i % 12, i);
        sb_layer layer = make_layer(name.data, 8 + i % 500, 7 + i % 50, 3, 16 + i % 900);
        group.layer = &layer;
        rc = sb_rundb_put(db, &group, error);
        free_layer(&layer);
        sb_text_free(&name);
    }
    group.layer = &model;
    sb_group_free(&group);
    free_layer(&model);
    return rc;
}

int main(int argc, char **argv)
{
    sb_error error = { "DIR LAYERS are missing" };
    sb_rundb *db = argc == 3 ? sb_rundb_create(argv[1], "", provenance, &error) : NULL;
    int rc = db ? put_layers(db, strtol(argv[2], NULL, 10), &error) : SB_FAILED;
    sb_rundb_close(db);
    if (rc < 0)
        fprintf(stderr, "make_run: %s\n", error.text);
    return rc < 0;
}
