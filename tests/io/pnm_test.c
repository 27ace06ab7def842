#include "support.h"

#include "io/file.h"
#include "tensor/broadcast.h"

#include "digitnet/io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static dn_error error;

/** Samples are rounded to 1 / DN_PICTURE_WHITE. */
#define ROUNDED 1e-5F

/** The picture's samples as a tensor [C, H, W], 0 to 1. The test frees it. */
static dn_tensor tensor_of(const dn_picture *picture)
{
    dn_tensor tensor;
    const size_t pixels = picture->height * picture->width;
    assert_ok(dn_tensor_zeros(&tensor, DN_SHAPE(picture->channels, picture->height, picture->width), &error));
    for (size_t i = 0; i < pixels * picture->channels; i++)
        tensor.data[i % picture->channels * pixels + i / picture->channels] =
            (float)picture->samples[i] / (float)DN_PICTURE_WHITE;
    return tensor;
}

static dn_status read_tensor(const char *path, dn_tensor *tensor)
{
    dn_picture picture;
    *tensor = (dn_tensor){0};
    const dn_status status = dn_picture_read(path, &picture, &error);
    if (status != DN_OK)
        return status;
    assert_string_equal(picture.format, "PNM");
    *tensor = tensor_of(&picture);
    dn_picture_free(&picture);
    return DN_OK;
}

static dn_status read_bytes_as_picture(const void *bytes, size_t size, dn_tensor *picture)
{
    const char *path = temporary_path("picture.pnm");
    write_bytes(path, bytes, size);
    return read_tensor(path, picture);
}

/** A picture from a literal, which may hold zero bytes. */
#define READ(literal, picture) read_bytes_as_picture((literal), sizeof(literal) - 1, (picture))

/** Reading the literal gives a picture of this shape and these values, each within the tolerance. */
#define assert_reads(literal, shape, tolerance, ...)                                                         \
    do {                                                                                                     \
        dn_tensor read;                                                                                      \
        assert_ok(READ(literal, &read));                                                                     \
        assert_tensor(&read, shape, tolerance, __VA_ARGS__);                                                 \
        dn_tensor_free(&read);                                                                               \
    } while (0)

/** Reading the literal fails with DN_ERR_FORMAT, and the problem contains the text. */
#define assert_refused(literal, text)                                                                        \
    do {                                                                                                     \
        dn_tensor refused;                                                                                   \
        assert_int_equal(READ(literal, &refused), DN_ERR_FORMAT);                                            \
        assert_contains(error.problem, text);                                                                \
        assert_true(error.remedy[0] != '\0');                                                                \
        assert_contains(error.subject, "picture.pnm");                                                       \
        assert_null(refused.data);                                                                           \
    } while (0)

static void plain_bitmaps_need_no_space_and_one_is_black(void **state)
{
    (void)state;
    assert_reads("P1\n3 2\n101\n0 1 # middle\n0\n", DN_SHAPE(1, 2, 3), 0, 0, 1, 0, 1, 0, 1);
}

static void plain_grey_is_sample_by_maxval(void **state)
{
    (void)state;
    assert_reads("P2 # grey\n# a comment line\n2# width\n2 4\n0 1 #one\n2\t4", DN_SHAPE(1, 2, 2), ROUNDED, 0,
                 0.25F, 0.5F, 1);
}

static void plain_colour_becomes_three_channels(void **state)
{
    (void)state;
    assert_reads("P3 2 1 10 10 0 5 0 10 0", DN_SHAPE(3, 1, 2), ROUNDED, 1, 0, 0, 1, 0.5F, 0);
}

static void raw_bitmaps_are_packed_from_the_highest_bit_and_padded(void **state)
{
    (void)state;
    assert_reads("P4 9 2\n\x80\x80\x01\x7f", DN_SHAPE(1, 2, 9), 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1,
                 1, 1, 0, 1);
}

static void raw_grey_may_begin_with_any_byte(void **state)
{
    (void)state;
    assert_reads("P5\n3 1\n255\n#\n\xff", DN_SHAPE(1, 1, 3), 0, 35.0F / 255.0F, 10.0F / 255.0F, 1);
}

static void a_comment_after_maxval_ends_the_header(void **state)
{
    (void)state;
    assert_reads("P5 1 1 255# made by hand\n\xff", DN_SHAPE(1, 1, 1), 0, 1);
}

