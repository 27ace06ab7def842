#include "support.h"

#include "io/gzip.h"
#include "io/sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Made with zlib: a stored, a fixed and a dynamic block; and a header with every field that there is. */
static const uint8_t stored[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03,
                                 0x01, 0x05, 0x00, 0xfa, 0xff, 0x68, 0x65, 0x6c, 0x6c, 0x6f,
                                 0x86, 0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00};
static const uint8_t fixed[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03,
                                0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x27, 0x01,
                                0xe3, 0x51, 0x3d, 0x8d, 0x17, 0x00, 0x00, 0x00};
static const uint8_t dynamic[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xc5, 0xce, 0x4d, 0x12, 0x82, 0x30,
    0x0c, 0x86, 0xe1, 0xab, 0x7c, 0x07, 0x60, 0xb8, 0x80, 0xa7, 0xa1, 0x92, 0xd2, 0x6a, 0x69, 0xfa,
    0x5f, 0xe0, 0xf4, 0x06, 0x75, 0xa3, 0xe3, 0xde, 0x65, 0x27, 0x4f, 0xde, 0xb4, 0x18, 0x42, 0xac,
    0xf6, 0x7a, 0x87, 0x4a, 0xdc, 0x3d, 0x34, 0x6f, 0xb8, 0xd5, 0x35, 0x64, 0x70, 0xa3, 0x84, 0x22,
    0x63, 0x37, 0x1d, 0x3b, 0x66, 0x5e, 0xc6, 0xe7, 0xeb, 0x1b, 0x67, 0x47, 0x14, 0xf2, 0xe5, 0x43,
    0xbe, 0x0a, 0x23, 0xc2, 0x24, 0x74, 0xdd, 0xa1, 0xc4, 0x75, 0x5b, 0x0c, 0xb4, 0x6d, 0x24, 0xe0,
    0x20, 0x0f, 0x67, 0x63, 0xe5, 0x24, 0x72, 0xc9, 0xc3, 0x3b, 0x2a, 0xb9, 0xdf, 0x37, 0xfe, 0xfa,
    0xa1, 0x1c, 0x8c, 0xf5, 0x1b, 0x58, 0x43, 0xb9, 0x73, 0x3d, 0xd6, 0x29, 0x95, 0x63, 0x10, 0x38,
    0x2f, 0x74, 0xc6, 0x1a, 0xf7, 0x07, 0x66, 0x97, 0x35, 0xa8, 0x46, 0x01, 0x00, 0x00};
static const uint8_t all_fields[] = {0x1f, 0x8b, 0x08, 0x1f, 0x80, 0x43, 0x6d, 0x38, 0x02, 0x03, 0x06,
                                     0x00, 0x64, 0x6e, 0x02, 0x00, 0x78, 0x79, 0x6e, 0x61, 0x6d, 0x65,
                                     0x2e, 0x74, 0x78, 0x74, 0x00, 0x61, 0x20, 0x63, 0x6f, 0x6d, 0x6d,
                                     0x65, 0x6e, 0x74, 0x00, 0x46, 0xb2, 0xcb, 0x48, 0xcd, 0xc9, 0xc9,
                                     0x07, 0x00, 0x86, 0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00};
static const char dynamic_text[] =
    "the quick brown fox jumps over the lazy dog. the quick brown fox sleeps; the lazy dog jumps. pack my "
    "box with five dozen liquor jugs, quick fox. the quick brown fox jumps over the lazy dog. the quick "
    "brown fox sleeps; the lazy dog jumps. pack my box with five dozen liquor jugs, quick fox. sphinx of "
    "black quartz, judge my vow";

#define TRAILER_SIZE 8
#define ROOM 1024

/** Unpack a copy in a block of exactly its size, so that a sanitizer sees a read behind its end. */
static dn_status unpack(const uint8_t *data, size_t size, char *out, size_t capacity, size_t *written,
                        dn_error *error)
{
    uint8_t *copy = malloc(size != 0 ? size : 1);
    uint8_t *room = malloc(capacity != 0 ? capacity : 1);
    assert_non_null(copy);
    assert_non_null(room);
    if (size != 0)
        memcpy(copy, data, size);
    const dn_status status = dn_gzip_unpack(copy, size, room, capacity, written, error);
    memcpy(out, room, *written);
    free(copy);
    free(room);
    return status;
}

