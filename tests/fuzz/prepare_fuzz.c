/**
 * Pictures of any extents and shades, all the way to 28 x 28: a digit with ink in it, or a word that there is none.
 *
 *     flags    1 byte   DOTS, COLOUR, LARGE
 *     height   2 bytes  little-endian, less 1, modulo MOST_SIDE or, unless LARGE, SMALL_SIDE
 *     width    2 bytes  the same; cut where the picture would have more than MOST_PIXELS
 *     paper    1 byte   the shade of what is not drawn
 *     drawn    the rest DOTS: a place (2 bytes, a fraction of all pixels) and a shade each; else the pixels from the first on
 */
#include "support/fuzz.h"

#include "digitnet/picture.h"

#include "io/picture.h"

#define MOST_SIDE 4096
#define SMALL_SIDE 20
/** 96 x 96 is smoothed and looked at closer; more would leave a fuzzer few pictures a second. */
#define MOST_PIXELS 9216
#define HEADER_SIZE 6
#define DOT_SIZE 3

enum { DOTS = 1, COLOUR = 2, LARGE = 8 };

static size_t two_bytes(const uint8_t *data)
{
    return data[0] | (size_t)data[1] << 8;
}

static void draw(unsigned flags, const uint8_t *data, size_t size, uint16_t *samples, size_t count)
{
    if (!(flags & DOTS)) {
        dn_picture_widen(data, size < count ? size : count, samples);
        return;
    }
    for (size_t i = 0; i + DOT_SIZE <= size; i += DOT_SIZE)
        dn_picture_widen(data + i + 2, 1, samples + two_bytes(data + i) * (count - 1) / UINT16_MAX);
}

static void require_digit(const dn_picture *picture, const uint8_t pixels[DN_DIGIT_PIXELS],
                          const dn_preparation *preparation)
{
    unsigned ink = 0;
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        ink += pixels[i];
    fuzz_require(ink > 0);
    fuzz_require(preparation->digits > 0 && preparation->box.height > 0 && preparation->box.width > 0);
    fuzz_require(preparation->box.y + preparation->box.height <= picture->height &&
                 preparation->box.x + preparation->box.width <= picture->width);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dn_error error;
    uint8_t pixels[DN_DIGIT_PIXELS];
    dn_preparation preparation;
    if (size < HEADER_SIZE)
        return 0;
    const unsigned flags = data[0];
    const size_t most = flags & LARGE ? MOST_SIDE : SMALL_SIDE;
    const size_t height = two_bytes(data + 1) % most + 1;
    const size_t room = MOST_PIXELS / height;
    const size_t width = two_bytes(data + 3) % (room < most ? room : most) + 1;
    dn_picture picture = {.height = height, .width = width, .channels = flags & COLOUR ? 3 : 1};
    const size_t count = height * width * picture.channels;
    fuzz_require(dn_picture_allocate(&picture, &error) == DN_OK);
    for (size_t i = 0; i < count; i++)
        dn_picture_widen(data + 5, 1, picture.samples + i);
    draw(flags, data + HEADER_SIZE, size - HEADER_SIZE, picture.samples, count);
    const dn_status status = dn_prepare_digit(&picture, pixels, &preparation, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status == DN_OK)
        require_digit(&picture, pixels, &preparation);
    dn_picture_free(&picture);
    return 0;
}