static void samples_of_two_bytes_are_big_endian(void **state)
{
    (void)state;
    assert_reads("P5 2 1 65535\n\x80\x00\xff\xff", DN_SHAPE(1, 1, 2), 0, 32768.0F / 65535.0F, 1);
    assert_reads("P5 1 1 256\n\x01\x00", DN_SHAPE(1, 1, 1), 0, 1);
}

static void raw_colour_has_the_channels_of_a_pixel_side_by_side(void **state)
{
    (void)state;
    assert_reads("P6 2 1 2\n\x00\x01\x02\x02\x01\x00", DN_SHAPE(3, 1, 2), ROUNDED, 0, 1, 0.5F, 0.5F, 1, 0);
}

static void white_space_may_follow_samples_and_comments_plain_ones(void **state)
{
    (void)state;
    dn_tensor picture;
    assert_ok(READ("P5 1 1 255\n\x00\n", &picture));
    dn_tensor_free(&picture);
    assert_ok(READ("P5 1 1 255\n\x00 \t\r\n\v\f\n", &picture));
    dn_tensor_free(&picture);
    assert_ok(READ("P4 1 1\n\x80\r\n", &picture));
    dn_tensor_free(&picture);
    assert_ok(READ("P2 1 1 255 7 \n# end\n\n", &picture));
    dn_tensor_free(&picture);
    assert_refused("P5 1 1 255\n\x00\n\n.", "byte 14: 1 bytes after the end");
    assert_refused("P5 1 1 255\n\x00\n# end", "byte 13: 5 bytes after the end");
    assert_refused("P5 1 1 255\n\x00\x00", "byte 12: 1 bytes after the end");
    assert_refused("P4 1 1\n\x00\x00", "after the end");
    assert_refused("P2 1 1 255 7 8", "byte 13: 1 bytes after the end");
}

static void headers_that_make_no_sense_are_refused_with_the_offset(void **state)
{
    (void)state;
    assert_refused("P5", "byte 2: width expected, the end found");
    assert_refused("P5 0 1 255\n", "byte 3: width 0");
    assert_refused("P5 1 0 255\n", "byte 5: height 0");
    assert_refused("P5 65537 1 255\n", "byte 3: width above 65536");
    assert_refused("P5 99999999999999999999999999 1 255\n", "byte 3: width above 65536");
    assert_refused("P5 -1 1 255\n", "byte 3: width expected, '-' found");
    assert_refused("P5 ~", "byte 3: width expected, '~' found");
    assert_refused("P5 \x7f", "byte 3: width expected, byte 0x7f found");
    assert_refused("P5 12abc 1 255\n", "byte 5: white space after a number expected, 'a' found");
    assert_refused("P5 1 1 0\n", "byte 7: maxval 0");
    assert_refused("P5 1 1 70000\n", "byte 7: maxval above 65535");
    assert_refused("P5 1 1 255", "byte 10: white space and then the samples expected");
    assert_refused("P5 1 1 255# no end", "the end found");
}

static void samples_above_maxval_are_refused_with_the_offset(void **state)
{
    (void)state;
    assert_refused("P5 2 1 100\n\x64\x65", "byte 12: sample 101 above maxval 100");
    assert_refused("P5 1 1 1000\n\x03\xe9", "byte 12: sample 1001 above maxval 1000");
    assert_refused("P2 2 1 100 100 101", "byte 15: sample 101 above maxval 100");
    assert_refused("P6 1 1 7\n\x01\x02\x08", "byte 11: sample 8 above maxval 7");
    assert_refused("P1 2 1 12", "byte 8: 0 or 1 expected, '2' found");
    assert_refused("P2 1 1 100 1x", "byte 12");
}

static void files_cut_short_anywhere_are_refused(void **state)
{
    (void)state;
    static const char whole[] = "P6\n2 2\n255\n123456789abc";
    for (size_t size = 0; size < sizeof whole - 1; size++) {
        dn_tensor picture;
        assert_int_equal(read_bytes_as_picture(whole, size, &picture), DN_ERR_FORMAT);
        assert_null(picture.data);
    }
    assert_refused("P5 2 2 255\n123", "2 x 2 pixels take 4 bytes, 3 follow the header");
    assert_refused("P4 9 2\n123", "take 4 bytes, 3 follow");
    assert_refused("P2 2 2 9 1 2 3", "at least 7 bytes, 6 follow");
    assert_refused("P2 2 2 9 1 2 3    ", "sample expected, the end found");
    assert_refused("P1 2 2 1 1 1", "0 or 1 expected, the end found");
}