static void assert_unpacks(const uint8_t *data, size_t size, const char *expected)
{
    dn_error error;
    char out[ROOM];
    size_t written;
    assert_ok(unpack(data, size, out, strlen(expected), &written, &error));
    assert_int_equal(written, strlen(expected));
    assert_memory_equal(out, expected, written);
    assert_ok(unpack(data, size, out, ROOM, &written, &error));
    assert_int_equal(written, strlen(expected));
}

static void assert_refused(const uint8_t *data, size_t size, const char *problem)
{
    dn_error error;
    char out[ROOM];
    size_t written;
    assert_int_equal(unpack(data, size, out, ROOM, &written, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, problem);
}

static void gzip_is_recognised_by_two_bytes(void **state)
{
    (void)state;
    assert_true(dn_gzip_recognise(stored, 2));
    assert_false(dn_gzip_recognise(stored, 1));
    assert_false(dn_gzip_recognise((const uint8_t *)"\x1f\x8c", 2));
    assert_false(dn_gzip_recognise(NULL, 0));
}

static void blocks_of_each_type_unpack(void **state)
{
    (void)state;
    assert_unpacks(stored, sizeof stored, "hello");
    assert_unpacks(fixed, sizeof fixed, "hello hello hello hello");
    assert_unpacks(dynamic, sizeof dynamic, dynamic_text);
}

static void every_header_field_is_passed_over(void **state)
{
    (void)state;
    assert_unpacks(all_fields, sizeof all_fields, "hello");
}

static void an_extra_field_that_is_cut_is_refused(void **state)
{
    (void)state;
    static const uint8_t cut[] = {0x1f, 0x8b, 8, 0x04, 0, 0, 0, 0, 0, 3, 1, 0, 'x'};
    assert_refused(cut, 11, "byte 11: the gzip data ends inside its extra field");
    assert_refused(cut, 12, "byte 12: the gzip data ends inside its extra field");
    assert_refused(cut, 13, "byte 13: the compressed data ends"); /* the field is whole */
}

static void members_are_joined(void **state)
{
    (void)state;
    uint8_t both[sizeof stored + sizeof fixed + sizeof all_fields];
    memcpy(both, stored, sizeof stored);
    memcpy(both + sizeof stored, fixed, sizeof fixed);
    memcpy(both + sizeof stored + sizeof fixed, all_fields, sizeof all_fields);
    assert_unpacks(both, sizeof both, "hellohello hello hello hellohello");
}

static void a_copy_may_not_reach_into_the_member_before(void **state)
{
    (void)state;
    /* A fixed block: a length of 3 from 1 byte back. */
    static const uint8_t reaching[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3,
                                       0x03, 0x02, 0, 0, 0, 0, 0, 0, 0, 0};
    uint8_t both[sizeof stored + sizeof reaching];
    memcpy(both, stored, sizeof stored);
    memcpy(both + sizeof stored, reaching, sizeof reaching);
    assert_refused(both, sizeof both, "a copy from 1 bytes back, where only 0 are there");
}

/** As gzip -t has it: any number of zeros may follow the last member, and nothing may follow them. */
static void zeros_behind_the_last_member_are_padding(void **state)
{
    (void)state;
    enum { PADDING = 512 };
    char problem[64];
    uint8_t padded[sizeof stored + PADDING + sizeof fixed] = {0};
    memcpy(padded, stored, sizeof stored);
    for (size_t zeros = 0; zeros <= PADDING; zeros++)
        assert_unpacks(padded, sizeof stored + zeros, "hello");
    for (size_t place = 0; place < PADDING; place++) {
        padded[sizeof stored + place] = 1;
        snprintf(problem, sizeof problem, "byte %zu: %d bytes after the end", sizeof stored, PADDING);
        assert_refused(padded, sizeof stored + PADDING, problem);
        padded[sizeof stored + place] = 0;
    }
    memcpy(padded + sizeof stored + PADDING, fixed, sizeof fixed); /* a member behind padding is no member */
    assert_refused(padded, sizeof padded, "bytes after the end");
}

static void bytes_after_the_end_are_named_with_their_offset(void **state)
{
    (void)state;
    char problem[64];
    uint8_t longer[sizeof fixed + 3] = {0};
    memcpy(longer, fixed, sizeof fixed);
    longer[sizeof fixed + 2] = 1;
    snprintf(problem, sizeof problem, "byte %zu: 3 bytes after the end", sizeof fixed);
    assert_refused(longer, sizeof longer, problem);
    longer[sizeof fixed] = 0x1f; /* half of what another member begins with */
    snprintf(problem, sizeof problem, "byte %zu: 1 bytes after the end", sizeof fixed);
    assert_refused(longer, sizeof fixed + 1, problem);
}

static void a_bad_header_is_named(void **state)
{
    (void)state;
    uint8_t bad[sizeof all_fields];
    const struct {
        size_t offset;
        uint8_t value;
        const char *problem;
    } cases[] = {
        {0, 'P', "byte 0: 0x508b found"},
        {2, 7, "byte 2: compression method 7"},
        {3, 0x3f, "byte 3: flags 0x3f, of which 0xe0 are reserved"},
        {5, 0xff, "header CRC"},
        {10, 0xff, "inside"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memcpy(bad, all_fields, sizeof bad);
        bad[cases[i].offset] = cases[i].value;
        assert_refused(bad, sizeof bad, cases[i].problem);
    }
    assert_refused(stored, 0, "ends inside its header");
    assert_refused(stored, 9, "ends inside its header");
    assert_refused(stored, 10, "byte 10: the compressed data ends too early");
}

static void a_wrong_sum_and_a_wrong_length_are_named(void **state)
{
    (void)state;
    char problem[64];
    uint8_t bad[sizeof fixed];
    memcpy(bad, fixed, sizeof bad);
    bad[sizeof bad - TRAILER_SIZE] ^= 1;
    snprintf(problem, sizeof problem, "byte %zu: CRC 0x", sizeof bad - TRAILER_SIZE);
    assert_refused(bad, sizeof bad, problem);
    memcpy(bad, fixed, sizeof bad);
    bad[sizeof bad - 4] ^= 1;
    snprintf(problem, sizeof problem, "byte %zu: a length of 22 bytes found, 23 were", sizeof bad - 4);
    assert_refused(bad, sizeof bad, problem);
}

static void contents_that_do_not_fit_are_an_error(void **state)
{
    (void)state;
    const struct {
        const uint8_t *data;
        size_t size, length;
    } cases[] = {
        {stored, sizeof stored, 5},
        {fixed, sizeof fixed, 23},
        {dynamic, sizeof dynamic, sizeof dynamic_text - 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t capacity = 0; capacity < cases[i].length; capacity++) {
            dn_error error;
            char out[ROOM];
            size_t written;
            char problem[64];
            assert_int_equal(unpack(cases[i].data, cases[i].size, out, capacity, &written, &error),
                             DN_ERR_FORMAT);
            snprintf(problem, sizeof problem, "more than the %zu bytes", capacity);
            assert_contains(error.problem, problem);
        }
}

static void every_prefix_is_an_error(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof dynamic; size++)
        assert_refused(dynamic, size, "byte ");
    for (size_t size = 0; size < sizeof all_fields; size++)
        assert_refused(all_fields, size, "byte ");
    for (size_t size = 0; size < sizeof stored; size++)
        assert_refused(stored, size, "ends");
}

/* Most bytes change the contents; those of time, name and the like do not. */
static void no_changed_byte_changes_the_contents_unnoticed(void **state)
{
    (void)state;
    const struct {
        const uint8_t *data;
        size_t size;
        const char *text;
    } files[] = {
        {dynamic, sizeof dynamic, dynamic_text},
        {fixed, sizeof fixed, "hello hello hello hello"},
        {all_fields, sizeof all_fields, "hello"},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        for (size_t place = 0; place < files[i].size; place++)
            for (unsigned change = 1; change < 256; change++) {
                dn_error error;
                uint8_t copy[ROOM];
                char out[ROOM];
                size_t written;
                memcpy(copy, files[i].data, files[i].size);
                copy[place] ^= (uint8_t)change;
                if (unpack(copy, files[i].size, out, ROOM, &written, &error) != DN_OK)
                    continue;
                assert_int_equal(written, strlen(files[i].text));
                assert_memory_equal(out, files[i].text, written);
            }
}

static void a_peek_gives_the_first_bytes(void **state)
{
    (void)state;
    dn_error error;
    uint8_t out[ROOM];
    size_t written;
    for (size_t capacity = 0; capacity < sizeof dynamic_text - 1; capacity++) {
        assert_ok(dn_gzip_peek(dynamic, sizeof dynamic, out, capacity, &written, &error));
        assert_int_equal(written, capacity);
        assert_memory_equal(out, dynamic_text, capacity);
    }
    assert_ok(dn_gzip_peek(stored, sizeof stored, out, ROOM, &written, &error));
    assert_int_equal(written, 5);
}

/** Two members, one behind the other. */
static void put_both(uint8_t both[sizeof stored + sizeof fixed])
{
    memcpy(both, stored, sizeof stored);
    memcpy(both + sizeof stored, fixed, sizeof fixed);
}

static void a_peek_goes_on_into_the_next_member(void **state)
{
    (void)state;
    dn_error error;
    uint8_t both[sizeof stored + sizeof fixed];
    uint8_t out[8];
    size_t written;
    put_both(both);
    assert_ok(dn_gzip_peek(both, sizeof both, out, sizeof out, &written, &error));
    assert_int_equal(written, 8);
    assert_memory_equal(out, "hellohel", 8);
    assert_ok(dn_gzip_peek(both, sizeof both, out, 5, &written, &error));
    assert_int_equal(written, 5); /* the first member's contents are enough */
}

static void a_peek_that_is_full_looks_no_further(void **state)
{
    (void)state;
    dn_error error;
    uint8_t both[sizeof stored + sizeof fixed];
    uint8_t out[6];
    size_t written;
    put_both(both);
    both[sizeof stored + 2] = 7; /* no such method of compression */
    assert_ok(dn_gzip_peek(both, sizeof both, out, 5, &written, &error));
    assert_int_equal(written, 5);
    assert_int_equal(dn_gzip_peek(both, sizeof both, out, 6, &written, &error), DN_ERR_FORMAT);
}

static void a_peek_needs_no_trailer(void **state)
{
    (void)state;
    for (size_t size = sizeof stored - TRAILER_SIZE; size <= sizeof stored; size++) {
        dn_error error;
        uint8_t out[ROOM];
        size_t written;
        uint8_t *cut = malloc(size);
        assert_non_null(cut);
        memcpy(cut, stored, size);
        assert_ok(dn_gzip_peek(cut, size, out, ROOM, &written, &error));
        assert_int_equal(written, 5);
        free(cut);
    }
}

static void a_peek_does_not_need_the_rest(void **state)
{
    (void)state;
    dn_error error;
    uint8_t out[4];
    size_t written;
    assert_ok(dn_gzip_peek(dynamic, sizeof dynamic - TRAILER_SIZE - 20, out, sizeof out, &written, &error));
    assert_int_equal(written, 4);
    assert_int_equal(dn_gzip_peek(dynamic, 12, out, sizeof out, &written, &error), DN_ERR_FORMAT);
}

/** Pack with the gzip command, where there is one. */
static void pack_or_skip(const char *path, int level)
{
    char command[4096];
    snprintf(command, sizeof command, "gzip -nkf -%d '%s'", level, path);
    if (system("gzip --version >/dev/null 2>&1") != 0) {
        print_message("SKIPPED: there is no gzip command\n");
        skip();
    }
    assert_int_equal(system(command), 0);
}

/** Runs that repeat what stands 1 to 40 bytes before, far copies, and noise: each way of copying is met. */
static void fill_mixed(uint8_t *data, size_t size, unsigned noise)
{
    uint32_t random = 12345;
    size_t place = 0;
    while (place < size) {
        random = random * 1664525U + 1013904223U;
        const size_t length = 1 + (random >> 8) % 300;
        const size_t distance = (random >> 20) % 8 == 0 ? 1 + (random >> 9) % 30000 : 1 + (random >> 10) % 40;
        for (size_t i = 0; i < length && place < size; i++, place++) {
            random = random * 1664525U + 1013904223U;
            const int fresh = place < distance || (random >> 24) < noise;
            data[place] = fresh ? (uint8_t)(random >> 16) : data[place - distance];
        }
    }
}

static void what_the_gzip_command_packs_unpacks_to_the_same(void **state)
{
    (void)state;
    enum { SIZE = 300000 };
    static const unsigned noises[] = {0, 3, 40, 256};
    static const int levels[] = {1, 6, 9};
    uint8_t *data = malloc(SIZE);
    uint8_t *out = malloc(SIZE);
    assert_non_null(data);
    assert_non_null(out);
    for (size_t i = 0; i < 12; i++) {
        dn_error error;
        size_t packed_size;
        size_t written;
        fill_mixed(data, SIZE, noises[i / 3]);
        write_bytes(temporary_path("mixed"), data, SIZE);
        pack_or_skip(temporary_path("mixed"), levels[i % 3]);
        uint8_t *packed = read_bytes(temporary_path("mixed.gz"), &packed_size);
        assert_ok(dn_gzip_unpack(packed, packed_size, out, SIZE, &written, &error));
        assert_int_equal(written, SIZE);
        assert_memory_equal(out, data, SIZE);
        free(packed);
    }
    free(data);
    free(out);
}

static void mnist_unpacks_to_its_published_sums(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t size;
        const char *sum;
    } files[] = {
        {"train-images-idx3-ubyte.gz", 47040016,
         "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
        {"train-labels-idx1-ubyte.gz", 60008,
         "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
        {"t10k-images-idx3-ubyte.gz", 7840016,
         "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
        {"t10k-labels-idx1-ubyte.gz", 10008,
         "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
    };
    const char *folder = mnist_folder_or_skip();
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        dn_error error;
        char path[2048];
        char text[DN_SHA256_TEXT_SIZE];
        uint8_t digest[DN_SHA256_SIZE];
        size_t packed_size;
        size_t written;
        dn_sha256 hash;
        snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
        uint8_t *packed = read_bytes(path, &packed_size);
        uint8_t *out = malloc(files[i].size);
        assert_non_null(out);
        assert_ok(dn_gzip_unpack(packed, packed_size, out, files[i].size, &written, &error));
        assert_int_equal(written, files[i].size);
        dn_sha256_init(&hash);
        dn_sha256_update(&hash, out, written);
        dn_sha256_final(&hash, digest);
        assert_string_equal(dn_sha256_text(digest, text), files[i].sum);
        free(packed);
        free(out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gzip_is_recognised_by_two_bytes),
        cmocka_unit_test(blocks_of_each_type_unpack),
        cmocka_unit_test(every_header_field_is_passed_over),
        cmocka_unit_test(an_extra_field_that_is_cut_is_refused),
        cmocka_unit_test(members_are_joined),
        cmocka_unit_test(a_copy_may_not_reach_into_the_member_before),
        cmocka_unit_test(zeros_behind_the_last_member_are_padding),
        cmocka_unit_test(bytes_after_the_end_are_named_with_their_offset),
        cmocka_unit_test(a_bad_header_is_named),
        cmocka_unit_test(a_wrong_sum_and_a_wrong_length_are_named),
        cmocka_unit_test(contents_that_do_not_fit_are_an_error),
        cmocka_unit_test(every_prefix_is_an_error),
        cmocka_unit_test(no_changed_byte_changes_the_contents_unnoticed),
        cmocka_unit_test(a_peek_gives_the_first_bytes),
        cmocka_unit_test(a_peek_goes_on_into_the_next_member),
        cmocka_unit_test(a_peek_that_is_full_looks_no_further),
        cmocka_unit_test(a_peek_needs_no_trailer),
        cmocka_unit_test(a_peek_does_not_need_the_rest),
        cmocka_unit_test(what_the_gzip_command_packs_unpacks_to_the_same),
        cmocka_unit_test(mnist_unpacks_to_its_published_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
