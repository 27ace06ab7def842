#include "io/archive.h"

#include "core/endian.h"
#include "core/fail.h"
#include "core/memory.h"
#include "io/file.h"
#include "io/json.h"
#include "tensor/index.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/** The header's length is a multiple of this, so that the elements behind it are aligned. */
#define HEADER_ALIGNMENT 8

static void encode_float(float value, uint8_t *bytes)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    dn_store_little32(bytes, bits);
}

/** Write the elements at bytes, and move bytes on behind them. */
static dn_status encode_tensor(const dn_named_tensor *named, uint8_t **bytes, dn_error *error)
{
    size_t index[DN_MAX_RANK] = {0};
    size_t place = 0;
    if (dn_tensor_count(&named->tensor) == 0)
        return DN_OK;
    do {
        const float value = dn_element_at(&named->tensor, index);
        if (!isfinite(value))
            return dn_archive_fail_not_finite(named, place, value, DN_ERR_ARGUMENT, error);
        encode_float(value, *bytes);
        *bytes += DN_ARCHIVE_ELEMENT_SIZE;
        place++;
    } while (dn_next_index(named->tensor.shape, named->tensor.shape.rank, index));
    return DN_OK;
}

static dn_status put_metadata(dn_json_text *text, const dn_archive *archive, dn_error *error)
{
    DN_TRY(dn_json_put(text, "\"" DN_ARCHIVE_METADATA_NAME "\":{", error));
    for (size_t i = 0; i < archive->metadata_count; i++) {
        DN_TRY(dn_json_put(text, i > 0 ? "," : "", error));
        DN_TRY(dn_json_put_string(text, archive->metadata[i].key, error));
        DN_TRY(dn_json_put(text, ":", error));
        DN_TRY(dn_json_put_string(text, archive->metadata[i].value, error));
    }
    return dn_json_put(text, "}", error);
}

/** Describe one tensor whose elements begin at *offset, and move *offset on to their end. */
static dn_status put_tensor(dn_json_text *text, const dn_named_tensor *named, size_t *offset, dn_error *error)
{
    const dn_shape shape = named->tensor.shape;
    DN_TRY(dn_json_put_string(text, named->name, error));
    DN_TRY(dn_json_put(text, ":{\"dtype\":\"" DN_ARCHIVE_DTYPE_NAME "\",\"shape\":[", error));
    for (size_t axis = 0; axis < shape.rank; axis++) {
        DN_TRY(dn_json_put(text, axis > 0 ? "," : "", error));
        DN_TRY(dn_json_put_unsigned(text, shape.extent[axis], error));
    }
    DN_TRY(dn_json_put(text, "],\"data_offsets\":[", error));
    DN_TRY(dn_json_put_unsigned(text, *offset, error));
    size_t bytes;
    if (!dn_size_multiply(dn_tensor_count(&named->tensor), DN_ARCHIVE_ELEMENT_SIZE, &bytes) ||
        !dn_size_add(*offset, bytes, offset))
        return dn_fail(error, DN_ERR_MEMORY, "write less", "tensors of more than %zu bytes", *offset);
    DN_TRY(dn_json_put(text, ",", error));
    DN_TRY(dn_json_put_unsigned(text, *offset, error));
    return dn_json_put(text, "]}", error);
}

/** The whole header in JSON, padded; *size gets the number of bytes that all elements take. */
static dn_status put_header(dn_json_text *text, const dn_archive *archive, size_t *size, dn_error *error)
{
    *size = 0;
    DN_TRY(dn_json_put(text, "{", error));
    if (archive->metadata_count > 0)
        DN_TRY(put_metadata(text, archive, error));
    for (size_t i = 0; i < archive->tensor_count; i++) {
        DN_TRY(dn_json_put(text, i > 0 || archive->metadata_count > 0 ? "," : "", error));
        DN_TRY(put_tensor(text, &archive->tensors[i], size, error));
    }
    DN_TRY(dn_json_put(text, "}", error));
    while (text->length % HEADER_ALIGNMENT != 0)
        DN_TRY(dn_json_put(text, " ", error));
    if (text->length > DN_SAFETENSORS_MAX_HEADER)
        return dn_fail(error, DN_ERR_ARGUMENT, "write less metadata",
                       "a header of %zu bytes, at most %zu are read", text->length,
                       DN_SAFETENSORS_MAX_HEADER);
    return DN_OK;
}

/** Write length, header and elements one after the other into bytes of that size. */
static dn_status encode(const dn_archive *archive, const dn_json_text *header, uint8_t *bytes,
                        dn_error *error)
{
    dn_store_little32(bytes, (uint32_t)header->length); /* at most DN_SAFETENSORS_MAX_HEADER */
    dn_store_little32(bytes + 4, 0);
    bytes += DN_ARCHIVE_LENGTH_SIZE;
    memcpy(bytes, header->data, header->length);
    bytes += header->length;
    for (size_t i = 0; i < archive->tensor_count; i++)
        DN_TRY(encode_tensor(&archive->tensors[i], &bytes, error));
    return DN_OK;
}

dn_status dn_archive_encode(const dn_archive *archive, dn_bytes *bytes, dn_error *error)
{
    dn_json_text header = {0};
    size_t elements = 0;
    *bytes = (dn_bytes){0};
    dn_status status = put_header(&header, archive, &elements, error);
    if (status == DN_OK && !dn_size_add(elements, DN_ARCHIVE_LENGTH_SIZE + header.length, &bytes->size))
        status = dn_fail(error, DN_ERR_MEMORY, "write less", "tensors of %zu bytes", elements);
    if (status == DN_OK && !(bytes->data = dn_allocate(bytes->size, 1, error)))
        status = DN_ERR_MEMORY;
    if (status == DN_OK)
        status = encode(archive, &header, bytes->data, error);
    if (status != DN_OK)
        dn_bytes_free(bytes);
    dn_json_text_free(&header);
    return status;
}

dn_status dn_archive_write(const char *path, const dn_archive *archive, dn_error *error)
{
    dn_bytes bytes;
    dn_status status = dn_archive_encode(archive, &bytes, error);
    if (status == DN_OK) {
        const dn_part whole = {bytes.data, bytes.size};
        status = dn_file_write(path, &whole, 1, error);
    }
    dn_bytes_free(&bytes);
    return dn_fail_in(error, status, path);
}