static void huge_extents_are_refused_before_anything_is_allocated(void **state)
{
    (void)state;
    assert_refused("P5 65536 65536 255\n1", "65536 x 65536 pixels are more than");
    assert_refused("P6 16384 16384 255\n1", "16384 x 16384 pixels are more than");
    assert_refused("P5 16384 16384 255\n1", "take 268435456 bytes, 1 follow");
    assert_refused("P4 16384 16384\n1", "take 33554432 bytes, 1 follow");
}

/** Reading the literal gives a picture of two grey pixels. */
#define assert_reads_two(literal, left, right) assert_reads(literal, DN_SHAPE(1, 1, 2), ROUNDED, left, right)

static void lines_may_end_with_cr_lf(void **state)
{
    (void)state;
    assert_reads_two("P5\r\n2 1\r\n4\r\n\1\2", 0.25F, 0.5F);
    assert_reads_two("P5\r\n# by hand\r\n2 1\r\n4\r\n\1\2\r\n", 0.25F, 0.5F);
    assert_reads_two("P5 2 1 4\r\n\1\2", 0.25F, 0.5F);
    assert_reads_two("P4\r\n2 1\r\n\x80", 0, 1);
    assert_reads_two("P2\r\n2 1\r\n4\r\n1 2\r\n", 0.25F, 0.5F);
    /* The last sample may look like white space, and the first like a line end. */
    assert_reads_two("P5\r\n2 1\r\n80\r\n\50\40", 0.5F, 0.4F);
    assert_reads_two("P5\r\n2 1\r\n20\r\n\12\5", 0.5F, 0.25F);
    assert_reads_two("P5\n2 1\n20\r\12\5", 0.5F, 0.25F);
    assert_reads_two("P5\r2 1\r20\r\12\5", 0.5F, 0.25F);
    assert_refused("P5\r\n2 1\r\n4\r\n\1", "2 x 1 pixels take 2 bytes, 1 follow the header");
}

static void a_comment_between_maxval_and_samples_is_none_of_them(void **state)
{
    (void)state;
    assert_reads_two("P5 2 1 4# by hand\n\1\2", 0.25F, 0.5F);
    assert_reads_two("P5 2 1 4# by hand\r\1\2", 0.25F, 0.5F);
    assert_reads_two("P5\r\n2 1\r\n4# by hand\r\n\1\2", 0.25F, 0.5F);
    assert_reads_two("P5 2 1 4 # by hand\n\1\2", 0.25F, 0.5F);
    assert_reads_two("P5 2 1\n4\n# by\n# hand\n\1\2\n", 0.25F, 0.5F);
    assert_reads_two("P5 2 1 4# the newline belongs to the comment\n\n\1\2", 0.25F, 0.5F);
    assert_reads_two("P4 2 1\n# by hand\n\x80", 0, 1);
    /* What looks like a comment is one only where the picture ends so. */
    assert_reads_two("P5 2 1 70\n#\16", 0.5F, 0.2F);
    assert_reads_two("P5 2 1 70\n#\n", 0.5F, 10.0F / 70.0F);
    assert_reads_two("P5 2 1 70\n#\n\n", 0.5F, 10.0F / 70.0F);
    assert_refused("P5 2 1 4\n# by hand\n\1", "byte 9: sample 35 above maxval 4");
    assert_refused("P5 2 1 255\n# by hand\n\1", "byte 13: 9 bytes after the end");
}

/** Reading all pictures of a file. */
static void assert_stream(const char *bytes, size_t size, const float *shades, size_t count)
{
    dn_picture picture;
    const char *path = temporary_path("stream.pnm");
    dn_bytes file;
    size_t at = 0;
    write_bytes(path, bytes, size);
    assert_ok(dn_file_read(path, size, &file, &error));
    for (size_t i = 0; i < count; i++) {
        assert_true(at < file.size);
        assert_ok(dn_picture_next(&file, &at, &picture, &error));
        assert_int_equal(picture.height * picture.width * picture.channels, 1);
        assert_int_equal(picture.samples[0], (uint16_t)(shades[i] * DN_PICTURE_WHITE + 0.5F));
        dn_picture_free(&picture);
    }
    assert_int_equal(at, file.size);
    dn_bytes_free(&file);
    if (count > 1) {
        assert_int_equal(dn_picture_read(path, &picture, &error), DN_ERR_FORMAT);
        assert_contains(error.problem, "a second picture begins");
    }
}

