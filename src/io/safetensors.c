#include "digitnet/io/safetensors.h"

#include "core/memory.h"
#include "core/try.h"
#include "io/json.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define METADATA_NAME "__metadata__"
#define DTYPE_NAME "F32"
#define LENGTH_SIZE 8
#define ELEMENT_SIZE 4
/** The header's length is a multiple of this, so that the elements behind it are aligned. */
#define HEADER_ALIGNMENT 8
/** How much of a name an error shows. */
#define SHOWN 60

static const char remedy[] = "the file is damaged or no model: train it again, or copy it again";

/* ---- The archive in memory ---- */

void dn_archive_free(dn_archive *archive)
{
    for (size_t i = 0; i < archive->tensor_count; i++) {
        dn_release(archive->tensors[i].name);
        dn_tensor_free(&archive->tensors[i].tensor);
    }
    for (size_t i = 0; i < archive->metadata_count; i++) {
        dn_release(archive->metadata[i].key);
        dn_release(archive->metadata[i].value);
    }
    dn_release(archive->tensors);
    dn_release(archive->metadata);
    *archive = (dn_archive){0};
}

const dn_tensor *dn_archive_tensor(const dn_archive *archive, const char *name)
{
    for (size_t i = 0; i < archive->tensor_count; i++) {
        if (strcmp(archive->tensors[i].name, name) == 0)
            return &archive->tensors[i].tensor;
    }
    return NULL;
}

const char *dn_archive_metadata(const dn_archive *archive, const char *key)
{
    for (size_t i = 0; i < archive->metadata_count; i++) {
        if (strcmp(archive->metadata[i].key, key) == 0)
            return archive->metadata[i].value;
    }
    return NULL;
}

/** Make room for all entries that there may be, once: there are few. */
static dn_status reserve(void **entries, size_t count, size_t size, const char *what, dn_error *error)
{
    if (count == DN_SAFETENSORS_MAX_ENTRIES)
        return dn_fail(error, DN_ERR_ARGUMENT, "use fewer", "more than %d %s", DN_SAFETENSORS_MAX_ENTRIES,
                       what);
    if (!*entries)
        *entries = dn_allocate_zeroed(DN_SAFETENSORS_MAX_ENTRIES, size, error);
    return *entries ? DN_OK : DN_ERR_MEMORY;
}

static dn_status reserve_tensor(dn_archive *archive, dn_error *error)
{
    void *entries = archive->tensors;
    const dn_status status =
        reserve(&entries, archive->tensor_count, sizeof *archive->tensors, "tensors", error);
    archive->tensors = entries;
    return status;
}

static dn_status reserve_metadata(dn_archive *archive, dn_error *error)
{
    void *entries = archive->metadata;
    const dn_status status =
        reserve(&entries, archive->metadata_count, sizeof *archive->metadata, "metadata entries", error);
    archive->metadata = entries;
    return status;
}

static char *copy_string(const char *string, dn_error *error)
{
    const size_t size = strlen(string) + 1;
    char *copy = dn_allocate(size, 1, error);
    return copy ? memcpy(copy, string, size) : NULL;
}

dn_status dn_archive_add_tensor(dn_archive *archive, const char *name, const dn_tensor *tensor,
                                dn_error *error)
{
    if (!dn_utf8_valid(name) || strcmp(name, METADATA_NAME) == 0)
        return dn_fail(error, DN_ERR_ARGUMENT, "give it another name", "\"%.*s\" can't name a tensor", SHOWN,
                       name);
    if (dn_archive_tensor(archive, name))
        return dn_fail(error, DN_ERR_ARGUMENT, "give each a name of its own", "two tensors named \"%.*s\"",
                       SHOWN, name);
    DN_TRY(reserve_tensor(archive, error));
    char *copy = copy_string(name, error);
    if (!copy)
        return DN_ERR_MEMORY;
    archive->tensors[archive->tensor_count++] = (dn_named_tensor){.name = copy, .tensor = *tensor};
    return DN_OK;
}

