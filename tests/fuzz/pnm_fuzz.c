/** Pictures, and what is made of them: shades from 0 to 1, and a digit or a word why there is none. */
#include "io/file.h"
#include "support/fuzz.h"

#include "digitnet/io.h"
#include "digitnet/picture.h"

static void try_picture(const dn_picture *picture)
{
    dn_error error;
    dn_tensor grey;
    uint8_t pixels[DN_DIGIT_PIXELS];
    dn_preparation preparation;
    fuzz_require(dn_picture_grey(picture, &grey, &error) == DN_OK);
    for (size_t i = 0; i < dn_tensor_count(&grey); i++)
        fuzz_require(grey.data[i] >= 0.0F && grey.data[i] <= 1.0001F);
    const dn_status status = dn_prepare_digit(picture, pixels, &preparation, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status == DN_OK)
        fuzz_require(preparation.box.y + preparation.box.height <= picture->height &&
                     preparation.box.x + preparation.box.width <= picture->width);
    dn_tensor_free(&grey);
}

/** All pictures of the file, up to one that can't be read. */
static void try_stream(const dn_bytes *file)
{
    dn_error error;
    dn_picture picture;
    dn_status status;
    size_t at = 0;
    do {
        const size_t before = at;
        status = dn_picture_next(file, &at, &picture, &error);
        fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
        fuzz_require(status == DN_OK ? at > before && at <= file->size : at == before);
        if (status == DN_OK)
            try_picture(&picture);
        dn_picture_free(&picture);
    } while (status == DN_OK && at < file->size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dn_error error;
    dn_bytes file;
    dn_picture only;
    const char *path = fuzz_file(data, size);
    fuzz_require(dn_file_read(path, size, &file, &error) == DN_OK);
    try_stream(&file);
    dn_bytes_free(&file);
    const dn_status status = dn_picture_read(path, &only, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    dn_picture_free(&only);
    return 0;
}
