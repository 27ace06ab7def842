#include "picture.h"
#include "tensors.h"

#include "core/random.h"

#include "digitnet/core.h"

dn_tensor blank_picture(size_t height, size_t width, float shade)
{
    dn_tensor picture;
    new_full(&picture, DN_SHAPE(height, width), shade);
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