dn_status dn_archive_add_metadata(dn_archive *archive, const char *key, const char *value, dn_error *error)
{
    if (!dn_utf8_valid(key) || !dn_utf8_valid(value))
        return dn_fail(error, DN_ERR_ARGUMENT, "give it in UTF-8", "metadata \"%.*s\" is not UTF-8", SHOWN,
                       key);
    if (dn_archive_metadata(archive, key))
        return dn_fail(error, DN_ERR_ARGUMENT, "give each a key of its own", "metadata \"%.*s\" twice", SHOWN,
                       key);
    DN_TRY(reserve_metadata(archive, error));
    dn_metadata entry = {.key = copy_string(key, error), .value = copy_string(value, error)};
    if (!entry.key || !entry.value) {
        dn_release(entry.key);
        dn_release(entry.value);
        return DN_ERR_MEMORY;
    }
    archive->metadata[archive->metadata_count++] = entry;
    return DN_OK;
}

/* ---- Elements as bytes: little-endian, C order ---- */

/** Visit the elements in C order: move index on to the next one; false after the last. */
static bool next_index(dn_shape shape, size_t *index)
{
    for (size_t axis = shape.rank; axis-- > 0;) {
        if (++index[axis] < shape.extent[axis])
            return true;
        index[axis] = 0;
    }
    return false;
}

static float element_at(const dn_tensor *tensor, const size_t *index)
{
    ptrdiff_t offset = 0;
    for (size_t axis = 0; axis < tensor->shape.rank; axis++)
        offset += (ptrdiff_t)index[axis] * tensor->stride[axis];
    return tensor->data[offset];
}

static void encode_float(float value, uint8_t *bytes)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    for (int i = 0; i < ELEMENT_SIZE; i++)
        bytes[i] = (uint8_t)(bits >> (8 * i));
}

