/** Pictures, and what is made of them: shades from 0 to 1, and a digit or a word why there is none. */
#include "io/file.h"
#include "support/fuzz.h"

#include "digitnet/io.h"
#include "digitnet/picture.h"

static void require_shades(const dn_tensor *tensor)
{
    for (size_t i = 0; i < dn_tensor_count(tensor); i++)
        fuzz_require(tensor->data[i] >= 0.0F && tensor->data[i] <= 1.0001F);
}

static void try_picture(const dn_tensor *picture)
{
    dn_error error;
    dn_tensor grey;
    uint8_t pixels[DN_DIGIT_PIXELS];
    dn_preparation preparation;
    require_shades(picture);
    fuzz_require(dn_pnm_to_grey(picture, &grey, &error) == DN_OK);
    require_shades(&grey);
    const dn_status status = dn_prepare_digit(&grey, pixels, &preparation, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status == DN_OK)
        fuzz_require(preparation.top + preparation.height <= grey.shape.extent[0] &&
                     preparation.left + preparation.width <= grey.shape.extent[1]);
    dn_tensor_free(&grey);
}

/** All pictures of the file, up to one that can't be read. */
static void try_stream(const dn_bytes *file)
{
    dn_error error;
    dn_tensor picture;
    dn_status status;
    size_t at = 0;
    do {
        const size_t before = at;
        status = dn_pnm_next(file, &at, &picture, &error);
        fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
        fuzz_require(status == DN_OK ? at > before && at <= file->size : at == before);
        if (status == DN_OK)
            try_picture(&picture);
        dn_tensor_free(&picture);
    } while (status == DN_OK && at < file->size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dn_error error;
    dn_bytes file;
    dn_tensor only;
    const char *path = fuzz_file(data, size);
    fuzz_require(dn_file_read(path, size, &file, &error) == DN_OK);
    try_stream(&file);
    dn_bytes_free(&file);
    const dn_status status = dn_pnm_read(path, &only, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    dn_tensor_free(&only);
    return 0;
}
