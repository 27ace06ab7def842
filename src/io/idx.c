#include "io/idx.h"
#include "core/endian.h"
#include "core/fail.h"
#include "core/memory.h"
#include "io/file.h"
#include "io/gzip.h"

#include "digitnet/io.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define TYPE_OFFSET 2
#define RANK_OFFSET 3
#define MAGIC_SIZE 4
#define EXTENT_SIZE 4
#define TYPE_UNSIGNED_BYTE 0x08
#define TYPE_INT 0x0c
/** QMNIST's labels are a table of int: the digit, and where and by whom it was written. */
#define QMNIST_RANK 2
#define QMNIST_COLUMNS 8
/** A plain file is read a little farther than its header says: it is told by how much it is too long. */
#define BEYOND ((size_t)1 << 20)
/** A side that no image has: two of them fill more than DN_IDX_MAX_FILE. */
#define NO_SIDE 0x10000
/** Bytes of gzip's contents that are unpacked first: the header, and enough to recognise other formats. */
#define PEEK_SIZE 64
/** Contents of a gzip file up to this size, or up to this many times the size of the file, are allocated at once. */
#define TRUSTED_SIZE ((size_t)64 << 20)
#define TRUSTED_RATIO 16
/** "4294967295 x 4294967295 x 4294967295" */
#define EXTENTS_TEXT_SIZE 48

static const char remedy_damaged[] = "get the file again: it is damaged";
static const char remedy_order[] = "write the numbers of its header in big-endian order";
static const char remedy_other[] = "give an IDX file of unsigned bytes, such as MNIST's";

/** The bytes with a header, and the word for an offset in messages. */
typedef struct contents {
    const uint8_t *data;
    size_t size;
    const char *place; /**< "byte", or "unpacked byte" */
} contents;

static size_t header_size(size_t rank)
{
    return MAGIC_SIZE + EXTENT_SIZE * rank;
}

static uint32_t swap_bytes(uint32_t value)
{
    uint8_t bytes[EXTENT_SIZE];
    dn_store_big32(bytes, value);
    return dn_load_little32(bytes);
}

/** The expected kind of file, with the number in its first four bytes. */
static const char *expected_text(size_t rank)
{
    if (rank == DN_IDX_LABELS_RANK)
        return "IDX labels (magic number 2049)";
    if (rank == DN_IDX_IMAGES_RANK)
        return "IDX images (magic number 2051)";
    return "IDX images or labels (magic number 2051 or 2049)";
}

static const char *type_name(uint8_t type)
{
    static const char *const names[] = {[TYPE_UNSIGNED_BYTE] = "unsigned byte",
                                        [0x09] = "signed byte",
                                        [0x0b] = "short",
                                        [TYPE_INT] = "int",
                                        [0x0d] = "float",
                                        [0x0e] = "double"};
    const bool known = type < sizeof names / sizeof names[0] && names[type];
    return known ? names[type] : "unknown";
}

static const char *rank_name(size_t rank)
{
    if (rank == DN_IDX_LABELS_RANK)
        return " (labels)";
    return rank == DN_IDX_IMAGES_RANK ? " (images)" : "";
}

static char *extents_text(const dn_idx *idx, char text[EXTENTS_TEXT_SIZE])
{
    size_t length = 0;
    for (size_t i = 0; i < idx->rank; i++)
        length += (size_t)snprintf(text + length, EXTENTS_TEXT_SIZE - length, i == 0 ? "%zu" : " x %zu",
                                   idx->extent[i]);
    return text;
}

/** Record that the file is no IDX file, and name its format if it is a known one. */
static dn_status fail_no_idx(const contents *file, size_t rank, dn_error *error)
{
    const unsigned long magic = dn_load_big32(file->data);
    const char *guess = dn_file_guess(file->data, file->size);
    if (dn_gzip_recognise(file->data, file->size))
        return dn_fail(error, DN_ERR_FORMAT, "unpack it once with gunzip",
                       "%s 0: gzip inside gzip found, %s expected", file->place, expected_text(rank));
    if (guess)
        return dn_fail(error, DN_ERR_FORMAT, strstr(guess, "little-endian") ? remedy_order : remedy_other,
                       "%s 0: %s (magic number %lu) found, %s expected", file->place, guess, magic,
                       expected_text(rank));
    return dn_fail(error, DN_ERR_FORMAT, remedy_other, "%s 0: magic number %lu (0x%08lx) found, %s expected",
                   file->place, magic, magic, expected_text(rank));
}

static dn_status fail_in_header(const contents *file, dn_error *error)
{
    if (file->size == 0)
        return dn_fail(error, DN_ERR_FORMAT, remedy_damaged, "it is empty");
    return dn_fail(error, DN_ERR_FORMAT, remedy_damaged, "%s %zu: the file ends inside the IDX header",
                   file->place, file->size);
}