static float decode_float(const uint8_t *bytes)
{
    uint32_t bits = 0;
    for (int i = 0; i < ELEMENT_SIZE; i++)
        bits |= (uint32_t)bytes[i] << (8 * i);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static dn_status fail_not_finite(const dn_named_tensor *named, const size_t *index, float value,
                                 dn_status status, dn_error *error)
{
    dn_shape place = {.rank = named->tensor.shape.rank};
    char text[DN_SHAPE_TEXT_SIZE];
    memcpy(place.extent, index, sizeof place.extent);
    return dn_fail(error, status, "train again, with a lower learning rate",
                   "tensor \"%.*s\": the element at %s is %s, not a finite number", SHOWN, named->name,
                   dn_shape_text(place, text), isnan(value) ? "NaN" : "infinite");
}

/** Write the elements at bytes, and move bytes on behind them. */
static dn_status encode_tensor(const dn_named_tensor *named, uint8_t **bytes, dn_error *error)
{
    size_t index[DN_MAX_RANK] = {0};
    if (dn_tensor_count(&named->tensor) == 0)
        return DN_OK;
    do {
        const float value = element_at(&named->tensor, index);
        if (!isfinite(value))
            return fail_not_finite(named, index, value, DN_ERR_ARGUMENT, error);
        encode_float(value, *bytes);
        *bytes += ELEMENT_SIZE;
    } while (next_index(named->tensor.shape, index));
    return DN_OK;
}

/** Read the elements of a contiguous tensor. */
static dn_status decode_tensor(dn_named_tensor *named, const uint8_t *bytes, dn_error *error)
{
    const dn_tensor *tensor = &named->tensor;
    const size_t count = dn_tensor_count(tensor);
    for (size_t i = 0; i < count; i++) {
        tensor->data[i] = decode_float(bytes + i * ELEMENT_SIZE);
        if (isfinite(tensor->data[i]))
            continue;
        size_t index[DN_MAX_RANK] = {0};
        size_t rest = i;
        for (size_t axis = tensor->shape.rank; axis-- > 0; rest /= tensor->shape.extent[axis])
            index[axis] = rest % tensor->shape.extent[axis];
        return fail_not_finite(named, index, tensor->data[i], DN_ERR_FORMAT, error);
    }
    return DN_OK;
}

/* ---- Writing ---- */

static dn_status put_metadata(dn_json_text *text, const dn_archive *archive, dn_error *error)
{
    DN_TRY(dn_json_put(text, "\"" METADATA_NAME "\":{", error));
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
    DN_TRY(dn_json_put(text, ":{\"dtype\":\"" DTYPE_NAME "\",\"shape\":[", error));
    for (size_t axis = 0; axis < shape.rank; axis++) {
        DN_TRY(dn_json_put(text, axis > 0 ? "," : "", error));
        DN_TRY(dn_json_put_unsigned(text, shape.extent[axis], error));
    }
    DN_TRY(dn_json_put(text, "],\"data_offsets\":[", error));
    DN_TRY(dn_json_put_unsigned(text, *offset, error));
    size_t bytes;
    if (!dn_size_multiply(dn_tensor_count(&named->tensor), ELEMENT_SIZE, &bytes) ||
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

/** Put length, header and elements one after the other into bytes that are as long as that. */
static dn_status encode_parts(const dn_archive *archive, const dn_json_text *header, uint8_t *bytes,
                              dn_error *error)
{
    for (int i = 0; i < LENGTH_SIZE; i++)
        *bytes++ = (uint8_t)((uint64_t)header->length >> (8 * i));
    memcpy(bytes, header->data, header->length);
    bytes += header->length;
    for (size_t i = 0; i < archive->tensor_count; i++)
        DN_TRY(encode_tensor(&archive->tensors[i], &bytes, error));
    return DN_OK;
}

static dn_status encode_below(const dn_archive *archive, const dn_json_text *header, size_t elements,
                              dn_bytes *bytes, dn_error *error)
{
    size_t size;
    if (!dn_size_add(elements, LENGTH_SIZE + header->length, &size))
        return dn_fail(error, DN_ERR_MEMORY, "write less", "tensors of %zu bytes", elements);
    uint8_t *data = dn_allocate(size, 1, error);
    if (!data)
        return DN_ERR_MEMORY;
    const dn_status status = encode_parts(archive, header, data, error);
    if (status == DN_OK)
        *bytes = (dn_bytes){.data = data, .size = size};
    else
        dn_release(data);
    return status;
}

dn_status dn_archive_encode(const dn_archive *archive, dn_bytes *bytes, dn_error *error)
{
    dn_json_text header = {0};
    size_t size;
    *bytes = (dn_bytes){0};
    dn_status status = put_header(&header, archive, &size, error);
    if (status == DN_OK)
        status = encode_below(archive, &header, size, bytes, error);
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

/* ---- Reading ---- */

/** Where a tensor's elements are among all elements, in bytes. */
typedef struct byte_range {
    size_t begin;
    size_t end;
} byte_range;

/** A file while it is read. */
typedef struct archive_reader {
    dn_json json;            /**< the header */
    const uint8_t *elements; /**< what follows it */
    size_t size;             /**< how many bytes that is */
    dn_archive *archive;
    byte_range ranges[DN_SAFETENSORS_MAX_ENTRIES]; /**< of the archive's tensors */
} archive_reader;

/** The first bytes can't be those of such a file: say what they are, if they tell. */
static dn_status fail_no_archive(const dn_bytes *file, dn_error *error)
{
    static const char other[] = "give a model that digitnet train wrote";
    const char *guess = dn_file_guess(file->data, file->size);
    if (file->size == 0)
        return dn_fail(error, DN_ERR_FORMAT, other, "the file is empty, a model (safetensors) expected");
    return dn_fail(error, DN_ERR_FORMAT, other,
                   "%s, a model (safetensors: a header length in byte 0 to %d, '{' in byte %d) expected",
                   guess ? guess : "another kind of file", LENGTH_SIZE - 1, LENGTH_SIZE);
}

static dn_status read_length(const dn_bytes *file, size_t *length, dn_error *error)
{
    uint64_t value = 0;
    if (file->size <= LENGTH_SIZE || file->data[LENGTH_SIZE] != '{')
        return fail_no_archive(file, error);
    for (int i = 0; i < LENGTH_SIZE; i++)
        value |= (uint64_t)file->data[i] << (8 * i);
    if (value > DN_SAFETENSORS_MAX_HEADER)
        return dn_fail(error, DN_ERR_FORMAT, "give a model that digitnet train wrote",
                       "byte 0: a header of %llu bytes, at most %zu are read", (unsigned long long)value,
                       DN_SAFETENSORS_MAX_HEADER);
    *length = (size_t)value;
    if (*length > file->size - LENGTH_SIZE)
        return dn_fail(error, DN_ERR_FORMAT, remedy,
                       "cut short: a header of %zu bytes, but only %zu bytes follow", *length,
                       file->size - LENGTH_SIZE);
    return DN_OK;
}

/** Too many in a file is the file's fault. */
static dn_status check_room(size_t count, const char *what, dn_error *error)
{
    if (count == DN_SAFETENSORS_MAX_ENTRIES)
        return dn_fail(error, DN_ERR_FORMAT, "give a model that digitnet train wrote",
                       "more than %d %s in the header", DN_SAFETENSORS_MAX_ENTRIES, what);
    return DN_OK;
}

static dn_status read_metadata_entry(archive_reader *reader, dn_error *error)
{
    dn_archive *archive = reader->archive;
    DN_TRY(check_room(archive->metadata_count, "metadata entries", error));
    DN_TRY(reserve_metadata(archive, error));
    dn_metadata entry = {0};
    dn_status status = dn_json_key(&reader->json, &entry.key, error);
    if (status == DN_OK && dn_archive_metadata(archive, entry.key))
        status = dn_fail(error, DN_ERR_FORMAT, remedy, "metadata \"%.*s\" twice", SHOWN, entry.key);
    if (status == DN_OK)
        status = dn_json_string(&reader->json, &entry.value, error);
    if (status == DN_OK) {
        archive->metadata[archive->metadata_count++] = entry;
        return DN_OK;
    }
    dn_release(entry.key);
    return status;
}

static dn_status read_metadata(archive_reader *reader, dn_error *error)
{
    bool more;
    DN_TRY(dn_json_enter(&reader->json, '{', error));
    DN_TRY(dn_json_next(&reader->json, &more, error));
    while (more) {
        DN_TRY(read_metadata_entry(reader, error));
        DN_TRY(dn_json_next(&reader->json, &more, error));
    }
    return DN_OK;
}

/** A number that fits memory. */
static dn_status read_size(dn_json *json, size_t *size, dn_error *error)
{
    uint64_t number;
    DN_TRY(dn_json_unsigned(json, &number, error));
    if (number > SIZE_MAX)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu of the JSON: %llu is too large", json->at,
                       (unsigned long long)number);
    *size = (size_t)number;
    return DN_OK;
}

/** An array of at most limit numbers. */
static dn_status read_sizes(dn_json *json, size_t *sizes, size_t limit, size_t *count, dn_error *error)
{
    bool more;
    *count = 0;
    DN_TRY(dn_json_enter(json, '[', error));
    DN_TRY(dn_json_next(json, &more, error));
    while (more) {
        if (*count == limit)
            return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu of the JSON: more than %zu numbers",
                           json->at, limit);
        DN_TRY(read_size(json, &sizes[(*count)++], error));
        DN_TRY(dn_json_next(json, &more, error));
    }
    return DN_OK;
}

static dn_status read_dtype(dn_json *json, dn_error *error)
{
    static const char *const known[] = {"BOOL", "U8",   "I8",  "F8_E5M2", "F8_E4M3", "I16", "U16",
                                        "F16",  "BF16", "I32", "U32",     "F64",     "I64", "U64"};
    char *dtype;
    DN_TRY(dn_json_string(json, &dtype, error));
    dn_status status = DN_OK;
    if (strcmp(dtype, DTYPE_NAME) != 0) {
        const char *found = "unknown dtype";
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            found = strcmp(dtype, known[i]) == 0 ? "dtype" : found;
        status = dn_fail(error, DN_ERR_FORMAT, "save the model as float32",
                         "%s \"%.*s\" found, \"" DTYPE_NAME "\" expected", found, SHOWN, dtype);
    }
    dn_release(dtype);
    return status;
}

/** What a tensor's entry in the header says. */
typedef struct tensor_entry {
    dn_shape shape;
    byte_range range;
    bool has_dtype;
    bool has_shape;
    bool has_offsets;
} tensor_entry;

static dn_status read_offsets(dn_json *json, byte_range *range, dn_error *error)
{
    size_t offsets[2];
    size_t count;
    DN_TRY(read_sizes(json, offsets, 2, &count, error));
    if (count != 2)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "byte %zu of the JSON: %zu data_offsets, 2 expected",
                       json->at, count);
    range->begin = offsets[0];
    range->end = offsets[1];
    return DN_OK;
}

static dn_status read_field(dn_json *json, const char *name, tensor_entry *entry, dn_error *error)
{
    bool *seen = strcmp(name, "dtype") == 0          ? &entry->has_dtype
                 : strcmp(name, "shape") == 0        ? &entry->has_shape
                 : strcmp(name, "data_offsets") == 0 ? &entry->has_offsets
                                                     : NULL;
    if (!seen || *seen)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "%s field \"%.*s\"", seen ? "a second" : "unknown",
                       SHOWN, name);
    *seen = true;
    if (seen == &entry->has_dtype)
        return read_dtype(json, error);
    if (seen == &entry->has_shape)
        return read_sizes(json, entry->shape.extent, DN_MAX_RANK, &entry->shape.rank, error);
    return read_offsets(json, &entry->range, error);
}

