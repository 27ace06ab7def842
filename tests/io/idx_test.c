#include "support.h"

#include "io/idx.h"

#include "digitnet/io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANY_RANK 0

/** Two images of 2 x 3. */
static const uint8_t images[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2,  0,  0,
                                 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
/** Three labels. */
static const uint8_t labels[] = {0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9};
/* The same files, labels a byte short and a byte too long, huge extents, and labels packed twice: made with zlib. */
static const uint8_t packed_images[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x63,
                                        0x60, 0xe0, 0x60, 0x66, 0x60, 0x60, 0x60, 0x82, 0x62, 0x66, 0x46,
                                        0x26, 0x66, 0x16, 0x56, 0x36, 0x76, 0x0e, 0x4e, 0x2e, 0x6e, 0x1e,
                                        0x00, 0x48, 0x11, 0x0c, 0x84, 0x1c, 0x00, 0x00, 0x00};
static const uint8_t packed_labels[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x63,
                                        0x60, 0xe0, 0x60, 0x64, 0x60, 0x60, 0x60, 0x66, 0xe7, 0xe0, 0x04,
                                        0x00, 0xad, 0x98, 0x0a, 0xba, 0x0b, 0x00, 0x00, 0x00};
static const uint8_t packed_short[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03,
                                       0x63, 0x60, 0xe0, 0x60, 0x64, 0x60, 0x60, 0x60, 0x66, 0xe7,
                                       0x00, 0x00, 0xdb, 0xd8, 0xc4, 0xd5, 0x0a, 0x00, 0x00, 0x00};
static const uint8_t packed_long[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x63,
                                      0x60, 0xe0, 0x60, 0x64, 0x60, 0x60, 0x60, 0x66, 0xe7, 0xe0, 0xac,
                                      0x00, 0x00, 0x4e, 0xc3, 0x01, 0x24, 0x0c, 0x00, 0x00, 0x00};
static const uint8_t packed_huge[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x63,
                                      0x60, 0xe0, 0x60, 0xae, 0x67, 0x60, 0x60, 0x62, 0x80, 0x60, 0x66,
                                      0x46, 0x26, 0x66, 0x16, 0x56, 0x36, 0x76, 0x0e, 0x4e, 0x2e, 0x6e,
                                      0x1e, 0x00, 0x73, 0x61, 0x78, 0xc0, 0x1c, 0x00, 0x00, 0x00};
static const uint8_t twice_packed[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x93, 0xef,
                                       0xe6, 0x60, 0x00, 0x03, 0xe6, 0xe4, 0x84, 0x07, 0x09, 0x29, 0x09, 0x09,
                                       0x09, 0x69, 0xcf, 0x1f, 0xb0, 0x30, 0xac, 0x9d, 0xc1, 0xb5, 0x8b, 0x1b,
                                       0x28, 0x0a, 0x00, 0xfc, 0x77, 0x62, 0xa9, 0x1f, 0x00, 0x00, 0x00};

static const char *file_of(const void *data, size_t size)
{
    const char *path = temporary_path("file.idx");
    write_bytes(path, data, size);
    return path;
}

static void assert_refused(const void *data, size_t size, size_t rank, const char *problem)
{
    dn_error error;
    dn_idx idx;
    const char *path = file_of(data, size);
    assert_int_equal(dn_idx_read(path, rank, &idx, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, problem);
    assert_string_equal(error.subject, path);
    assert_null(idx.storage);
    assert_null(idx.data);
    assert_int_equal(idx.count, 0);
}

static void assert_images(const void *data, size_t size, size_t rank)
{
    dn_error error;
    dn_idx idx;
    assert_ok(dn_idx_read(file_of(data, size), rank, &idx, &error));
    assert_int_equal(idx.rank, 3);
    assert_int_equal(idx.extent[0], 2);
    assert_int_equal(idx.extent[1], 2);
    assert_int_equal(idx.extent[2], 3);
    assert_int_equal(idx.count, 12);
    assert_memory_equal(idx.data, images + 16, 12);
    dn_idx_free(&idx);
    assert_null(idx.storage);
    assert_int_equal(idx.rank, 0);
}

static void assert_labels(const void *data, size_t size, size_t rank)
{
    dn_error error;
    dn_idx idx;
    assert_ok(dn_idx_read(file_of(data, size), rank, &idx, &error));
    assert_int_equal(idx.rank, 1);
    assert_int_equal(idx.extent[0], 3);
    assert_int_equal(idx.count, 3);
    assert_memory_equal(idx.data, labels + 8, 3);
    dn_idx_free(&idx);
}

static void plain_files_are_read(void **state)
{
    (void)state;
    assert_images(images, sizeof images, DN_IDX_IMAGES_RANK);
    assert_images(images, sizeof images, ANY_RANK);
    assert_labels(labels, sizeof labels, DN_IDX_LABELS_RANK);
    assert_labels(labels, sizeof labels, ANY_RANK);
    dn_idx_free(NULL);
}

static void gzip_files_are_read(void **state)
{
    (void)state;
    assert_images(packed_images, sizeof packed_images, DN_IDX_IMAGES_RANK);
    assert_labels(packed_labels, sizeof packed_labels, ANY_RANK);
}

static void an_extent_of_zero_is_a_file_without_elements(void **state)
{
    (void)state;
    static const uint8_t empty[] = {0, 0, 8, 3, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255};
    dn_error error;
    dn_idx idx;
    assert_ok(dn_idx_read(file_of(empty, sizeof empty), DN_IDX_IMAGES_RANK, &idx, &error));
    assert_int_equal(idx.count, 0);
    assert_int_equal(idx.extent[0], 0);
    assert_non_null(idx.data);
    dn_idx_free(&idx);
}

static void a_missing_file_and_a_folder_are_errors_of_the_file(void **state)
{
    (void)state;
    dn_error error;
    dn_idx idx;
    assert_int_equal(dn_idx_read(temporary_path("none"), ANY_RANK, &idx, &error), DN_ERR_FILE);
    assert_contains(error.problem, "there is no such file");
    assert_int_equal(idx.rank, 0);
#ifndef DN_PLATFORM_ISO /* ISO C alone can't tell a folder from a file */
    assert_int_equal(dn_idx_read("/", ANY_RANK, &idx, &error), DN_ERR_FILE);
    assert_contains(error.problem, "is a folder");
#endif
}

static void every_prefix_is_an_error(void **state)
{
    (void)state;
    assert_refused(images, 0, ANY_RANK, "it is empty");
    for (size_t size = 1; size < 16; size++) {
        char problem[64];
        snprintf(problem, sizeof problem, "byte %zu: the file ends inside the IDX header", size);
        assert_refused(images, size, DN_IDX_IMAGES_RANK, problem);
    }
    for (size_t size = 16; size < sizeof images; size++)
        assert_refused(images, size, DN_IDX_IMAGES_RANK, "cut short: extents 2 x 2 x 3 need 28 bytes");
    for (size_t size = 2; size < sizeof packed_images; size++)
        assert_refused(packed_images, size, DN_IDX_IMAGES_RANK, "byte ");
}

static void one_byte_short_and_one_too_many_are_named(void **state)
{
    (void)state;
    uint8_t longer[sizeof labels + 1] = {0};
    memcpy(longer, labels, sizeof labels);
    assert_refused(labels, sizeof labels - 1, ANY_RANK, "byte 10: the file is cut short");
    assert_refused(labels, sizeof labels - 1, ANY_RANK, "need 11 bytes, 1 are missing");
    assert_refused(longer, sizeof longer, ANY_RANK, "byte 11: the file is too long");
    assert_refused(longer, sizeof longer, ANY_RANK, "need 11 bytes, 1 more are there");
    assert_refused(packed_short, sizeof packed_short, ANY_RANK, "unpacked byte 10: the file is cut short");
    assert_refused(packed_long, sizeof packed_long, ANY_RANK, "more than the 11 bytes expected");
}

static void other_element_types_are_named(void **state)
{
    (void)state;
    static const struct {
        uint8_t type;
        const char *problem;
    } cases[] = {
        {0x09, "byte 2: element type 0x09 (signed byte) found, 0x08 (unsigned byte) expected"},
        {0x0b, "0x0b (short)"},
        {0x0c, "0x0c (int)"},
        {0x0d, "0x0d (float)"},
        {0x0e, "0x0e (double)"},
        {0x0a, "0x0a (unknown)"},
        {0x00, "0x00 (unknown)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t other[sizeof labels];
        memcpy(other, labels, sizeof labels);
        other[2] = cases[i].type;
        assert_refused(other, sizeof other, ANY_RANK, cases[i].problem);
    }
}

static void other_ranks_are_named(void **state)
{
    (void)state;
    uint8_t flat[sizeof images];
    memcpy(flat, images, sizeof images);
    flat[3] = 2;
    assert_refused(labels, sizeof labels, DN_IDX_IMAGES_RANK,
                   "byte 3: rank 1 (labels) found, 3 (images) expected");
    assert_refused(images, sizeof images, DN_IDX_LABELS_RANK,
                   "byte 3: rank 3 (images) found, 1 (labels) expected");
    assert_refused(packed_images, sizeof packed_images, DN_IDX_LABELS_RANK, "unpacked byte 3: rank 3");
    assert_refused(flat, sizeof flat, ANY_RANK, "byte 3: rank 2 found, 1 (labels) or 3 (images) expected");
    flat[3] = 255;
    assert_refused(flat, sizeof flat, ANY_RANK, "rank 255 found");
}

static void extents_that_no_file_could_fill_are_refused_before_anything_is_allocated(void **state)
{
    (void)state;
    uint8_t huge[sizeof images];
    memcpy(huge, images, sizeof images);
    memset(huge + 4, 0xff, 12);
    assert_refused(huge, sizeof huge, ANY_RANK, "byte 4: extents 4294967295 x 4294967295 x 4294967295");
    memcpy(huge, images, sizeof images);
    huge[4] = 0x1f;
    assert_refused(huge, sizeof huge, ANY_RANK, "cut short: extents 520093698 x 2 x 3");
    assert_refused(packed_huge, sizeof packed_huge, ANY_RANK,
                   SIZE_MAX > UINT32_MAX
                       ? "unpacked byte 4: extents 2130706434 x 2 x 3 need 12784238620 bytes, more than"
                       : "unpacked byte 4: extents 2130706434 x 2 x 3 are more than memory can hold");
}

static void what_is_no_idx_is_named(void **state)
{
    (void)state;
    static const char page[] = "<!DOCTYPE html><html><body>not found</body></html>";
    static const char picture[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    assert_refused(page, sizeof page - 1, DN_IDX_IMAGES_RANK,
                   "byte 0: an HTML page (magic number 1008813135) found, IDX images (magic number 2051)");
    assert_refused(picture, sizeof picture - 1, DN_IDX_LABELS_RANK, "a PNG picture");
    assert_refused("12345678", 8, ANY_RANK, "magic number 825373492 (0x31323334) found");
    assert_refused("\1\0\x08\x01\0\0\0\0", 8, ANY_RANK, "magic number 16779265 (0x01000801) found");
    assert_refused("\0\1\x08\x01\0\0\0\0", 8, ANY_RANK, "magic number 67585 (0x00010801) found");
    assert_refused(twice_packed, sizeof twice_packed, ANY_RANK, "gzip inside gzip");
}

/** Write the file packed by the gzip command beside it, and hand its path back; skips where there is no such command. */
static const char *packed_file_of(const void *data, size_t size)
{
    static char packed[1024];
    char command[2 * sizeof packed];
    const char *path = file_of(data, size);
    snprintf(command, sizeof command, "gzip -nkf '%s'", path);
    if (system("gzip --version >/dev/null 2>&1") != 0) {
        print_message("SKIPPED: there is no gzip command\n");
        skip();
    }
    assert_int_equal(system(command), 0);
    snprintf(packed, sizeof packed, "%s.gz", path);
    return packed;
}

/** Plain and packed, by a reader of either rank and of both. */
static void assert_order_refused(const void *data, size_t size, const char *problem,
                                 const char *packed_problem)
{
    static const size_t ranks[] = {ANY_RANK, DN_IDX_IMAGES_RANK, DN_IDX_LABELS_RANK};
    for (size_t i = 0; i < sizeof ranks / sizeof ranks[0]; i++) {
        dn_error error;
        dn_idx idx;
        if (ranks[i] != ANY_RANK && ((const uint8_t *)data)[3] != 0 && ((const uint8_t *)data)[3] != ranks[i])
            continue; /* the wrong rank is named first */
        assert_int_equal(dn_idx_read(file_of(data, size), ranks[i], &idx, &error), DN_ERR_FORMAT);
        assert_contains(error.problem, problem);
        assert_contains(error.remedy, "big-endian");
        assert_int_equal(dn_idx_read(packed_file_of(data, size), ranks[i], &idx, &error), DN_ERR_FORMAT);
        assert_contains(error.problem, packed_problem);
        assert_contains(error.remedy, "big-endian");
        assert_null(idx.storage);
    }
}

static void a_header_in_little_endian_order_is_named(void **state)
{
    (void)state;
    static const uint8_t all_images[] = {3, 8, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0,  3,  0,
                                         0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    static const uint8_t all_labels[] = {1, 8, 0, 0, 3, 0, 0, 0, 7, 8, 9};
    static const uint8_t extents[] = {0, 0, 8, 3, 2, 0, 0, 0, 2, 0, 0, 0,  3,  0,
                                      0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    static const uint8_t label_count[] = {0, 0, 8, 1, 3, 0, 0, 0, 7, 8, 9};
    assert_order_refused(all_images, sizeof all_images,
                         "byte 0: an IDX file in little-endian order (magic number 50855936) found",
                         "unpacked byte 0: an IDX file in little-endian order (magic number 50855936) found");
    assert_order_refused(all_labels, sizeof all_labels, "(magic number 17301504) found",
                         "(magic number 17301504) found");
    assert_order_refused(
        extents, sizeof extents,
        "byte 4: extents 33554432 x 33554432 x 50331648 found, which are 2 x 2 x 3 in",
        "unpacked byte 4: extents 33554432 x 33554432 x 50331648 found, which are 2 x 2 x 3");
    assert_order_refused(label_count, sizeof label_count,
                         "byte 4: extents 50331648 found, which are 3 in little-endian order",
                         "unpacked byte 4: extents 50331648 found, which are 3 in little-endian order");
    /* A safetensors file whose header has 2051 bytes begins in the same way. */
    assert_refused("\3\10\0\0\0\0\0\0{\"a\":1}", 15, ANY_RANK, "a safetensors file");
}

static void labels_of_qmnist_are_named(void **state)
{
    (void)state;
    uint8_t table[12 + 2 * 8 * 4] = {0, 0, 0x0c, 2, 0, 0, 0, 2, 0, 0, 0, 8, 0, 0, 0, 5};
    dn_error error;
    dn_idx idx;
    assert_refused(
        table, sizeof table, DN_IDX_LABELS_RANK,
        "byte 0: labels as QMNIST has them, 8 columns of int, found, IDX labels (magic number 2049)");
    assert_refused(table, sizeof table, DN_IDX_IMAGES_RANK, "labels as QMNIST has them");
    assert_int_equal(dn_idx_read(packed_file_of(table, sizeof table), ANY_RANK, &idx, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "unpacked byte 0: labels as QMNIST has them");
    assert_contains(error.remedy, "first column");
    table[11] = 7;
    assert_refused(table, sizeof table, DN_IDX_LABELS_RANK, "element type 0x0c (int) found");
    assert_refused(table, 11, DN_IDX_LABELS_RANK, "element type 0x0c (int) found");
}

static void a_damaged_gzip_file_has_its_offset(void **state)
{
    (void)state;
    char problem[64];
    uint8_t bad[sizeof packed_images];
    memcpy(bad, packed_images, sizeof bad);
    bad[sizeof bad - 8] ^= 1;
    snprintf(problem, sizeof problem, "byte %zu: CRC", sizeof bad - 8);
    assert_refused(bad, sizeof bad, ANY_RANK, problem);
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    dn_error error;
    size_t size;
    uint8_t elements[12];
    memcpy(elements, images + 16, 12);
    const dn_idx idx = {.rank = 3, .extent = {2, 2, 3}, .data = elements, .count = 12};
    const char *path = temporary_path("written.idx");
    assert_ok(dn_idx_write(path, &idx, &error));
    uint8_t *bytes = read_bytes(path, &size);
    assert_int_equal(size, sizeof images);
    assert_memory_equal(bytes, images, size);
    free(bytes);
    assert_images(images, sizeof images, ANY_RANK);
}

static void shapes_that_the_format_cannot_hold_are_refused(void **state)
{
    (void)state;
    dn_error error;
    uint8_t element = 0;
    dn_idx idx = {.rank = 0, .data = &element, .count = 1};
    const char *path = temporary_path("never.idx");
    assert_int_equal(dn_idx_write(path, &idx, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "rank 0");
    assert_string_equal(error.subject, path);
    idx.rank = 4;
    assert_int_equal(dn_idx_write(path, &idx, &error), DN_ERR_SHAPE);
    idx = (dn_idx){.rank = 2, .extent = {2, 3}, .data = &element, .count = 5};
    assert_int_equal(dn_idx_write(path, &idx, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "extents 2 x 3 with 5 elements");
#if SIZE_MAX > UINT32_MAX
    idx = (dn_idx){.rank = 2, .extent = {0, (size_t)1 << 32}, .data = &element, .count = 0};
    assert_int_equal(dn_idx_write(path, &idx, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "extent 1 is 4294967296");
    idx.extent[0] = idx.extent[1];
    assert_int_equal(dn_idx_write(path, &idx, &error), DN_ERR_SHAPE);
    assert_contains(error.problem, "extent 0 is 4294967296");
#endif
    idx = (dn_idx){.rank = 3, .extent = {UINT32_MAX, UINT32_MAX, UINT32_MAX}, .data = &element, .count = 1};
    assert_int_equal(dn_idx_write(path, &idx, &error), DN_ERR_SHAPE);
    idx = (dn_idx){.rank = 1, .extent = {1}, .data = &element, .count = 1};
    assert_int_equal(dn_idx_write("/no-such-folder/x", &idx, &error), DN_ERR_FILE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_files_are_read),
        cmocka_unit_test(gzip_files_are_read),
        cmocka_unit_test(an_extent_of_zero_is_a_file_without_elements),
        cmocka_unit_test(a_missing_file_and_a_folder_are_errors_of_the_file),
        cmocka_unit_test(every_prefix_is_an_error),
        cmocka_unit_test(one_byte_short_and_one_too_many_are_named),
        cmocka_unit_test(other_element_types_are_named),
        cmocka_unit_test(other_ranks_are_named),
        cmocka_unit_test(extents_that_no_file_could_fill_are_refused_before_anything_is_allocated),
        cmocka_unit_test(what_is_no_idx_is_named),
        cmocka_unit_test(a_header_in_little_endian_order_is_named),
        cmocka_unit_test(labels_of_qmnist_are_named),
        cmocka_unit_test(a_damaged_gzip_file_has_its_offset),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(shapes_that_the_format_cannot_hold_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
