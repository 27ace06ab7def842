/** Pictures, and what is made of them: shades from 0 to 1, and a digit or a word why there is none. */
#include "support/fuzz.h"

#include "digitnet/data/prepare.h"
#include "digitnet/io/pnm.h"

static void require_shades(const dn_tensor *tensor)
{
    for (size_t i = 0; i < dn_tensor_count(tensor); i++)
        fuzz_require(tensor->data[i] >= 0.0F && tensor->data[i] <= 1.0001F);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dn_error error;
    dn_tensor picture;
    dn_tensor grey;
    uint8_t pixels[DN_DIGIT_PIXELS];
    dn_preparation preparation;
    dn_status status = dn_pnm_read(fuzz_file(data, size), &picture, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status != DN_OK)
        return 0;
    require_shades(&picture);
    fuzz_require(dn_pnm_to_grey(&picture, &grey, &error) == DN_OK);
    require_shades(&grey);
    status = dn_prepare_digit(&grey, pixels, &preparation, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    if (status == DN_OK)
        fuzz_require(preparation.top + preparation.height <= grey.shape.extent[0] &&
                     preparation.left + preparation.width <= grey.shape.extent[1]);
    dn_tensor_free(&picture);
    dn_tensor_free(&grey);
    return 0;
}
