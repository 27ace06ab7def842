/**
 * Pictures of any extents and shades, all the way to 28 x 28: a digit with ink in it, or a word that there is none.
 *
 *     flags    1 byte   DOTS, TRANSPOSED, SPECIAL, LARGE
 *     height   2 bytes  little-endian, less 1, modulo MOST_SIDE or, unless LARGE, SMALL_SIDE
 *     width    2 bytes  the same; cut where the picture would have more than MOST_PIXELS
 *     paper    1 byte   the shade of what is not drawn
 *     drawn    the rest DOTS: a place (2 bytes, a fraction of all pixels) and a shade each; else the pixels from the first on
 */
#include "support/fuzz.h"

#include "digitnet/picture.h"

#include <math.h>

#define MOST_SIDE 4096
#define SMALL_SIDE 20
/** 96 x 96 is smoothed and looked at closer; more would leave a fuzzer few pictures a second. */
#define MOST_PIXELS 9216
#define HEADER_SIZE 6
#define DOT_SIZE 3

enum { DOTS = 1, TRANSPOSED = 2, SPECIAL = 4, LARGE = 8 };

/** A byte as a shade; among SPECIAL ones some are no shades at all. */
static float shade(unsigned flags, uint8_t byte)
{
    static const float special[] = {NAN, INFINITY, -INFINITY, -1.0F, 1e30F, 1e-40F};
    if ((flags & SPECIAL) && byte < sizeof special / sizeof special[0])
        return special[byte];
    return (float)byte / (float)UINT8_MAX;
}

static size_t two_bytes(const uint8_t *data)
{
    return data[0] | (size_t)data[1] << 8;
}

static void draw(unsigned flags, const uint8_t *data, size_t size, float *pixels, size_t count)
{
    if (!(flags & DOTS)) {
        for (size_t i = 0; i < size && i < count; i++)
            pixels[i] = shade(flags, data[i]);
        return;
    }
    for (size_t i = 0; i + DOT_SIZE <= size; i += DOT_SIZE)
        pixels[two_bytes(data + i) * (count - 1) / UINT16_MAX] = shade(flags, data[i + 2]);
}

static void require_digit(const dn_tensor *grey, const uint8_t pixels[DN_DIGIT_PIXELS],
                          const dn_preparation *preparation)
{
    unsigned ink = 0;
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        ink += pixels[i];
    fuzz_require(ink > 0);
    fuzz_require(preparation->digits > 0 && preparation->box.height > 0 && preparation->box.width > 0);
    fuzz_require(preparation->box.y + preparation->box.height <= grey->shape.extent[0] &&
                 preparation->box.x + preparation->box.width <= grey->shape.extent[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dn_error error;
    dn_tensor picture;
    dn_tensor view;
    uint8_t pixels[DN_DIGIT_PIXELS];
    dn_preparation preparation;
    if (size < HEADER_SIZE)
        return 0;
    const unsigned flags = data[0];
    const size_t most = flags & LARGE ? MOST_SIDE : SMALL_SIDE;
    const size_t height = two_bytes(data + 1) % most + 1;
    const size_t room = MOST_PIXELS / height;
    const size_t width = two_bytes(data + 3) % (room < most ? room : most) + 1;
    fuzz_require(dn_tensor_zeros(&picture, DN_SHAPE(height, width), &error) == DN_OK);
    fuzz_require(dn_fill(&picture, shade(flags, data[5]), &error) == DN_OK);
    draw(flags, data + HEADER_SIZE, size - HEADER_SIZE, picture.data, height * width);
    const int axis = flags & TRANSPOSED ? 1 : 0;
    fuzz_require(dn_tensor_transpose(&picture, 0, axis, &view, &error) == DN_OK);
    const dn_status status = dn_prepare_digit(&view, pixels, &preparation, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status == DN_OK)
        require_digit(&view, pixels, &preparation);
    dn_tensor_free(&picture);
    return 0;
}
