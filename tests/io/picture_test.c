#include "support.h"

#include "io/picture.h"

#include "digitnet/io.h"

#include <string.h>

static dn_error error;

/** Reading the literal fails with DN_ERR_FORMAT, and the problem contains the text. */
#define assert_refused(literal, text) expect_refused((literal), sizeof(literal) - 1, (text))

static void expect_refused(const void *bytes, size_t size, const char *text)
{
    dn_picture picture;
    const char *path = temporary_path("picture");
    write_bytes(path, bytes, size);
    assert_int_equal(dn_picture_read(path, &picture, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, text);
    assert_contains(error.subject, "picture");
    assert_true(error.remedy[0] != '\0');
    assert_null(picture.samples);
}

/** A format's first bytes, its name, and a command that the remedy has beside convert, or "". */
static void other_pictures_are_named_with_the_commands_that_convert_them(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *name, *command;
    } formats[] = {
        {"\xff\xd8\xff\xe0\x00\x10JFIF", 10, "a JPEG picture found", "djpeg PICTURE >PICTURE.pnm"},
        {"\0\0\0\x18"
         "ftypheic",
         12, "a HEIF or AVIF picture found", "heif-convert PICTURE PICTURE.png"},
        {"RIFF....WEBPVP8 ", 16, "a WebP picture found", "dwebp PICTURE -o PICTURE.png"},
        {"GIF89a", 6, "a GIF picture found", ""},
        {"BM....", 6, "a BMP picture found", ""},
        {"II*\0", 4, "a TIFF picture found", ""},
        {"MM\0*", 4, "a TIFF picture found", ""},
        {"II+\0", 4, "a TIFF picture found", ""},
        {"MM\0+", 4, "a TIFF picture found", ""},
        {"%PDF-1.7", 8, "a PDF document found", ""},
        {"hello", 5, "neither a PNG nor a PNM picture", ""},
        {"P7\nWIDTH 1", 10, "neither a PNG nor a PNM picture", ""},
        {"Px 2 2", 6, "neither a PNG nor a PNM picture", ""},
    };
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        expect_refused(formats[i].bytes, formats[i].size, formats[i].name);
        assert_contains(error.remedy, "convert it to PNG: convert PICTURE ");
        assert_contains(error.remedy, formats[i].command);
    }
}

static void what_is_no_picture_is_named_without_a_command(void **state)
{
    (void)state;
    assert_refused("<!doctype html><html>", "an HTML page found");
    assert_string_equal(error.remedy, "give a PNG or PNM picture");
    assert_refused("\x1f\x8b\x08\0\0\0\0\0", "gzip found");
    assert_contains(error.remedy, "gunzip");
    assert_refused("", "the file is empty");
}

static void nothing_is_no_picture(void **state)
{
    (void)state;
    const dn_bytes nothing = {0};
    dn_picture picture;
    size_t at = 0;
    assert_int_equal(dn_picture_next(&nothing, &at, &picture, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "the file is empty");
    dn_picture_free(NULL);
}

static void a_missing_file_is_a_file_error(void **state)
{
    (void)state;
    dn_picture picture;
    assert_int_equal(dn_picture_read(temporary_path("none.pgm"), &picture, &error), DN_ERR_FILE);
    assert_contains(error.subject, "none.pgm");
    assert_null(picture.samples);
}

static void colour_becomes_grey_by_luminance(void **state)
{
    (void)state;
    enum { W = DN_PICTURE_WHITE };
    uint16_t samples[] = {W, 0, 0, 0, W, 0, 0, 0, W, W, W, W};
    const dn_picture picture = {.height = 2, .width = 2, .channels = 3, .samples = samples};
    dn_tensor grey;
    assert_ok(dn_picture_grey(&picture, &grey, &error));
    assert_tensor(&grey, DN_SHAPE(2, 2), 1e-6F, 0.299F, 0.587F, 0.114F, 1);
    dn_tensor_free(&grey);
}

static void grey_stays_grey(void **state)
{
    (void)state;
    uint16_t samples[] = {0, 13107, 65535};
    const dn_picture picture = {.height = 1, .width = 3, .channels = 1, .samples = samples};
    dn_tensor grey;
    assert_ok(dn_picture_grey(&picture, &grey, &error));
    assert_tensor(&grey, DN_SHAPE(1, 3), 0, 0, 0.2F, 1);
    dn_tensor_free(&grey);
}

/** Every part of a grey and of a coloured picture has the samples of its place; a transposed one those of the other way round. */
static void parts_and_transposed_pictures_have_the_samples_of_their_places(void **state)
{
    (void)state;
    uint16_t samples[4 * 5 * 3];
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        samples[i] = (uint16_t)(i * 1000);
    for (size_t channels = 1; channels <= 3; channels += 2) {
        const dn_picture whole = {.height = 4, .width = 5, .channels = channels, .samples = samples};
        dn_picture turned;
        assert_ok(dn_picture_transpose(&whole, &turned, &error));
        assert_true(turned.height == 5 && turned.width == 4 && turned.channels == channels);
        for (size_t i = 0; i < 20 * channels; i++) {
            const size_t y = i / channels / 5;
            const size_t x = i / channels % 5;
            assert_int_equal(turned.samples[(x * 4 + y) * channels + i % channels], samples[i]);
        }
        dn_picture_free(&turned);
        for (size_t corner = 0; corner < 20; corner++) {
            const size_t top = corner / 5;
            const size_t left = corner % 5;
            dn_picture part;
            assert_ok(dn_picture_cut(&whole, top, left, 4 - top, 5 - left, &part, &error));
            for (size_t y = top; y < 4; y++)
                for (size_t x = left; x < 5; x++)
                    assert_memory_equal(part.samples + ((y - top) * part.width + x - left) * channels,
                                        samples + (y * 5 + x) * channels, channels * sizeof *samples);
            dn_picture_free(&part);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_pictures_are_named_with_the_commands_that_convert_them),
        cmocka_unit_test(what_is_no_picture_is_named_without_a_command),
        cmocka_unit_test(nothing_is_no_picture),
        cmocka_unit_test(a_missing_file_is_a_file_error),
        cmocka_unit_test(colour_becomes_grey_by_luminance),
        cmocka_unit_test(grey_stays_grey),
        cmocka_unit_test(parts_and_transposed_pictures_have_the_samples_of_their_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