static dn_status read_entry(dn_json *json, tensor_entry *entry, dn_error *error)
{
    bool more;
    DN_TRY(dn_json_enter(json, '{', error));
    DN_TRY(dn_json_next(json, &more, error));
    while (more) {
        char *name;
        DN_TRY(dn_json_key(json, &name, error));
        const dn_status status = read_field(json, name, entry, error);
        dn_release(name);
        DN_TRY(status);
        DN_TRY(dn_json_next(json, &more, error));
    }
    if (!entry->has_dtype || !entry->has_shape || !entry->has_offsets)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "there is no %s",
                       !entry->has_dtype   ? "dtype"
                       : !entry->has_shape ? "shape"
                                           : "data_offsets");
    return DN_OK;
}

/** The bytes that a shape takes; extents are bounded even where another one is 0. */
static bool shape_bytes(dn_shape shape, size_t *bytes)
{
    size_t span = ELEMENT_SIZE;
    bool empty = false;
    for (size_t axis = 0; axis < shape.rank; axis++) {
        empty = empty || shape.extent[axis] == 0;
        if (shape.extent[axis] != 0 && !dn_size_multiply(span, shape.extent[axis], &span))
            return false;
    }
    *bytes = empty ? 0 : span;
    return span <= PTRDIFF_MAX;
}