static dn_status fail_type(const contents *file, size_t rank, dn_error *error)
{
    const uint8_t type = file->data[TYPE_OFFSET];
    if (type == TYPE_INT && file->data[RANK_OFFSET] == QMNIST_RANK &&
        file->size >= header_size(QMNIST_RANK) &&
        dn_load_big32(file->data + header_size(QMNIST_RANK - 1)) == QMNIST_COLUMNS)
        return dn_fail(error, DN_ERR_FORMAT, "write their first column as IDX labels of unsigned bytes",
                       "%s 0: labels as QMNIST has them, %d columns of int, found, %s expected", file->place,
                       QMNIST_COLUMNS, expected_text(rank));
    return dn_fail(error, DN_ERR_FORMAT, remedy_other,
                   "%s %d: element type 0x%02x (%s) found, 0x08 (unsigned byte) expected", file->place,
                   TYPE_OFFSET, type, type_name(type));
}

static dn_status check_magic(const contents *file, size_t rank, dn_error *error)
{
    if (file->size < MAGIC_SIZE)
        return fail_in_header(file, error);
    if (file->data[0] != 0 || file->data[1] != 0)
        return fail_no_idx(file, rank, error);
    if (file->data[TYPE_OFFSET] != TYPE_UNSIGNED_BYTE)
        return fail_type(file, rank, error);
    const size_t found = file->data[RANK_OFFSET];
    const bool known = found == DN_IDX_LABELS_RANK || found == DN_IDX_IMAGES_RANK;
    if (rank != 0 && found != rank)
        return dn_fail(error, DN_ERR_FORMAT, known ? "give the other file of the pair" : remedy_other,
                       "%s %d: rank %zu%s found, %zu%s expected", file->place, RANK_OFFSET, found,
                       rank_name(found), rank, rank_name(rank));
    if (!known)
        return dn_fail(error, DN_ERR_FORMAT, remedy_other,
                       "%s %d: rank %zu found, 1 (labels) or 3 (images) expected", file->place, RANK_OFFSET,
                       found);
    return DN_OK;
}

/** The product of the extents. */
static bool count_elements(dn_idx *idx)
{
    bool empty = false; /* an extent of 0 makes it 0, whatever the others are */
    for (size_t i = 0; i < idx->rank; i++)
        empty = empty || idx->extent[i] == 0;
    idx->count = empty ? 0 : 1;
    for (size_t i = 0; i < idx->rank && !empty; i++)
        if (!dn_size_multiply(idx->count, idx->extent[i], &idx->count))
            return false;
    return idx->count <= SIZE_MAX - (size_t)DN_IDX_MAX_HEADER;
}

/** The file with its extents read in little-endian order; count is SIZE_MAX on overflow. */
static dn_idx in_little_endian_order(const dn_idx *idx)
{
    dn_idx other = *idx;
    for (size_t i = 0; i < idx->rank; i++)
        other.extent[i] = swap_bytes((uint32_t)idx->extent[i]);
    if (!count_elements(&other))
        other.count = SIZE_MAX;
    return other;
}

/** Are the sides impossible ones that are usual in little-endian order? */
static bool has_swapped_sides(const dn_idx *idx)
{
    if (idx->rank != DN_IDX_IMAGES_RANK)
        return false;
    for (size_t i = 1; i < idx->rank; i++)
        if (idx->extent[i] < NO_SIDE || swap_bytes((uint32_t)idx->extent[i]) >= NO_SIDE)
            return false;
    return true;
}

static dn_status fail_order(const dn_idx *idx, const char *place, dn_error *error)
{
    char found[EXTENTS_TEXT_SIZE];
    char meant[EXTENTS_TEXT_SIZE];
    const dn_idx other = in_little_endian_order(idx);
    return dn_fail(error, DN_ERR_FORMAT, remedy_order,
                   "%s %d: extents %s found, which are %s in little-endian order", place, MAGIC_SIZE,
                   extents_text(idx, found), extents_text(&other, meant));
}

/** Read the header. Effect: fills rank, extent and count. */
static dn_status read_header(const contents *file, size_t rank, dn_idx *idx, dn_error *error)
{
    char text[EXTENTS_TEXT_SIZE];
    DN_TRY(check_magic(file, rank, error));
    idx->rank = file->data[RANK_OFFSET];
    if (file->size < header_size(idx->rank))
        return fail_in_header(file, error);
    for (size_t i = 0; i < idx->rank; i++)
        idx->extent[i] = dn_load_big32(file->data + header_size(i));
    if (has_swapped_sides(idx))
        return fail_order(idx, file->place, error);
    if (!count_elements(idx))
        return dn_fail(error, DN_ERR_FORMAT, remedy_damaged,
                       "%s %d: extents %s are more than memory can hold", file->place, MAGIC_SIZE,
                       extents_text(idx, text));
    return DN_OK;
}

