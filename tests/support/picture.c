#include "picture.h"

#include "digitnet/core.h"

dn_tensor blank_picture(size_t height, size_t width, float shade)
{
    dn_error error;
    dn_tensor picture;
    assert_ok(dn_tensor_full(&picture, DN_SHAPE(height, width), shade, &error));
    return picture;
}

void paint(dn_tensor *picture, size_t top, size_t left, size_t height, size_t width, float shade)
{
    for (size_t y = top; y < top + height; y++) {
        for (size_t x = left; x < left + width; x++)
            picture->data[y * picture->shape.extent[1] + x] = shade;
    }
}

void paint_seven(dn_tensor *picture, size_t top, size_t left, size_t height, float shade)
{
    paint(picture, top, left, height / 8, height / 2, shade);
    paint(picture, top, left + height / 2 - height / 8, height, height / 8, shade);
}

dn_tensor picture_of_two_polarities(void)
{
    enum { SIDE = 800, SQUARE = 140, BAR = SQUARE / 5, MARGIN = SQUARE / 8 };
    dn_tensor picture = blank_picture(SIDE, SIDE, 1.0F);
    paint(&picture, 0, 0, SQUARE, SQUARE, 0.0F);
    paint(&picture, MARGIN, (SQUARE - BAR) / 2, SQUARE - 2 * MARGIN, BAR, 1.0F);
    return picture;
}

void add_noise(dn_tensor *picture, float deviation, uint64_t seed)
{
    dn_random random = dn_random_stream(seed, DN_PURPOSE_TENSOR, 0, 0);
    const size_t count = dn_tensor_count(picture);
    for (size_t i = 0; i < count; i++)
        picture->data[i] += deviation * dn_random_normal(&random);
}

float pixel_at(const dn_tensor *picture, size_t row, size_t column)
{
    return picture->data[row * picture->shape.extent[1] + column];
}