static dn_status check_entry(const archive_reader *reader, const tensor_entry *entry, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    size_t bytes;
    if (!shape_bytes(entry->shape, &bytes))
        return dn_fail(error, DN_ERR_FORMAT, remedy, "shape %s is too large",
                       dn_shape_text(entry->shape, text));
    if (entry->range.begin > entry->range.end || entry->range.end > reader->size)
        return dn_fail(error, DN_ERR_FORMAT, remedy,
                       "data_offsets [%zu, %zu], but %zu bytes follow the header", entry->range.begin,
                       entry->range.end, reader->size);
    if (entry->range.end - entry->range.begin != bytes)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "data_offsets [%zu, %zu], but shape %s takes %zu bytes",
                       entry->range.begin, entry->range.end, dn_shape_text(entry->shape, text), bytes);
    return DN_OK;
}

/** Put "tensor NAME: " before what is wrong with it. */
static dn_status fail_in_tensor(const char *name, dn_status status, dn_error *error)
{
    if (status != DN_ERR_FORMAT || !error)
        return status;
    const dn_error cause = *error;
    return dn_fail(error, status, cause.remedy, "tensor \"%.*s\": %s", SHOWN, name, cause.problem);
}

/** Read what the header says of one tensor; its elements come when all is known to be right. */
static dn_status read_tensor_entry(archive_reader *reader, const char *name, dn_error *error)
{
    dn_archive *archive = reader->archive;
    tensor_entry entry = {0};
    if (dn_archive_tensor(archive, name))
        return dn_fail(error, DN_ERR_FORMAT, remedy, "two tensors named \"%.*s\"", SHOWN, name);
    DN_TRY(check_room(archive->tensor_count, "tensors", error));
    dn_status status = read_entry(&reader->json, &entry, error);
    if (status == DN_OK)
        status = check_entry(reader, &entry, error);
    if (status != DN_OK)
        return fail_in_tensor(name, status, error);
    const dn_tensor promised = {.shape = entry.shape};
    reader->ranges[archive->tensor_count] = entry.range;
    return dn_archive_add_tensor(archive, name, &promised, error);
}