/** Check the length against the header. */
static dn_status check_length(const dn_idx *idx, size_t size, const char *place, dn_error *error)
{
    char text[EXTENTS_TEXT_SIZE];
    const size_t header = header_size(idx->rank);
    const size_t expected = header + idx->count;
    if (size != expected && in_little_endian_order(idx).count == size - header)
        return fail_order(idx, place, error);
    if (size < expected)
        return dn_fail(error, DN_ERR_FORMAT, remedy_damaged,
                       "%s %zu: the file is cut short: extents %s need %zu bytes, %zu are missing", place,
                       size, extents_text(idx, text), expected, expected - size);
    if (size > expected)
        return dn_fail(error, DN_ERR_FORMAT, remedy_damaged,
                       "%s %zu: the file is too long: extents %s need %zu bytes, %zu more are there", place,
                       expected, extents_text(idx, text), expected, size - expected);
    return DN_OK;
}

/** Take a plain file: its bytes become the storage. */
static dn_status take_plain(dn_bytes *file, size_t rank, dn_idx *idx, dn_error *error)
{
    const contents plain = {file->data, file->size, "byte"};
    DN_TRY(read_header(&plain, rank, idx, error));
    DN_TRY(check_length(idx, file->size, plain.place, error));
    idx->storage = file->data;
    *file = (dn_bytes){0};
    return DN_OK;
}

/** Check by deflate's best ratio whether a gzip file can hold the elements that its header announces. */
static dn_status check_ratio(const dn_idx *idx, size_t file_size, const char *place, dn_error *error)
{
    char text[EXTENTS_TEXT_SIZE];
    const size_t needed = header_size(idx->rank) + idx->count;
    if (needed / DN_DEFLATE_MAX_RATIO <= file_size)
        return DN_OK;
    if (in_little_endian_order(idx).count / DN_DEFLATE_MAX_RATIO <= file_size)
        return fail_order(idx, place, error);
    return dn_fail(error, DN_ERR_FORMAT, remedy_damaged,
                   "%s %d: extents %s need %zu bytes, more than %zu bytes of gzip can hold", place,
                   MAGIC_SIZE, extents_text(idx, text), needed, file_size);
}

/**
 * Unpack a file whose header announces far more than the file's size in growing steps first, so that a false header gets
 * no memory. Pixels shrink to a fifth: hardly any real file needs this.
 */
static dn_status check_by_steps(const dn_bytes *file, const dn_idx *idx, const char *place, dn_error *error)
{
    const size_t expected = header_size(idx->rank) + idx->count;
    if (expected / TRUSTED_RATIO <= file->size)
        return DN_OK;
    for (size_t size = TRUSTED_SIZE; size < expected; size = size < expected / 2 ? 2 * size : expected) {
        size_t written;
        uint8_t *unpacked = dn_allocate(size, 1, error);
        if (!unpacked)
            return DN_ERR_MEMORY;
        const dn_status status = dn_gzip_peek(file->data, file->size, unpacked, size, &written, error);
        dn_release(unpacked);
        DN_TRY(status);
        if (written < size)
            return check_length(idx, written, place, error);
    }
    return DN_OK;
}

/** Take a gzip file: allocate by its header, then unpack all into that memory. */
static dn_status take_gzip(const dn_bytes *file, size_t rank, dn_idx *idx, dn_error *error)
{
    uint8_t head[PEEK_SIZE];
    contents packed = {head, 0, "unpacked byte"};
    DN_TRY(dn_gzip_peek(file->data, file->size, head, sizeof head, &packed.size, error));
    DN_TRY(read_header(&packed, rank, idx, error));
    DN_TRY(check_ratio(idx, file->size, packed.place, error));
    DN_TRY(check_by_steps(file, idx, packed.place, error));
    const size_t expected = header_size(idx->rank) + idx->count;
    size_t written;
    idx->storage = dn_allocate(expected, 1, error);
    if (!idx->storage)
        return DN_ERR_MEMORY;
    DN_TRY(dn_gzip_unpack(file->data, file->size, idx->storage, expected, &written, error));
    return check_length(idx, written, packed.place, error);
}

static dn_status take(dn_bytes *file, size_t rank, dn_idx *idx, dn_error *error)
{
    DN_TRY(dn_gzip_recognise(file->data, file->size) ? take_gzip(file, rank, idx, error)
                                                     : take_plain(file, rank, idx, error));
    idx->data = idx->storage + header_size(idx->rank);
    return DN_OK;
}

