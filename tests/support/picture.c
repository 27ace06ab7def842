#include "picture.h"
#include "tensors.h"

#include "core/random.h"
#include "io/picture.h"

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

dn_picture picture_of(const dn_tensor *tensor)
{
    dn_error error;
    const size_t *extent = tensor->shape.extent + tensor->shape.rank - 2;
    dn_picture picture = {.height = extent[0], .width = extent[1], .channels = 1};
    if (tensor->shape.rank == 3)
        picture.channels = tensor->shape.extent[0];
    assert_ok(dn_picture_allocate(&picture, &error));
    const size_t pixels = picture.height * picture.width;
    for (size_t i = 0; i < pixels * picture.channels; i++) {
        const float value = tensor->data[i % picture.channels * pixels + i / picture.channels];
        const float clamped = !(value > 0.0F) ? 0.0F : value < 1.0F ? value : 1.0F;
        picture.samples[i] = (uint16_t)(clamped * (float)DN_PICTURE_WHITE + 0.5F);
    }
    return picture;
}

float pixel_at(const dn_tensor *picture, size_t row, size_t column)
{
    return picture->data[row * picture->shape.extent[1] + column];
}