#define STREAM(literal, ...)                                                                                 \
    assert_stream((literal), sizeof(literal) - 1, (const float[]){__VA_ARGS__},                              \
                  sizeof((const float[]){__VA_ARGS__}) / sizeof(float))

static void pictures_follow_each_other(void **state)
{
    (void)state;
    STREAM("P5 1 1 4\n\1", 0.25F);
    STREAM("P5 1 1 4\n\1P5 1 1 4\n\2P5 1 1 4\n\3", 0.25F, 0.5F, 0.75F);
    STREAM("P5 1 1 4\n\1 \n\r\n\tP5 1 1 4\n\2\n\n", 0.25F, 0.5F);
    STREAM("P2 1 1 4 1\n# next\nP2 1 1 4 2", 0.25F, 0.5F);
    STREAM("P1 1 1 1P1 1 1 0\n", 0, 1);
    STREAM("P4 1 1\n\x80\nP4#c\n1 1\n\x00", 0, 1);
    STREAM("P5\r\n1 1\r\n4\r\n\1\r\nP51 1 4\n\2", 0.25F, 0.5F);
    STREAM("P5 1 1 4\n# one\n\1P5 1 1 4 # two\n\2", 0.25F, 0.5F);
    STREAM("P5 1 1 4\n\1P4 1 1\n\x80P2 1 1 4 2", 0.25F, 0, 0.5F);
    STREAM("P5 1 1 80\nPP5 1 1 4\n\1", 1, 0.25F);
}

