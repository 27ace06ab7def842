/** PNG pictures, as the bytes are and with the CRC of each chunk made right: a picture that is whole, or a refusal. */
#include "png_maker.h"
#include "support/fuzz.h"

#include "digitnet/io.h"

#include <stdlib.h>
#include <string.h>

/** Pixels of a picture that is tried: two bits may be a row of a thousand, and memory for what they say is not wanted here. */
#define MOST_PIXELS ((uint64_t)1 << 22)

static uint64_t number_at(const uint8_t *data, size_t size, size_t place)
{
    uint64_t number = 0;
    for (size_t i = place; i < place + 4 && i < size; i++)
        number = number << 8 | data[i];
    return number;
}

static void try_picture(const dn_bytes *file)
{
    dn_error error;
    dn_picture picture;
    uint64_t sum = 0;
    size_t at = 0;
    const dn_status status = dn_picture_next(file, &at, &picture, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status == DN_OK) {
        fuzz_require(at > 0 && at <= file->size);
        fuzz_require(picture.channels == 1 || picture.channels == 3);
        for (size_t i = 0; i < picture.height * picture.width * picture.channels; i++)
            sum += picture.samples[i]; /* a sanitizer sees each that was never set */
        fuzz_require(sum <= DN_PICTURE_WHITE * 3 * MOST_PIXELS);
    } else {
        fuzz_require(at == 0 && !picture.samples && error.problem[0] != '\0' && error.remedy[0] != '\0');
    }
    dn_picture_free(&picture);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { WIDTH = 16, HEIGHT = 20 };
    if (number_at(data, size, WIDTH) * number_at(data, size, HEIGHT) > MOST_PIXELS)
        return 0;
    dn_bytes file = {malloc(size + 1), size};
    fuzz_require(file.data);
    if (size != 0)
        memcpy(file.data, data, size);
    try_picture(&file);
    png_mend(file.data, size);
    try_picture(&file);
    free(file.data);
    return 0;
}
