#include "io/archive.h"

#include "core/endian.h"
#include "core/fail.h"
#include "core/memory.h"
#include "io/file.h"
#include "io/json.h"
#include "tensor/shape.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const char remedy[] = "the file is damaged or no model: train it again, or copy it again";

/** The bits of a float that are all set where it is infinite or no number. */
#define EXPONENT 0x7f800000U

/** Read elements. data may lie where the bytes lie: on a little-endian machine they are the elements then. */
static void decode_elements(const uint8_t *bytes, size_t count, float *data)
{
    const uint32_t one = 1;
    if ((const void *)bytes == data && *(const uint8_t *)&one == 1)
        return;
    for (size_t i = 0; i < count; i++) {
        const uint32_t bits = dn_load_little32(bytes + i * DN_ARCHIVE_ELEMENT_SIZE);
        memcpy(data + i, &bits, sizeof bits);
    }
}

/** Read the elements of a contiguous tensor, all of them finite. */
static dn_status decode_tensor(dn_named_tensor *named, const uint8_t *bytes, dn_error *error)
{
    const dn_tensor *tensor = &named->tensor;
    const size_t count = dn_tensor_count(tensor);
    uint32_t not_finite = 0;
    for (size_t i = 0; i < count; i++)
        not_finite |= (dn_load_little32(bytes + i * DN_ARCHIVE_ELEMENT_SIZE) & EXPONENT) == EXPONENT;
    decode_elements(bytes, count, tensor->data);
    for (size_t i = 0; i < count && not_finite != 0; i++)
        if (!isfinite(tensor->data[i]))
            return dn_archive_fail_not_finite(named, i, tensor->data[i], DN_ERR_FORMAT, error);
    return DN_OK;
}

/** Where a tensor's elements are among all elements, in bytes. */
typedef struct byte_range {
    size_t begin;
    size_t end;
} byte_range;

/** A file while it is read. */
typedef struct archive_reader {
    dn_json json;            /**< the header */
    const uint8_t *elements; /**< what follows it */
    uint8_t *memory;         /**< the same bytes, if the tensors may lie there; else NULL */
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
                   guess ? guess : "another kind of file", DN_ARCHIVE_LENGTH_SIZE - 1,
                   DN_ARCHIVE_LENGTH_SIZE);
}

