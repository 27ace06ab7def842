#include "support.h"

#include "core/memory.h"
#include "io/png_write.h"

#include "digitnet/io.h"

#include <string.h>

static dn_error error;

static uint8_t pixel_of(size_t place)
{
    return (uint8_t)(place * 37 + place / 256);
}

/** What is written is read again, by the reader that checks every checksum. */
static void assert_round_trip(size_t height, size_t width)
{
    dn_bytes png;
    dn_picture picture;
    size_t at = 0;
    uint8_t *pixels = dn_allocate(height * width, 1, &error);
    assert_non_null(pixels);
    for (size_t i = 0; i < height * width; i++)
        pixels[i] = pixel_of(i);
    assert_ok(dn_png_encode(pixels, height, width, &png, &error));
    assert_ok(dn_picture_next(&png, &at, &picture, &error));
    assert_int_equal(at, png.size);
    assert_string_equal(picture.format, "PNG");
    assert_int_equal(picture.channels, 1);
    assert_int_equal(picture.height, height);
    assert_int_equal(picture.width, width);
    for (size_t i = 0; i < height * width; i++)
        assert_int_equal(picture.samples[i], pixel_of(i) * 257);
    dn_picture_free(&picture);
    dn_bytes_free(&png);
    dn_release(pixels);
}

/** Stored blocks of deflate hold 65,535 bytes: pixels, and a filter a row. */
static void pictures_of_every_size_are_read_again(void **state)
{
    (void)state;
    assert_round_trip(1, 1);
    assert_round_trip(28, 28);
    assert_round_trip(1, 4000);
    assert_round_trip(4000, 1);
    assert_round_trip(15, 4368); /* 65,535 bytes */
    assert_round_trip(16, 4095); /* 65,536 */
    assert_round_trip(30, 4368); /* twice 65,535 */
    assert_round_trip(300, 500);
}

static void extents_that_are_not_read_are_not_written(void **state)
{
    (void)state;
    static const uint8_t pixel = 0;
    dn_bytes png;
    assert_int_equal(dn_png_encode(&pixel, 0, 1, &png, &error), DN_ERR_FORMAT);
    assert_null(png.data);
    assert_int_equal(dn_png_encode(&pixel, 1, 0, &png, &error), DN_ERR_FORMAT);
    assert_int_equal(dn_png_encode(&pixel, 1, DN_PICTURE_MAX_EXTENT + 1, &png, &error), DN_ERR_FORMAT);
    assert_null(png.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_of_every_size_are_read_again),
        cmocka_unit_test(extents_that_are_not_read_are_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