static dn_status read_header(archive_reader *reader, dn_error *error)
{
    bool more;
    bool has_metadata = false;
    DN_TRY(dn_json_enter(&reader->json, '{', error));
    DN_TRY(dn_json_next(&reader->json, &more, error));
    while (more) {
        char *name;
        DN_TRY(dn_json_key(&reader->json, &name, error));
        const bool is_metadata = strcmp(name, METADATA_NAME) == 0;
        dn_status status;
        if (is_metadata && has_metadata)
            status = dn_fail(error, DN_ERR_FORMAT, remedy, "a second " METADATA_NAME);
        else
            status = is_metadata ? read_metadata(reader, error) : read_tensor_entry(reader, name, error);
        has_metadata = has_metadata || is_metadata;
        dn_release(name);
        DN_TRY(status);
        DN_TRY(dn_json_next(&reader->json, &more, error));
    }
    return dn_json_end(&reader->json, error);
}

static bool comes_before(byte_range a, byte_range b)
{
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
}

/** Sort by offset; equals (empty tensors) stay in the header's order. */
static void sort_tensors(archive_reader *reader)
{
    dn_named_tensor *tensors = reader->archive->tensors;
    for (size_t i = 1; i < reader->archive->tensor_count; i++) {
        const dn_named_tensor tensor = tensors[i];
        const byte_range range = reader->ranges[i];
        size_t place = i;
        for (; place > 0 && comes_before(range, reader->ranges[place - 1]); place--) {
            tensors[place] = tensors[place - 1];
            reader->ranges[place] = reader->ranges[place - 1];
        }
        tensors[place] = tensor;
        reader->ranges[place] = range;
    }
}

/** Do the sorted extents cover all elements, without holes or overlaps? */
static dn_status check_cover(const archive_reader *reader, dn_error *error)
{
    size_t covered = 0;
    for (size_t i = 0; i < reader->archive->tensor_count; i++) {
        if (reader->ranges[i].begin != covered)
            return dn_fail(error, DN_ERR_FORMAT, remedy,
                           "tensor \"%.*s\": data_offsets begin at %zu, a%s: %zu expected", SHOWN,
                           reader->archive->tensors[i].name, reader->ranges[i].begin,
                           reader->ranges[i].begin > covered ? " hole" : "n overlap", covered);
        covered = reader->ranges[i].end;
    }
    if (covered != reader->size)
        return dn_fail(error, DN_ERR_FORMAT, remedy, "%zu bytes follow the header, the tensors take %zu",
                       reader->size, covered);
    return DN_OK;
}

static dn_status read_elements(archive_reader *reader, dn_error *error)
{
    for (size_t i = 0; i < reader->archive->tensor_count; i++) {
        dn_named_tensor *named = &reader->archive->tensors[i];
        DN_TRY(dn_tensor_zeros(&named->tensor, named->tensor.shape, error));
        DN_TRY(decode_tensor(named, reader->elements + reader->ranges[i].begin, error));
    }
    return DN_OK;
}

static dn_status decode_archive(const dn_bytes *file, dn_archive *archive, dn_error *error)
{
    size_t length = 0;
    DN_TRY(read_length(file, &length, error));
    archive_reader reader = {.json = dn_json_begin(file->data + LENGTH_SIZE, length),
                             .elements = file->data + LENGTH_SIZE + length,
                             .size = file->size - LENGTH_SIZE - length,
                             .archive = archive};
    DN_TRY(read_header(&reader, error));
    sort_tensors(&reader);
    DN_TRY(check_cover(&reader, error));
    return read_elements(&reader, error);
}

dn_status dn_archive_decode(const dn_bytes *file, dn_archive *archive, dn_error *error)
{
    *archive = (dn_archive){0};
    const dn_status status = decode_archive(file, archive, error);
    if (status != DN_OK)
        dn_archive_free(archive);
    return status;
}

dn_status dn_archive_read(const char *path, dn_archive *archive, dn_error *error)
{
    dn_bytes file = {0};
    *archive = (dn_archive){0};
    DN_TRY(dn_file_read(path, DN_SAFETENSORS_MAX_FILE, &file, error));
    const dn_status status = dn_archive_decode(&file, archive, error);
    dn_bytes_free(&file);
    return dn_fail_in(error, status, path);
}