static dn_status read_length(const dn_bytes *file, size_t *length, dn_error *error)
{
    if (file->size <= DN_ARCHIVE_LENGTH_SIZE || file->data[DN_ARCHIVE_LENGTH_SIZE] != '{')
        return fail_no_archive(file, error);
    const uint64_t value = dn_load_little64(file->data);
    if (value > DN_SAFETENSORS_MAX_HEADER)
        return dn_fail(error, DN_ERR_FORMAT, "give a model that digitnet train wrote",
                       "byte 0: a header of %llu bytes, at most %zu are read", (unsigned long long)value,
                       DN_SAFETENSORS_MAX_HEADER);
    *length = (size_t)value;
    if (*length > file->size - DN_ARCHIVE_LENGTH_SIZE)
        return dn_fail(error, DN_ERR_FORMAT, remedy,
                       "cut short: a header of %zu bytes, but only %zu bytes follow", *length,
                       file->size - DN_ARCHIVE_LENGTH_SIZE);
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
    DN_TRY(dn_archive_reserve(archive, error));
    dn_metadata entry = {0};
    dn_status status = dn_json_key(&reader->json, &entry.key, error);
    if (status == DN_OK && dn_archive_metadata(archive, entry.key))
        status =
            dn_fail(error, DN_ERR_FORMAT, remedy, "metadata \"%.*s\" twice", DN_ARCHIVE_SHOWN, entry.key);
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
    if (strcmp(dtype, DN_ARCHIVE_DTYPE_NAME) != 0) {
        const char *found = "unknown dtype";
        for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
            found = strcmp(dtype, known[i]) == 0 ? "dtype" : found;
        status = dn_fail(error, DN_ERR_FORMAT, "save the model as float32",
                         "%s \"%.*s\" found, \"" DN_ARCHIVE_DTYPE_NAME "\" expected", found, DN_ARCHIVE_SHOWN,
                         dtype);
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
                       DN_ARCHIVE_SHOWN, name);
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

static dn_status check_entry(const archive_reader *reader, const tensor_entry *entry, dn_error *error)
{
    char text[DN_SHAPE_TEXT_SIZE];
    size_t count;
    size_t bytes;
    if (!dn_shape_count(entry->shape, &count) || !dn_size_multiply(count, DN_ARCHIVE_ELEMENT_SIZE, &bytes))
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
    return dn_fail(error, status, cause.remedy, "tensor \"%.*s\": %s", DN_ARCHIVE_SHOWN, name, cause.problem);
}

/** Read what the header says of one tensor; its elements come when all is known to be right. */
static dn_status read_tensor_entry(archive_reader *reader, const char *name, dn_error *error)
{
    dn_archive *archive = reader->archive;
    tensor_entry entry = {0};
    if (dn_archive_tensor(archive, name))
        return dn_fail(error, DN_ERR_FORMAT, remedy, "two tensors named \"%.*s\"", DN_ARCHIVE_SHOWN, name);
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
        const bool is_metadata = strcmp(name, DN_ARCHIVE_METADATA_NAME) == 0;
        dn_status status;
        if (is_metadata && has_metadata)
            status = dn_fail(error, DN_ERR_FORMAT, remedy, "a second " DN_ARCHIVE_METADATA_NAME);
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
                           "tensor \"%.*s\": data_offsets begin at %zu, a%s: %zu expected", DN_ARCHIVE_SHOWN,
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
        if (reader->memory)
            named->tensor =
                dn_tensor_borrow((void *)(reader->memory + reader->ranges[i].begin), named->tensor.shape);
        else
            DN_TRY(dn_tensor_zeros(&named->tensor, named->tensor.shape, error));
        DN_TRY(decode_tensor(named, reader->elements + reader->ranges[i].begin, error));
    }
    return DN_OK;
}

/** memory: the file's bytes, if the archive may keep them, or NULL. It does where the elements are aligned, as the format's header asks. */
static dn_status decode_archive(const dn_bytes *file, uint8_t *memory, dn_archive *archive, dn_error *error)
{
    size_t length = 0;
    DN_TRY(read_length(file, &length, error));
    const size_t begin = DN_ARCHIVE_LENGTH_SIZE + length;
    const bool keep = memory && begin % sizeof(float) == 0;
    archive_reader reader = {.json = dn_json_begin(file->data + DN_ARCHIVE_LENGTH_SIZE, length),
                             .elements = file->data + begin,
                             .memory = keep ? memory + begin : NULL,
                             .size = file->size - begin,
                             .archive = archive};
    DN_TRY(read_header(&reader, error));
    sort_tensors(&reader);
    DN_TRY(check_cover(&reader, error));
    DN_TRY(read_elements(&reader, error));
    archive->memory = keep ? memory : NULL;
    return DN_OK;
}

dn_status dn_archive_decode(const dn_bytes *file, dn_archive *archive, dn_error *error)
{
    *archive = (dn_archive){0};
    const dn_status status = decode_archive(file, NULL, archive, error);
    if (status != DN_OK)
        dn_archive_free(archive);
    return status;
}

dn_status dn_archive_read(const char *path, dn_archive *archive, dn_error *error)
{
    dn_bytes file;
    *archive = (dn_archive){0};
    DN_TRY(dn_file_read(path, DN_SAFETENSORS_MAX_FILE, &file, error));
    const dn_status status = decode_archive(&file, file.data, archive, error);
    if (status != DN_OK)
        dn_archive_free(archive);
    if (!archive->memory)
        dn_bytes_free(&file);
    return dn_fail_in(error, status, path);
}