static void a_bad_picture_after_a_good_one_is_refused_where_it_is(void **state)
{
    (void)state;
    static const char bytes[] = "P5 1 1 4\n\1\nP5 1 1 4\n\7";
    uint8_t copy[sizeof bytes];
    const dn_bytes file = {memcpy(copy, bytes, sizeof bytes), sizeof bytes - 1};
    dn_picture picture;
    size_t at = 0;
    assert_ok(dn_picture_next(&file, &at, &picture, &error));
    dn_picture_free(&picture);
    assert_int_equal(at, 11);
    assert_int_equal(dn_picture_next(&file, &at, &picture, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "byte 20: sample 7 above maxval 4");
    assert_int_equal(at, 11);
    assert_null(picture.samples);
}

static void grey_is_written_row_by_row_rounded_and_clamped(void **state)
{
    (void)state;
    const char *path = temporary_path("out.pgm");
    const dn_tensor columns = dn_tensor_borrow((float[]){0, 1, 0.5F, -1, 2, 100.4F / 255.0F}, DN_SHAPE(2, 3));
    dn_tensor grey;
    assert_ok(dn_tensor_transpose(&columns, 0, 1, &grey, &error));
    assert_ok(dn_pnm_write_grey(path, &grey, &error));
    size_t size;
    uint8_t *bytes = read_bytes(path, &size);
    static const char expected[] = "P5\n2 3\n255\n\x00\x00\xff\xff\x80\x64";
    assert_int_equal(size, sizeof expected - 1);
    assert_memory_equal(bytes, expected, size);
    free(bytes);
}

static void every_byte_survives_writing_and_reading(void **state)
{
    (void)state;
    float levels[256];
    for (int i = 0; i < 256; i++)
        levels[i] = (float)i / 255.0F;
    const dn_tensor grey = dn_tensor_borrow(levels, DN_SHAPE(16, 16));
    const char *path = temporary_path("levels.pgm");
    dn_tensor picture;
    assert_ok(dn_pnm_write_grey(path, &grey, &error));
    assert_ok(read_tensor(path, &picture));
    assert_memory_equal(picture.data, levels, sizeof levels);
    dn_tensor_free(&picture);
}

static void what_could_not_be_read_is_not_written(void **state)
{
    (void)state;
    const dn_tensor empty = dn_tensor_borrow((float[1]){0}, DN_SHAPE(0, 1));
    const dn_tensor flat = dn_tensor_borrow((float[1]){0}, DN_SHAPE(1));
    const dn_tensor pixel = dn_tensor_borrow((float[1]){0}, DN_SHAPE(1, 1));
    const dn_tensor broad = dn_tensor_borrow((float[1]){0}, DN_SHAPE(1, DN_PICTURE_MAX_EXTENT + 1));
    const dn_tensor large =
        dn_tensor_borrow((float[1]){0}, DN_SHAPE(DN_PICTURE_MAX_EXTENT, DN_PICTURE_MAX_EXTENT));
    assert_int_equal(dn_pnm_write_grey(temporary_path("x.pgm"), &empty, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_pnm_write_grey(temporary_path("x.pgm"), &flat, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_pnm_write_grey(temporary_path("x.pgm"), &broad, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_pnm_write_grey(temporary_path("x.pgm"), &large, &error), DN_ERR_SHAPE);
    assert_int_equal(dn_pnm_write_grey(temporary_path("none/x.pgm"), &pixel, &error), DN_ERR_FILE);
}

static void pictures_are_written_up_to_the_size_that_is_read(void **state)
{
    (void)state;
    float number = 1;
    const dn_tensor pixel = dn_tensor_borrow(&number, DN_SCALAR);
    const char *path = temporary_path("large.pgm");
    dn_tensor grey;
    assert_ok(dn_tensor_expand(&pixel, DN_SHAPE(1, DN_PICTURE_MAX_EXTENT), &grey, &error));
    assert_ok(dn_pnm_write_grey(path, &grey, &error));
    assert_ok(dn_tensor_expand(&pixel, DN_SHAPE(DN_PICTURE_MAX_EXTENT, 1), &grey, &error));
    assert_ok(dn_pnm_write_grey(path, &grey, &error));
    static const size_t too_large[][2] = {
        {1, DN_PICTURE_MAX_EXTENT + 1}, {DN_PICTURE_MAX_EXTENT + 1, 1}, {4097, DN_PICTURE_MAX_EXTENT}};
    for (size_t i = 0; i < 3; i++) {
        assert_ok(dn_tensor_expand(&pixel, DN_SHAPE(too_large[i][0], too_large[i][1]), &grey, &error));
        assert_int_equal(dn_pnm_write_grey(path, &grey, &error), DN_ERR_SHAPE);
    }
}

static void comments_end_with_their_line(void **state)
{
    (void)state;
    assert_reads("P2#by hand\n1 1 # wide\r7 # bright\n7", DN_SHAPE(1, 1, 1), 0, 1);
    assert_refused("P2 1 # 1 7 7", "byte 12: height expected, the end found");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_bitmaps_need_no_space_and_one_is_black),
        cmocka_unit_test(plain_grey_is_sample_by_maxval),
        cmocka_unit_test(plain_colour_becomes_three_channels),
        cmocka_unit_test(raw_bitmaps_are_packed_from_the_highest_bit_and_padded),
        cmocka_unit_test(raw_grey_may_begin_with_any_byte),
        cmocka_unit_test(a_comment_after_maxval_ends_the_header),
        cmocka_unit_test(comments_end_with_their_line),
        cmocka_unit_test(samples_of_two_bytes_are_big_endian),
        cmocka_unit_test(raw_colour_has_the_channels_of_a_pixel_side_by_side),
        cmocka_unit_test(white_space_may_follow_samples_and_comments_plain_ones),
        cmocka_unit_test(headers_that_make_no_sense_are_refused_with_the_offset),
        cmocka_unit_test(samples_above_maxval_are_refused_with_the_offset),
        cmocka_unit_test(files_cut_short_anywhere_are_refused),
        cmocka_unit_test(huge_extents_are_refused_before_anything_is_allocated),
        cmocka_unit_test(lines_may_end_with_cr_lf),
        cmocka_unit_test(a_comment_between_maxval_and_samples_is_none_of_them),
        cmocka_unit_test(pictures_follow_each_other),
        cmocka_unit_test(a_bad_picture_after_a_good_one_is_refused_where_it_is),
        cmocka_unit_test(grey_is_written_row_by_row_rounded_and_clamped),
        cmocka_unit_test(every_byte_survives_writing_and_reading),
        cmocka_unit_test(what_could_not_be_read_is_not_written),
        cmocka_unit_test(pictures_are_written_up_to_the_size_that_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