dn_status dn_idx_decode(dn_bytes *file, size_t rank, dn_idx *idx, dn_error *error)
{
    *idx = (dn_idx){0};
    const dn_status status = take(file, rank, idx, error);
    if (status != DN_OK)
        dn_idx_free(idx);
    return status;
}

size_t dn_idx_limit(const uint8_t *head, size_t size)
{
    dn_idx idx = {0};
    const contents plain = {head, size, "byte"};
    if (dn_gzip_recognise(head, size) || read_header(&plain, 0, &idx, NULL) != DN_OK ||
        idx.count < DN_IDX_MAX_FILE - BEYOND)
        return DN_IDX_MAX_FILE;
    return idx.count < SIZE_MAX - BEYOND ? idx.count + BEYOND : SIZE_MAX;
}

static dn_status set_limit(void *self, const uint8_t *head, size_t size, size_t *limit, dn_error *error)
{
    (void)self;
    (void)error;
    *limit = dn_idx_limit(head, size);
    return DN_OK;
}

bool dn_idx_peek(const char *path, dn_idx *idx)
{
    enum { HEAD = 4096 };
    uint8_t head[HEAD];
    uint8_t unpacked[DN_IDX_MAX_HEADER];
    contents file = {head, 0, ""};
    size_t length;
    *idx = (dn_idx){0};
    if (!dn_file_read_head(path, head, sizeof head, &file.size, &length))
        return false;
    if (!dn_gzip_recognise(head, file.size))
        return read_header(&file, 0, idx, NULL) == DN_OK && check_length(idx, length, "", NULL) == DN_OK;
    contents packed = {unpacked, 0, ""};
    return dn_gzip_peek(head, file.size, unpacked, sizeof unpacked, &packed.size, NULL) == DN_OK &&
           read_header(&packed, 0, idx, NULL) == DN_OK && check_ratio(idx, length, "", NULL) == DN_OK;
}

dn_status dn_idx_read(const char *path, size_t rank, dn_idx *idx, dn_error *error)
{
    dn_bytes file;
    *idx = (dn_idx){0};
    DN_TRY(dn_file_read_checked(path, set_limit, NULL, &file, error));
    const dn_status status = dn_idx_decode(&file, rank, idx, error);
    dn_bytes_free(&file);
    return dn_fail_in(error, status, dn_file_input_name(path));
}

void dn_idx_free(dn_idx *idx)
{
    if (!idx)
        return;
    dn_release(idx->storage);
    *idx = (dn_idx){0};
}

/** Can the format hold it, and does count agree? */
static dn_status check_writable(const dn_idx *idx, dn_error *error)
{
    dn_idx copy = *idx;
    char text[EXTENTS_TEXT_SIZE];
    if (idx->rank < 1 || idx->rank > DN_IDX_MAX_RANK)
        return dn_fail(error, DN_ERR_SHAPE, "give rank 1 to 3", "rank %zu can't be written as IDX",
                       idx->rank);
    for (size_t i = 0; i < idx->rank; i++) {
        const uint64_t extent =
            idx->extent[i]; /* where size_t has 32 bits, comparing that would be a warning */
        if (extent > UINT32_MAX)
            return dn_fail(error, DN_ERR_SHAPE, "give fewer elements", "extent %zu is %zu, above %lu", i,
                           idx->extent[i], (unsigned long)UINT32_MAX);
    }
    if (!count_elements(&copy) || copy.count != idx->count)
        return dn_fail(error, DN_ERR_SHAPE, "give the product of the extents", "extents %s with %zu elements",
                       extents_text(idx, text), idx->count);
    return DN_OK;
}

dn_status dn_idx_encode_header(const dn_idx *idx, uint8_t header[DN_IDX_MAX_HEADER], size_t *size,
                               dn_error *error)
{
    *size = header_size(idx->rank);
    DN_TRY(check_writable(idx, error));
    memset(header, 0, (size_t)DN_IDX_MAX_HEADER);
    header[TYPE_OFFSET] = TYPE_UNSIGNED_BYTE;
    header[RANK_OFFSET] = (uint8_t)idx->rank;
    for (size_t i = 0; i < idx->rank; i++)
        dn_store_big32(header + header_size(i), (uint32_t)idx->extent[i]);
    return DN_OK;
}

dn_status dn_idx_write(const char *path, const dn_idx *idx, dn_error *error)
{
    uint8_t header[DN_IDX_MAX_HEADER];
    size_t size;
    DN_TRY(dn_fail_in(error, dn_idx_encode_header(idx, header, &size, error), path));
    const dn_part parts[] = {{header, size}, {idx->data, idx->count}};
    return dn_file_write(path, parts, sizeof parts / sizeof parts[0], error);
}
