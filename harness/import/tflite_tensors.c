/* SPDX-License-Identifier: Apache-2.0 */
/* The table of tensors. */
#include "import/tflite_reader.h"

enum { SHAPE = 0, TYPE = 1, BUFFER = 2 };

sb_flat_list sb_tflite_shape(const sb_tflite_reader *from, uint32_t tensor)
{
    const sb_flat_table table = sb_flat_item(&from->file, from->tensors, tensor);
    return sb_flat_list_of(&from->file, table, SHAPE, 4);
}

int64_t sb_tflite_dim(const sb_tflite_reader *from, uint32_t tensor, size_t index)
{
    const int64_t dim = sb_flat_number(&from->file, sb_tflite_shape(from, tensor), index, 4);
    return dim > 0 ? dim : -1;
}

int64_t sb_tflite_type(const sb_tflite_reader *from, uint32_t tensor)
{
    const sb_flat_table table = sb_flat_item(&from->file, from->tensors, tensor);
    return sb_flat_integer(&from->file, table, TYPE, 1, SB_TFLITE_FLOAT32);
}

sb_flat_list sb_tflite_data(const sb_tflite_reader *from, uint32_t tensor)
{
    const sb_flat_table table = sb_flat_item(&from->file, from->tensors, tensor);
    const int64_t buffer = sb_flat_integer(&from->file, table, BUFFER, 4, 0);
    return sb_flat_list_of(&from->file, sb_flat_item(&from->file, from->buffers, (size_t)buffer), 0,
                           1);
}
